/** Terraform's values and types. */
import { canonicalNumber, Decimal, type TerraformNumber } from "./number";

/** Stands in a plan for a value that is known only after the apply. */
export const UNKNOWN: unique symbol = Symbol("(known after apply)");
/** The type of {@link UNKNOWN}. */
export type Unknown = typeof UNKNOWN;
/** Whether a value is not {@link UNKNOWN}. Null is known. */
export const isKnown = <T>(value: T): value is Exclude<T, Unknown> => value !== UNKNOWN;

/** A type in the form that Terraform's protocol and state use. */
export type Type =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | readonly ["list", Type]
  | readonly ["set", Type]
  | readonly ["map", Type]
  | readonly ["object", { readonly [name: string]: Type }]
  | readonly ["tuple", readonly Type[]];

/** Any value. A number is a `Decimal` or a `bigint` only where a JavaScript `number` would lose digits. */
export type Value =
  | null
  | Unknown
  | string
  | boolean
  | TerraformNumber
  | Dynamic
  | readonly Value[]
  | ObjectValue;

/** An object or a map. In what a function returns, `undefined` is the same as null. */
export interface ObjectValue {
  readonly [name: string]: Value | undefined;
}

/** A value whose type the configuration chooses. It carries its type. */
export class Dynamic {
  constructor(
    readonly type: Type,
    readonly value: Value,
  ) {}

  /** With the type that Terraform would infer: arrays become tuples, objects become objects. */
  static of(value: Value): Dynamic {
    return new Dynamic(typeOf(value), value);
  }
}

/** A value that doesn't fit its type. */
export class ValueError extends Error {
  override readonly name = "ValueError";
  constructor(
    /** Where in the value. */
    readonly path: Path,
    message: string,
  ) {
    super(message);
  }
}

/** A place in a value: names of attributes, indices of lists, keys of maps. */
export type Path = readonly (string | number)[];

/** A path as the configuration writes it: `ports[0].host`. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
}

/** Whether a value is a number, in any of its forms. */
export function isNumber(value: unknown): value is TerraformNumber {
  return typeof value === "number" || typeof value === "bigint" || value instanceof Decimal;
}

/** Whether a value is an object or a map. */
export function isObject(value: unknown): value is ObjectValue {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Dynamic) &&
    !(value instanceof Decimal) &&
    !(value instanceof Uint8Array)
  );
}

/** Whether a value is a list, a set or a tuple. */
export function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether any part of a value is unknown. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (value instanceof Dynamic) return hasUnknown(value.value);
  if (isList(value)) return value.some(hasUnknown);
  if (isObject(value)) return Object.values(value).some(hasUnknown);
  return false;
}

/** The same value with null in place of everything unknown: a state holds no unknown value. */
function withoutUnknown(value: Value | undefined): Value {
  if (value === UNKNOWN || value === undefined) return null;
  if (value instanceof Dynamic) return new Dynamic(value.type, withoutUnknown(value.value));
  if (isList(value)) return value.filter((item) => item !== UNKNOWN).map(withoutUnknown);
  if (isObject(value)) return objectWithoutUnknown(value);
  return value;
}

/** The same object with null in place of everything unknown. */
export function objectWithoutUnknown(object: ObjectValue): ObjectValue {
  return Object.fromEntries(Object.entries(object).map(([name, item]) => [name, withoutUnknown(item)]));
}

/** Equality as Terraform defines it: sets have no order, absent is null, strings are compared in normal form. */
export function equal(type: Type, left: Value | undefined, right: Value | undefined): boolean {
  return left === right || fingerprint(type, left) === fingerprint(type, right);
}

/** A string that two values of a type have in common exactly when they are equal. */
export function fingerprint(type: Type, value: Value | undefined): string {
  if (value === undefined || value === null) return "null";
  if (value === UNKNOWN) return "unknown";
  if (value instanceof Dynamic) return `${typeText(value.type)}${fingerprint(value.type, value.value)}`;
  if (typeof value === "string") return JSON.stringify(value.normalize("NFC"));
  if (isNumber(value)) return String(canonicalNumber(value));
  if (typeof value === "boolean") return String(value);
  if (isList(value)) {
    const items = value.map((item, index) => fingerprint(elementType(type, index), item));
    return type[0] === "set" ? `{${[...new Set(items)].sort().join()}}` : `[${items.join()}]`;
  }
  const names = new Set([...Object.keys(value), ...(type[0] === "object" ? Object.keys(type[1]) : [])]);
  return `{${[...names]
    .sort()
    .map((name) => `${JSON.stringify(name)}:${fingerprint(elementType(type, name), value[name])}`)
    .join()}}`;
}

/** A type as a string, which does not depend on the order of an object's members. */
function typeText(type: Type): string {
  if (typeof type === "string") return type;
  if (type[0] === "tuple") return `tuple[${type[1].map(typeText).join()}]`;
  if (type[0] !== "object") return `${type[0]}[${typeText(type[1])}]`;
  const members = Object.entries(type[1]).map(([name, one]) => `${JSON.stringify(name)}:${typeText(one)}`);
  return `object{${members.sort().join()}}`;
}

/** The type of an element of a value; `dynamic` when the type has no such element. */
export function elementType(type: Type, step: string | number): Type {
  if (typeof type === "string") return "dynamic";
  if (type[0] === "object") return type[1][step] ?? "dynamic";
  if (type[0] === "tuple") return type[1][Number(step)] ?? "dynamic";
  return type[1];
}

function typeOf(value: Value | undefined): Type {
  if (typeof value === "string") return "string";
  if (isNumber(value)) return "number";
  if (typeof value === "boolean") return "bool";
  if (isList(value)) return ["tuple", value.map(typeOf)];
  if (isObject(value)) {
    return ["object", Object.fromEntries(Object.entries(value).map(([name, item]) => [name, typeOf(item)]))];
  }
  return "dynamic";
}

const COLLECTIONS = ["list", "set", "map"] as const;
const MAX_TYPE_DEPTH = 64;

/** Reads a type from JSON, which a dynamic value carries. */
export function parseType(json: unknown, depth = 0): Type {
  if (depth > MAX_TYPE_DEPTH) throw new ValueError([], "a type is nested too deeply");
  if (json === "string" || json === "number" || json === "bool" || json === "dynamic") return json;
  if (Array.isArray(json)) {
    const [kind, inner]: readonly unknown[] = json;
    const collection = COLLECTIONS.find((one) => one === kind);
    if (collection !== undefined) return [collection, parseType(inner, depth + 1)];
    if (kind === "tuple" && Array.isArray(inner))
      return ["tuple", inner.map((item) => parseType(item, depth + 1))];
    if (kind === "object" && typeof inner === "object" && inner !== null) {
      const members = Object.entries(inner).map(([name, item]): [string, Type] => [
        name,
        parseType(item, depth + 1),
      ]);
      return ["object", Object.fromEntries(members)];
    }
  }
  throw new ValueError([], "the type of a dynamic value is not valid");
}
