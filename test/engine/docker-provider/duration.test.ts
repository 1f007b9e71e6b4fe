import fc from "fast-check";
import { nanosecondsOf, printDuration } from "./duration";

test.each([
  ["0", "0s"],
  ["60s", "1m0s"],
  ["180s", "3m0s"],
  ["1h", "1h0m0s"],
  ["1500ms", "1.5s"],
  ["0.5s", "500ms"],
  ["90m", "1h30m0s"],
  ["1ns", "1ns"],
  ["1.5us", "1.5µs"],
  ["25h0.25s", "25h0m0.25s"],
])("the duration %s is printed as Go prints it: %s", (written, printed) => {
  expect(printDuration(nanosecondsOf(written) ?? Number.NaN)).toBe(printed);
});

test.each(["", "1", "s", "1 s", "-1s", "1d", "1s1"])("%p is not a duration, or is negative", (text) => {
  expect(nanosecondsOf(text)).toBeUndefined();
});

test("a printed duration is read as the same duration", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e15 }), (nanoseconds) => {
      expect(nanosecondsOf(printDuration(nanoseconds))).toBe(nanoseconds);
    }),
  );
});
