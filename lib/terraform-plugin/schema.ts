/**
 * The words a schema is written in. Two questions are answered apart: what a value is (`string`, `list(integer)`,
 * `nested({...})`) and who sets it (`required`, `optional`, `defaulted`, `computed`, `optionalComputed`,
 * `writeOnly`). A combination without meaning, such as a default on a required attribute, can't be written.
 */

import type { TerraformNumber } from "./number";
import { Dynamic, isNumber, type Path, type Type, type Unknown, type Value } from "./value";

/** A value without parts, and how code knows it. */
export interface Primitive<V> {
  readonly kind: "primitive";
  readonly type: Type & string;
  readonly accepts: (value: unknown) => value is V;
  /** What is allowed, for error messages. */
  readonly wanted: string;
}
/** Many values of one kind. */
export interface Collection<K extends "list" | "set" | "map" = "list" | "set" | "map", E = unknown> {
  readonly kind: K;
  readonly element: E;
}
/** An object whose attributes have modes of their own. */
export interface Nested<A extends Attributes = Attributes> {
  readonly kind: "nested";
  readonly attributes: A;
}
/** What a collection may hold in any depth. */
export type ElementType = Primitive<unknown> | Collection<"list" | "set" | "map", ElementType>;
/** What an attribute's value may be. Nested objects stand at most one collection deep. */
export type AttributeType = ElementType | Nested | Collection<"list" | "set" | "map", ElementType | Nested>;

/** Text. */
export const string: Primitive<string> = {
  kind: "primitive",
  type: "string",
  accepts: (value) => typeof value === "string",
  wanted: "text",
};
/** True or false. */
export const bool: Primitive<boolean> = {
  kind: "primitive",
  type: "bool",
  accepts: (value) => typeof value === "boolean",
  wanted: "true or false",
};
/** A whole number that JavaScript holds exactly. */
export const integer: Primitive<number> = {
  kind: "primitive",
  type: "number",
  accepts: (value): value is number => Number.isSafeInteger(value),
  wanted: "a whole number between -9007199254740991 and 9007199254740991",
};
/** A number that JavaScript holds exactly, such as 0.5. */
export const number: Primitive<number> = {
  kind: "primitive",
  type: "number",
  accepts: (value) => typeof value === "number",
  wanted: "a number of at most 15 significant digits",
};
/** Any number, to the last digit. */
export const exactNumber: Primitive<TerraformNumber> = {
  kind: "primitive",
  type: "number",
  accepts: isNumber,
  wanted: "a number",
};
/** A value whose type the configuration chooses. */
export const dynamic: Primitive<Dynamic> = {
  kind: "primitive",
  type: "dynamic",
  accepts: (value) => value instanceof Dynamic,
  wanted: "any value",
};

/** A collection in the order of the configuration. */
export function list<E extends ElementType | Nested>(element: E): Collection<"list", E> {
  return { kind: "list", element };
}
/** A collection without order. In code it is an array. */
export function set<E extends ElementType | Nested>(element: E): Collection<"set", E> {
  return { kind: "set", element };
}
/** A collection by names that the configuration chooses. */
export function map<E extends ElementType | Nested>(element: E): Collection<"map", E> {
  return { kind: "map", element };
}
/** An object with attributes of its own: alone, or in a list, set or map. */
export function nested<A extends Attributes>(attributes: A): Nested<A> {
  return { kind: "nested", attributes };
}

/** Who sets an attribute. */
export type Mode = "required" | "optional" | "defaulted" | "computed" | "optionalComputed" | "writeOnly";

/** What is wrong with a value; with `path` when the fault lies deeper in it. */
export type Problem = string | { readonly path: Path; readonly problem: string };
/** Looks at a value that is wholly known. Returns what is wrong and what is allowed, or nothing. */
export type Validator<V> = (value: V) => Problem | undefined;

