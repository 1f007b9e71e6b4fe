/** What the value of an attribute is. */
import type { TerraformNumber } from "./number";
import type { Attributes, Collection, ElementType, Nested, Primitive } from "./schema";
import { Dynamic, isNumber } from "./value";

/** A string. */
export const string: Primitive<string> = {
  kind: "primitive",
  type: "string",
  accepts: (value) => typeof value === "string",
  expected: "a string",
};
/** True or false. */
export const bool: Primitive<boolean> = {
  kind: "primitive",
  type: "bool",
  accepts: (value) => typeof value === "boolean",
  expected: "true or false",
};
/** A whole number that JavaScript holds exactly: at most 2^53 - 1. */
export const integer: Primitive<number> = {
  kind: "primitive",
  type: "number",
  accepts: (value): value is number => Number.isSafeInteger(value),
  expected: "a whole number between -9007199254740991 and 9007199254740991",
};
/** A number that JavaScript holds exactly, such as 0.5. */
export const number: Primitive<number> = {
  kind: "primitive",
  type: "number",
  accepts: (value) => typeof value === "number",
  expected: "a number of at most 15 significant digits",
};
/** A number of any size, with all its digits. */
export const exactNumber: Primitive<TerraformNumber> = {
  kind: "primitive",
  type: "number",
  accepts: isNumber,
  expected: "a number",
};
/** A value whose type the configuration chooses. */
export const dynamic: Primitive<Dynamic> = {
  kind: "primitive",
  type: "dynamic",
  accepts: (value) => value instanceof Dynamic,
  expected: "any value",
};

/** A type that takes null too, as the element of a collection. */
export function orNull<V>({ type, accepts, expected }: Primitive<V>): Primitive<V | null> {
  return {
    kind: "primitive",
    type,
    accepts: (value): value is V | null => value === null || accepts(value),
    expected: `${expected} or null`,
  };
}

/** A list: ordered. */
export function list<E extends ElementType | Nested>(element: E): Collection<"list", E> {
  return { kind: "list", element };
}
/** A set: without order and without duplicates. In code it is an array. */
export function set<E extends ElementType | Nested>(element: E): Collection<"set", E> {
  return { kind: "set", element };
}
/** A map, whose keys the configuration chooses. */
export function map<E extends ElementType | Nested>(element: E): Collection<"map", E> {
  return { kind: "map", element };
}
/** An object with attributes of its own: alone, or as the element of a list, set or map. */
export function nested<A extends Attributes>(attributes: A): Nested<A> {
  return { kind: "nested", attributes };
}
