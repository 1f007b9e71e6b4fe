import { decode, Encoder, encode } from "@msgpack/msgpack";
import * as fc from "fast-check";
import { decodeValue, encodeValue } from "../../lib/terraform-plugin/msgpack";
import { Dynamic, equal, type Type, UNKNOWN, type Value, ValueError } from "../../lib/terraform-plugin/value";
import { bytesUpTo, typed } from "./arbitraries";

test("every value can be encoded and decoded without loss", () => {
  fc.assert(
    fc.property(typed, ([type, value]) => {
      const back = decodeValue(encodeValue(value, type), type);
      expect(equal(type, back, value)).toBe(true);
      expect(encodeValue(back, type)).toEqual(encodeValue(value, type));
    }),
  );
});

test.each([51, 201, 5000])("a string of %d bytes keeps its byte order mark, or the lack of one", (length) => {
  for (const value of [`\ufeff${"x".repeat(length)}`, "x".repeat(length)]) {
    expect(decodeValue(encodeValue(value, "string"), "string")).toBe(value);
    const type: Type = ["map", "string"];
    expect(decodeValue(encodeValue({ [value]: value }, type), type)).toEqual({ [value]: value });
  }
});

test("another msgpack library reads the same values", () => {
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

test("any bytes give a value or a ValueError", () => {
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

test("a value with a missing end or a changed byte gives a value or a ValueError", () => {
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

test("a number is read in each form in which Terraform sends it", () => {
  const encoder = new Encoder({ useBigInt64: true });
  for (const raw of [2n ** 60n, "12345678901234567890123", 0.5, -7, "0.1"]) {
    const number = decodeValue(encoder.encode(raw), "number");
    expect(String(number)).toBe(String(raw));
  }
});

test("the error for a value of the wrong type holds its path, and not its content", () => {
  const type: Type = ["object", { ports: ["list", ["object", { host: "number" }]] }];
  const attempt = () => encodeValue({ ports: [{ host: "hunter2" }] }, type);
  expect(attempt).toThrow(expect.objectContaining({ path: ["ports", 0, "host"] }));
  expect(attempt).not.toThrow(/hunter2/);
  expect(() => encodeValue({ prots: [] }, type)).toThrow(expect.objectContaining({ path: ["prots"] }));
});

test("a float64 is read exactly, also where its shortest text is another number", () => {
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

test("lengths that are only claimed cause no large allocation", () => {
  expect(() => decodeValue(Buffer.from("ddffffffff", "hex"), ["list", "string"])).toThrow(ValueError);
  // A thousand nested arrays that claim 262144 items each: 2 GB, if all were allocated.
  const claims = Buffer.alloc(500_000, Buffer.from([0xdd, 0, 4, 0, 0]));
  let type: Type = "string";
  for (let depth = 0; depth < 1000; depth++) type = ["list", type];
  const before = process.memoryUsage().heapUsed;
  expect(() => decodeValue(claims, type)).toThrow(ValueError);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
});

test("dynamic values that are nested without end are a ValueError", () => {
  const level = Buffer.concat([Buffer.from([0x92, 0xc4, 9]), Buffer.from('"dynamic"')]);
  const endless = Buffer.alloc(level.length * 100_000, level);
  expect(() => decodeValue(endless, "dynamic")).toThrow(ValueError);
});
