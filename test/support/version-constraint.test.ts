import fc from "fast-check";
import { meets } from "../../lib/support/version-constraint";

test.each([
  ["1.11.4", ">= 1.11"],
  ["1.11.4", ">= 1.2, < 2"],
  ["1.11.4", "~> 1.5"],
  ["1.11.4", "~> 1.11.2"],
  ["1.11.4", "1.11.4"],
  ["1.11.4", "= 1.11.4"],
  ["1.11.4", "v1.11.4"],
  ["1.11.4", "!= 1.11.3"],
  ["1.11.0", "1.11"],
  ["1.12.0-beta1", "1.12.0-beta1"],
])("the version %s meets %s", (version, constraint) => {
  expect(meets(version, constraint)).toBe(true);
});

test.each([
  ["1.11.4", ">= 1.12"],
  ["1.11.4", "< 1.11"],
  ["1.11.4", "~> 1.10.0"],
  ["1.11.4", "~> 2.0"],
  ["2.0.0", "~> 1.5"],
  ["1.11.4", "!= 1.11.4"],
  ["1.11.4", ">= 1.0, < 1.11.4"],
  ["1.12.0-beta1", ">= 1.11"],
])("the version %s does not meet %s", (version, constraint) => {
  expect(meets(version, constraint)).toBe(false);
});

test.each([
  ["", ">= 1"],
  ["1.11.4", "latest"],
  ["1.11.4", ">= 1, "],
  ["1.11.4", "> 1 2"],
])("nothing is said of %j and %j, of which one can't be read", (version, constraint) => {
  expect(meets(version, constraint)).toBeUndefined();
});

const VERSION = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((parts) => parts.join("."));

test("of two versions, exactly one of the three orders holds", () => {
  fc.assert(
    fc.property(VERSION, VERSION, (one, other) => {
      const holding = ["<", "=", ">"].filter((operator) => meets(one, `${operator} ${other}`));
      expect(holding).toHaveLength(1);
      expect(meets(one, `>= ${other}, <= ${other}`)).toBe(one === other);
      expect(meets(one, `!= ${other}`)).toBe(one !== other);
    }),
  );
});

test("the pessimistic operator is a lower end and a fixed beginning", () => {
  fc.assert(
    fc.property(VERSION, VERSION, (one, other) => {
      const [major = "", minor = ""] = other.split(".");
      const spelled = `>= ${other}, >= ${major}.${minor}.0, < ${major}.${Number(minor) + 1}.0`;
      expect(meets(one, `~> ${other}`)).toBe(meets(one, spelled));
    }),
  );
});