/** What any attribute that the configuration sets may say. */
export interface AttributeOptions<V> {
  readonly description?: string;
  /** Hidden in plans and in this library's own messages and logs. It stands in the state in clear text. */
  readonly sensitive?: boolean;
  /** What to use instead. Terraform prints it as a warning where the attribute is set. */
  readonly deprecationMessage?: string;
  readonly validators?: readonly Validator<V>[];
}
/** What an attribute that is stored may say. */
export interface SettableOptions<V> extends AttributeOptions<V> {
  /** A change means destroy and create. @default false */
  readonly requiresReplace?: boolean;
}
/** What an attribute that the resource sets may say. */
export interface ComputedOptions {
  readonly description?: string;
  readonly sensitive?: boolean;
  readonly deprecationMessage?: string;
  /** A change elsewhere leaves this value as it is, so that plans don't show it as known after apply. @default false */
  readonly useStateForUnknown?: boolean;
}

/** An attribute, made by one of the functions below. */
export interface Attribute<T extends AttributeType = AttributeType, M extends Mode = Mode> {
  readonly type: T;
  readonly mode: M;
  readonly default?: Value;
  readonly description?: string;
  readonly sensitive?: boolean;
  readonly deprecationMessage?: string;
  readonly validators?: readonly Validator<never>[];
  readonly requiresReplace?: boolean;
  readonly useStateForUnknown?: boolean;
}
/** By name. */
export interface Attributes {
  readonly [name: string]: Attribute;
}

/** The configuration must set it. */
export function required<T extends AttributeType>(
  type: T,
  options: SettableOptions<ValueOf<T, "state">> = {},
): Attribute<T, "required"> {
  return { type, mode: "required", ...options };
}
/** The configuration may set it; otherwise it is null. */
export function optional<T extends AttributeType>(
  type: T,
  options: SettableOptions<ValueOf<T, "state">> = {},
): Attribute<T, "optional"> {
  return { type, mode: "optional", ...options };
}
/** The configuration may set it; otherwise it has the default. */
export function defaulted<T extends AttributeType>(
  type: T,
  value: ValueOf<T, "state"> & Value,
  options: SettableOptions<ValueOf<T, "state">> = {},
): Attribute<T, "defaulted"> {
  return { type, mode: "defaulted", default: value, ...options };
}
/** The resource sets it. */
export function computed<T extends AttributeType>(
  type: T,
  options: ComputedOptions = {},
): Attribute<T, "computed"> {
  return { type, mode: "computed", ...options };
}
/** The configuration may set it; otherwise the resource does. */
export function optionalComputed<T extends AttributeType>(
  type: T,
  options: SettableOptions<ValueOf<T, "state">> & ComputedOptions = {},
): Attribute<T, "optionalComputed"> {
  return { type, mode: "optionalComputed", ...options };
}
/** The configuration may set it, and it is never stored: neither in the plan nor in the state. Terraform 1.11 or later. */
export function writeOnly<T extends AttributeType>(
  type: T,
  options: AttributeOptions<ValueOf<T, "config">> = {},
): Attribute<T, "writeOnly"> {
  return { type, mode: "writeOnly", ...options };
}

/** A block, made by one of the functions below. */
export interface Block<
  N extends "list" | "set" | "single" = "list" | "set" | "single",
  A extends Attributes = Attributes,
  B extends Blocks = Blocks,
> {
  readonly nesting: N;
  readonly attributes: A;
  readonly blocks: B;
  readonly minItems: number;
  /** 0: as many as one likes. */
  readonly maxItems: number;
  readonly description?: string;
  readonly deprecationMessage?: string;
}
/** By name. */
export interface Blocks {
  readonly [name: string]: Block;
}
/** The blocks of a schema that has none. */
export type NoBlocks = Record<never, never>;

interface BlockContent<A, B> {
  readonly attributes: A;
  readonly blocks?: B;
  readonly description?: string;
  readonly deprecationMessage?: string;
}
interface RepeatedBlockContent<A, B> extends BlockContent<A, B> {
  /** @default 0 */
  readonly minItems?: number;
  /** @default as many as one likes */
  readonly maxItems?: number;
}
function block<N extends "list" | "set" | "single", A extends Attributes, B extends Blocks>(
  nesting: N,
  content: RepeatedBlockContent<A, B>,
): Block<N, A, B>;
function block(
  nesting: Block["nesting"],
  { attributes, blocks = {}, minItems = 0, maxItems = 0, ...texts }: RepeatedBlockContent<Attributes, Blocks>,
): Block {
  return { nesting, attributes, blocks, minItems, maxItems, ...texts };
}

