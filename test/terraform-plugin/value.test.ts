import * as fc from "fast-check";
import { Dynamic, equal } from "../../lib/terraform-plugin/value";
import { key, typed } from "./arbitraries";

test("sets are equal in any order, and lists are not", () => {
  expect(equal(["set", "string"], ["a", "b"], ["b", "a", "a"])).toBe(true);
  expect(equal(["list", "string"], ["a", "b"], ["b", "a"])).toBe(false);
  expect(equal("string", "e\u0301", "\u00e9")).toBe(true);
});

test("dynamic values are equal whatever the order of the members in their types", () => {
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
