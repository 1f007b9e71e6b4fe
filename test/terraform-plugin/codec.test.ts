import { X509Certificate } from "node:crypto";
import { decode, Encoder, encode } from "@msgpack/msgpack";
import * as fc from "fast-check";
import { localhostCertificate } from "../../lib/terraform-plugin/certificate";
import { parseExactJson } from "../../lib/terraform-plugin/json";
import { calls } from "../../lib/terraform-plugin/messages";
import { decodeValue, encodeValue } from "../../lib/terraform-plugin/msgpack";
import { Decimal, parseNumber } from "../../lib/terraform-plugin/number";
import { ProtobufError } from "../../lib/terraform-plugin/protobuf";
import { redactor } from "../../lib/terraform-plugin/secrets";
import { parseDurationMs } from "../../lib/terraform-plugin/timeouts";
import { Dynamic, equal, type Type, UNKNOWN, type Value, ValueError } from "../../lib/terraform-plugin/value";

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
  fc.bigInt({ min: -(2n ** 200n), max: -(2n ** 53n) }),
  fc.constant(0.1),
  fc.constant(new Decimal("3.14159265358979323846264338")),
);
/** Lengths on both sides of those at which the encoding changes, and a mark that decoders like to swallow. */
const text = fc
  .tuple(fc.constantFrom("", "\ufeff"), fc.constantFrom(0, 10, 31, 32, 51, 201, 256, 5000), fc.string())
  .map(([mark, length, end]) => `${mark}${"ü".repeat(length / 2)}${end}`);
const key = fc.oneof(fc.string(), text).filter((name) => name !== "__proto__");
/** As many bytes as the size says, not the handful that fast-check gives of itself. */
const bytesUpTo = (maxLength: number) => fc.uint8Array({ maxLength, size: "max" });

/** A type, and a value of it. */
const typed: fc.Arbitrary<readonly [Type, Value]> = fc.letrec<{ any: readonly [Type, Value] }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(fc.string(), text).map((value): readonly [Type, Value] => ["string", value]),
    number.map((value): readonly [Type, Value] => ["number", value]),
    fc.boolean().map((value): readonly [Type, Value] => ["bool", value]),
    fc.constant<readonly [Type, Value]>(["string", null]),
    fc.constant<readonly [Type, Value]>(["number", UNKNOWN]),
    tie("any").map(([type, value]): readonly [Type, Value] => ["dynamic", new Dynamic(type, value)]),
    tie("any").map(([type, value]): readonly [Type, Value] => [
      ["list", type],
      [value, value],
    ]),
    tie("any").map(([type, value]): readonly [Type, Value] => [["set", type], [value]]),
    fc
      .tuple(key, tie("any"))
      .map(([name, [type, value]]): readonly [Type, Value] => [["map", type], { [name]: value }]),
    fc
      .dictionary(key, tie("any"), { maxKeys: 4 })
      .map((members): readonly [Type, Value] => [
        ["object", Object.fromEntries(Object.entries(members).map(([name, [type]]) => [name, type]))],
        Object.fromEntries(Object.entries(members).map(([name, [, value]]) => [name, value])),
      ]),
    fc
      .array(tie("any"), { maxLength: 3 })
      .map((items): readonly [Type, Value] => [
        ["tuple", items.map(([type]) => type)],
        items.map(([, value]) => value),
      ]),
  ),
})).any;

