import * as fc from "fast-check";
import { parseExactJson } from "../../lib/terraform-plugin/json";
import { Decimal } from "../../lib/terraform-plugin/number";

test("JSON is read as by JSON.parse, except for numbers that it rounds", () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (text) => {
      const parsed: unknown = JSON.parse(text);
      const rounded = (_: string, value: unknown) =>
        typeof value === "bigint" ? Number(value) : value instanceof Decimal ? Number(value.text) : value;
      expect(JSON.stringify(parseExactJson(text), rounded)).toBe(JSON.stringify(parsed));
    }),
  );
});

test("a JSON string with megabytes of escapes is read", () => {
  expect(String(parseExactJson(`"${"\\n".repeat(6_000_000)}"`))).toHaveLength(6_000_000);
});

test("a JSON number keeps every digit", () => {
  expect(parseExactJson(`{"a":[12345678901234567890]}`)).toEqual({ a: [12345678901234567890n] });
});

test("JSON that JSON.parse refuses is refused", () => {
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
