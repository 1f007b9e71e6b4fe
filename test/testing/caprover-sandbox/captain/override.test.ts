import { mergeObjects } from "../../../../lib/testing/caprover-sandbox/captain/override";

describe("an override", () => {
  it("an override merges objects, replaces arrays and scalars, and can't remove an object", () => {
    const base = { a: { b: 1, list: [1, 2], keep: "k" }, scalar: "s" };
    const over = { a: { b: 2, list: [3], extra: { x: 1 } }, scalar: null };
    expect(mergeObjects(base, over)).toEqual({ a: { b: 2, list: [3], keep: "k", extra: { x: 1 } } });
    expect(mergeObjects(base, { a: null })).toEqual(base);
    expect(mergeObjects(base, { a: {} })).toEqual(base);
  });
});