describe("values on the wire", () => {
  test("every value comes back as it went", () => {
    fc.assert(
      fc.property(typed, ([type, value]) => {
        const back = decodeValue(encodeValue(value, type), type);
        expect(equal(type, back, value)).toBe(true);
        expect(encodeValue(back, type)).toEqual(encodeValue(value, type));
      }),
    );
  });

  test.each([
    51, 201, 5000,
  ])("a text of %d bytes comes back with its byte order mark, and without", (length) => {
    for (const value of [`\ufeff${"x".repeat(length)}`, "x".repeat(length)]) {
      expect(decodeValue(encodeValue(value, "string"), "string")).toBe(value);
      const type: Type = ["map", "string"];
      expect(decodeValue(encodeValue({ [value]: value }, type), type)).toEqual({ [value]: value });
    }
  });

  test("are written so that another decoder reads the same", () => {
    const plain = fc.letrec<{ any: Value }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.boolean(),
        fc.integer(),
        fc.array(tie("any")),
        fc.dictionary(
          fc.string().filter((name) => name !== "__proto__"),
          tie("any"),
        ),
      ),
    })).any;
    fc.assert(
      fc.property(plain, (value) => {
        const { type } = Dynamic.of(value);
        expect(decode(encodeValue(value, type))).toEqual(value);
        expect(equal(type, decodeValue(encode(value), type), value)).toBe(true);
      }),
    );
  });

  test("bytes from anywhere give a value or a ValueError, and nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(bytesUpTo(64), bytesUpTo(5000)), typed, (bytes, [type]) => {
        try {
          decodeValue(bytes, type);
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("a value cut short or changed in one byte is a value or a ValueError", () => {
    fc.assert(
      fc.property(typed, fc.nat(), fc.nat({ max: 255 }), ([type, value], at, byte) => {
        const whole = Buffer.from(encodeValue(value, type));
        const changed = Buffer.from(whole);
        changed[at % whole.length] = byte;
        for (const bytes of [whole.subarray(0, at % whole.length), changed]) {
          try {
            decodeValue(bytes, type);
          } catch (error) {
            expect(error).toBeInstanceOf(ValueError);
          }
        }
      }),
    );
  });

  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  test.each<[string, Type, Value, string]>([
    ["null", "string", null, "c0"],
    ["unknown", "string", UNKNOWN, "d40000"],
    ["a fraction as text", "number", 0.1, "a3302e31"],
    ["a whole number", "number", 5, "05"],
    ["2^60 as text", "number", 2n ** 60n, "b331313532393231353034363036383436393736"],
    ["a list", ["list", "bool"], [true, false], "92c3c2"],
    ["an object with an absent attribute", ["object", { a: "string" }], {}, "81a161c0"],
    ["a dynamic value beside its type", "dynamic", new Dynamic("bool", true), "92c40622626f6f6c22c3"],
  ])("%s has the bytes that Terraform sends", (_, type, value, bytes) => {
    expect(hex(encodeValue(value, type))).toBe(bytes);
  });

  test.each([
    ["a plain unknown", "d40000", UNKNOWN],
    ["a refined unknown", "c7030c8101c2", UNKNOWN],
    ["an unknown without content", "c70000", UNKNOWN],
    ["an unknown of a type invented later", "d46300", UNKNOWN],
    ["an unknown of a negative type", "d6ff00000000", UNKNOWN],
  ])("%s is read", (_, bytes, value) => {
    expect(decodeValue(Buffer.from(bytes, "hex"), "string")).toBe(value);
  });

  test("numbers are read from every form in which Terraform writes them", () => {
    const encoder = new Encoder({ useBigInt64: true });
    for (const raw of [2n ** 60n, "12345678901234567890123", 0.5, -7, "0.1"]) {
      const number = decodeValue(encoder.encode(raw), "number");
      expect(String(number)).toBe(String(raw));
    }
  });

  test("a value of the wrong type is refused with its place, and without its content", () => {
    const type: Type = ["object", { ports: ["list", ["object", { host: "number" }]] }];
    const attempt = () => encodeValue({ ports: [{ host: "hunter2" }] }, type);
    expect(attempt).toThrow(expect.objectContaining({ path: ["ports", 0, "host"] }));
    expect(attempt).not.toThrow(/hunter2/);
    expect(() => encodeValue({ prots: [] }, type)).toThrow(expect.objectContaining({ path: ["prots"] }));
  });

  test("a float64 is read to its last digit, which its shortest text does not tell", () => {
    const encoder = new Encoder();
    const digits = (2n ** 60n * 10n ** 60n) / 4n ** 60n;
    const number = decodeValue(encoder.encode(2 ** -60), "number");
    expect(String(number)).toBe(`0.${String(digits).padStart(60, "0")}`);
    expect(decodeValue(encodeValue(number, "number"), "number")).toEqual(number);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(String(decodeValue(encoder.encode(value), "number")))).toBe(value + 0);
      }),
    );
    expect(() => decodeValue(encoder.encode(Number.NaN), "number")).toThrow(ValueError);
  });

  test("false lengths make no large allocation, however many there are", () => {
    expect(() => decodeValue(Buffer.from("ddffffffff", "hex"), ["list", "string"])).toThrow(ValueError);
    // A thousand arrays in each other, each said to hold 262144 items: 2 GB, were that believed.
    const claims = Buffer.alloc(500_000, Buffer.from([0xdd, 0, 4, 0, 0]));
    let type: Type = "string";
    for (let depth = 0; depth < 1000; depth++) type = ["list", type];
    const before = process.memoryUsage().heapUsed;
    expect(() => decodeValue(claims, type)).toThrow(ValueError);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
  });

  test("dynamic values in each other without end are refused", () => {
    const level = Buffer.concat([Buffer.from([0x92, 0xc4, 9]), Buffer.from('"dynamic"')]);
    const endless = Buffer.alloc(level.length * 100_000, level);
    expect(() => decodeValue(endless, "dynamic")).toThrow(ValueError);
  });

  test("sets are equal in any order, lists are not", () => {
    expect(equal(["set", "string"], ["a", "b"], ["b", "a", "a"])).toBe(true);
    expect(equal(["list", "string"], ["a", "b"], ["b", "a"])).toBe(false);
    expect(equal("string", "e\u0301", "\u00e9")).toBe(true);
  });
});

