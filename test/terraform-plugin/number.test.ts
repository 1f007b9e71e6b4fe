import * as fc from "fast-check";
import { Decimal, parseNumber } from "../../lib/terraform-plugin/number";

test("a number has one form, however it is written", () => {
  for (const text of ["1.50e1", "15", "15.0", "150e-1", "0015"]) expect(parseNumber(text)).toBe(15);
  expect(parseNumber("-0")).toBe(0);
  expect(parseNumber("9007199254740993")).toBe(9007199254740993n);
  expect(parseNumber("0.10000000000000000001")).toEqual(new Decimal("0.10000000000000000001"));
  expect(parseNumber("1e999999999")).toBeUndefined();
  expect(parseNumber("NaN")).toBeUndefined();
});

test("every finite number of JavaScript can be read from its own text", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const parsed = parseNumber(String(value));
      expect(Number(String(parsed))).toBe(value + 0);
    }),
  );
});
