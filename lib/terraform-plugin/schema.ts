/**
 * A schema as data: what the functions of `attribute-types`, `attributes` and `blocks` make. It answers two questions
 * apart from each other: what a value is (its type), and who sets it (its mode).
 */
import type { Path, Type, Value } from "./value";

/** A type without parts, such as `string`. */
export interface Primitive<V> {
  readonly kind: "primitive";
  /** The type in the protocol's form. */
  readonly type: Type & string;
  /** Whether a value is one that this type allows. */
  readonly accepts: (value: unknown) => value is V;
  /** What this type allows, for error messages: "a string". */
  readonly expected: string;
}
/** The type of a list, set or map. */
export interface Collection<K extends "list" | "set" | "map" = "list" | "set" | "map", E = unknown> {
  readonly kind: K;
  readonly element: E;
}
/** The type of an object whose attributes have modes of their own. */
export interface Nested<A extends Attributes = Attributes> {
  readonly kind: "nested";
  readonly attributes: A;
}
/** The type of an element of a collection, in any depth. */
export type ElementType = Primitive<unknown> | Collection<"list" | "set" | "map", ElementType>;
/** The type of an attribute. Nested objects stand alone, or directly in a list, set or map. */
export type AttributeType = ElementType | Nested | Collection<"list" | "set" | "map", ElementType | Nested>;

/** Who sets an attribute: see the functions of the same names. */
export type Mode = "required" | "optional" | "defaulted" | "computed" | "optionalComputed" | "writeOnly";

/** What is wrong with a value, and what is allowed. With a `path` when the problem lies deeper in the value. */
export type Problem = string | { readonly path: Path; readonly problem: string };
/**
 * Checks a value. It is called only when the attribute is set and all of its value is known.
 * @returns the problem, or nothing when the value is valid
 */
export type Validator<V> = (value: V) => Problem | undefined;

/** An attribute, made by a function such as `required`, whose options it holds. */
export interface Attribute<T extends AttributeType = AttributeType, M extends Mode = Mode> {
  readonly type: T;
  readonly mode: M;
  /** Only with the mode `defaulted`. */
  readonly default?: Value;
  readonly description: string;
  readonly sensitive?: boolean;
  readonly deprecationMessage?: string;
  readonly validators?: readonly Validator<never>[];
  readonly requiresReplace?: boolean;
  readonly useStateForUnknown?: boolean;
}
/** Attributes by name. */
export interface Attributes {
  readonly [name: string]: Attribute;
}

/** A block, made by a function such as `listNestedBlock`, whose options it holds. */
export interface Block<
  N extends "list" | "set" | "single" = "list" | "set" | "single",
  A extends Attributes = Attributes,
  B extends Blocks = Blocks,
> {
  readonly nesting: N;
  readonly attributes: A;
  readonly blocks: B;
  readonly minItems: number;
  /** 0 means no limit. */
  readonly maxItems: number;
  readonly description?: string;
  readonly deprecationMessage?: string;
}
/** Blocks by name. */
export interface Blocks {
  readonly [name: string]: Block;
}
/** The blocks of a schema that has none. */
export type NoBlocks = Record<never, never>;

/** The attributes and blocks of a resource, data source, ephemeral resource or provider. */
export interface ObjectSchema {
  readonly attributes: Attributes;
  readonly blocks: Blocks;
}
