import fc from "fast-check";
import { hanging, oneLine } from "../../lib/operations/text";
import { HOSTILE } from "./hostile";

test.each([
  ["a text in one line", "The agent can't be reached.", "The agent can't be reached."],
  ["letters of any script", "прокси für 東京 👩‍🔧", "прокси für 東京 👩‍🔧"],
  ["spaces between columns", "a  b", "a  b"],
  ["a line break and its indentation", "first\n    second\r\nthird", "first second third"],
  ["the separators of Unicode", "first\u2028second\u2029third\u0085fourth", "first second third fourth"],
  ["colours and the bell", "\u001b[31mred\u0007", " [31mred "],
  ["another order of the letters", "a\u202eb\u2066c", "abc"],
])("one line is made of %s", (_, text, expected) => {
  expect(oneLine(text)).toBe(expected);
});

test("a text wraps at words at 80 columns, under its own beginning", () => {
  const lines = hanging("  ! ", "word ".repeat(60).trim()).split("\n");
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines.slice(1).every((line) => /^ {4}word/.test(line))).toBe(true);
});

test("a text wraps beside a wide first column too", () => {
  const lines = hanging(" ".repeat(50), "word ".repeat(20).trim()).split("\n");
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test("a word that is longer than the line, such as an address, stays in one piece", () => {
  const address = `https://example.com/${"a".repeat(100)}`;
  expect(hanging("  ", `see ${address}`)).toContain(address);
});

test("no text begins a line further to the left than its own beginning", () => {
  fc.assert(
    fc.property(HOSTILE, (text) => {
      const [first, ...further] = hanging("  ! ", text).split(/[\n\r\u0085\u2028\u2029\v\f]/);
      expect(first).toMatch(/^ {2}! /);
      for (const line of further) expect(line).toMatch(/^ {4}\S/);
    }),
  );
});