/** Blocks in the order of the configuration. */
export function listNestedBlock<A extends Attributes, B extends Blocks = NoBlocks>(
  content: RepeatedBlockContent<A, B>,
): Block<"list", A, B> {
  return block("list", content);
}
/** Blocks without order. */
export function setNestedBlock<A extends Attributes, B extends Blocks = NoBlocks>(
  content: RepeatedBlockContent<A, B>,
): Block<"set", A, B> {
  return block("set", content);
}
/** At most one block. */
export function singleNestedBlock<A extends Attributes, B extends Blocks = NoBlocks>(
  content: BlockContent<A, B>,
): Block<"single", A, B> {
  return block("single", content);
}

/**
 * When a value is looked at:
 * `state` after an apply, everything known; `planned` at apply, where only what the resource computes is open;
 * `config` the configuration at apply; `draft` a configuration or plan in which anything may be unknown yet.
 */
export type Phase = "state" | "planned" | "config" | "draft";
type Open<P extends Phase> = P extends "draft" ? Unknown : never;

/** The TypeScript type of a value. */
export type ValueOf<T, P extends Phase> = T extends Primitive<infer V>
  ? V
  : T extends Nested<infer A>
    ? ObjectOf<A, NoBlocks, P>
    : T extends Collection<infer K, infer E>
      ? K extends "map"
        ? { readonly [key: string]: ValueOf<E, P> | Open<P> }
        : readonly (ValueOf<E, P> | Open<P>)[]
      : never;

type ByMode<V, M extends Mode, P extends Phase> = P extends "draft"
  ? V | null | Unknown
  : M extends "required"
    ? V
    : M extends "optional"
      ? V | null
      : M extends "defaulted"
        ? P extends "config"
          ? V | null
          : V
        : M extends "writeOnly"
          ? V | null
          : P extends "planned"
            ? V | null | Unknown
            : P extends "config"
              ? M extends "computed"
                ? null
                : V | null
              : V | null;

type AttributeValue<X, P extends Phase> = X extends Attribute<infer T, infer M>
  ? ByMode<ValueOf<T, P>, M, P>
  : never;
type BlockValue<X, P extends Phase> = X extends Block<infer N, infer A, infer B>
  ? N extends "single"
    ? ObjectOf<A, B, P> | null | Open<P>
    : readonly ObjectOf<A, B, P>[] | Open<P>
  : never;

/** A write-only attribute is seen in the configuration alone. */
type Stored<A extends Attributes, K extends keyof A> = A[K]["mode"] extends "writeOnly" ? never : K;

/** A name that the schema gave; a schema without blocks has none. */
type Named<K> = string extends K ? never : K;

/** The TypeScript type of everything that a schema describes. */
export type ObjectOf<A extends Attributes, B extends Blocks, P extends Phase> = {
  readonly [K in keyof A as P extends "state" | "planned" ? Stored<A, K> : K]: AttributeValue<A[K], P>;
} & {
  readonly [K in keyof B as Named<K>]: BlockValue<B[K], P>;
};

type ComputedNames<A extends Attributes> = {
  [K in keyof A]: A[K]["mode"] extends "computed" | "optionalComputed" ? K : never;
}[keyof A];

/** What a resource hands back: what it computed, and the rest only where it wants to. */
export type ResultOf<A extends Attributes, B extends Blocks> = {
  readonly [K in ComputedNames<A>]: AttributeValue<A[K], "state">;
} & Partial<ObjectOf<A, B, "state">>;

/** The attributes and blocks of a resource, data source or provider. */
export interface ObjectSchema {
  readonly attributes: Attributes;
  readonly blocks: Blocks;
}