test("dynamic values are equal whatever the order in which their type names its members", () => {
  fc.assert(
    fc.property(typed, typed, key, key, ([left, a], [right, b], one, other) => {
      fc.pre(one !== other);
      const there = new Dynamic(["object", { [one]: left, [other]: right }], { [one]: a, [other]: b });
      const back = new Dynamic(["object", { [other]: right, [one]: left }], { [other]: b, [one]: a });
      expect(equal("dynamic", there, back)).toBe(true);
      const swapped = new Dynamic(["object", { [one]: right, [other]: left }], { [one]: b, [other]: a });
      expect(equal("dynamic", there, swapped)).toBe(
        equal("dynamic", new Dynamic(left, a), new Dynamic(right, b)),
      );
    }),
  );
});

describe("numbers", () => {
  test("a number has one form, however it is written", () => {
    for (const text of ["1.50e1", "15", "15.0", "150e-1", "0015"]) expect(parseNumber(text)).toBe(15);
    expect(parseNumber("-0")).toBe(0);
    expect(parseNumber("9007199254740993")).toBe(9007199254740993n);
    expect(parseNumber("0.10000000000000000001")).toEqual(new Decimal("0.10000000000000000001"));
    expect(parseNumber("1e999999999")).toBeUndefined();
    expect(parseNumber("NaN")).toBeUndefined();
  });

  test("every finite number of JavaScript survives its own text", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const parsed = parseNumber(String(value));
        expect(Number(String(parsed))).toBe(value + 0);
      }),
    );
  });
});

describe("exact JSON", () => {
  test("agrees with JSON.parse wherever that is exact", () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        const parsed: unknown = JSON.parse(text);
        const rounded = (_: string, value: unknown) =>
          typeof value === "bigint" ? Number(value) : value instanceof Decimal ? Number(value.text) : value;
        expect(JSON.stringify(parseExactJson(text), rounded)).toBe(JSON.stringify(parsed));
      }),
    );
  });

  test("reads a text of megabytes of escapes", () => {
    expect(String(parseExactJson(`"${"\\n".repeat(6_000_000)}"`))).toHaveLength(6_000_000);
  });

  test("keeps every digit", () => {
    expect(parseExactJson(`{"a":[12345678901234567890]}`)).toEqual({ a: [12345678901234567890n] });
  });

  test("refuses what JSON.parse refuses", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:0-1eE.tr\\ n') }), (text) => {
        const accepts = (parse: (text: string) => unknown) => {
          try {
            parse(text);
            return true;
          } catch {
            return false;
          }
        };
        expect(accepts(parseExactJson)).toBe(accepts(JSON.parse));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("protocol buffers from anywhere", () => {
  test("give a message or a ProtobufError", () => {
    fc.assert(
      fc.property(
        fc.oneof(bytesUpTo(40), bytesUpTo(5000)),
        fc.constantFrom(...Object.values(calls)),
        (bytes, call) => {
          for (const message of [call.request, call.response]) {
            try {
              message.decode(bytes);
            } catch (error) {
              expect(error).toBeInstanceOf(ProtobufError);
            }
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

test("a text in a message keeps its byte order mark", () => {
  const { request } = calls.ImportResourceState;
  const id = "\ufeffmyapp";
  expect(request.decode(request.encode({ type_name: "example_thing", id })).id).toBe(id);
});

test("every certificate is its own authority for localhost, and its key fits", () => {
  for (let round = 0; round < 200; round++) {
    const { certPem, certDer } = localhostCertificate();
    const certificate = new X509Certificate(certPem);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect(certificate.raw.equals(certDer)).toBe(true);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
  }
});

test("durations are read as Go writes them", () => {
  expect(parseDurationMs("1h30m")).toBe(5_400_000);
  expect(parseDurationMs("1.5s")).toBe(1500);
  expect(parseDurationMs("250ms")).toBe(250);
  for (const text of ["", "5", "s", "-5s", "0s", "5 s", "9999h"])
    expect(parseDurationMs(text)).toBeUndefined();
});

test("secrets are taken out in their plain, JSON and URL spelling, the longest first", () => {
  const redact = redactor(["pass", 'pass word"1', "x"]);
  expect(redact(`a pass word"1 b pass word\\"1 c pass%20word%221 d pass e x`)).toBe(
    "a (sensitive value) b (sensitive value) c (sensitive value) d (sensitive value) e x",
  );
});

test("secrets of several lines are taken out whole, and where they are printed line by line", () => {
  const key = "-----BEGIN KEY-----\r\n  MIIEvQ+aa/==\nx}\n-----END KEY-----\n";
  const redact = redactor([key]);
  expect(redact(`a ${key} b`)).toBe("a (sensitive value) b");
  const printed = redact(
    key
      .split("\n")
      .map((line) => `#7 0.21 ${line.trim()}`)
      .join("\n"),
  );
  for (const part of ["BEGIN", "MIIEvQ", "END"]) expect(printed).not.toContain(part);
  expect(printed).toContain("#7 0.21 x}");
});
