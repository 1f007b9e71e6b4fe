/** The TypeScript types of the values that a schema describes. */
import type { Attribute, Attributes, Block, Blocks, Collection, Nested, NoBlocks, Primitive } from "./schema";
import type { Unknown } from "./value";

/**
 * When code sees a value.
 * - `draft`: a configuration or a plan in which anything may be unknown yet
 * - `planned`: a plan at apply, in which only what the resource computes is unknown
 * - `config`: the configuration at apply
 * - `state`: what is stored after an apply, all of it known
 */
export type Phase = "state" | "planned" | "config" | "draft";
/** Unknown, in a phase in which any part of a value may be. */
export type UnknownIn<P extends Phase> = P extends "draft" ? Unknown : never;

/** The TypeScript type of a value, by its attribute type. */
export type ValueOf<T, P extends Phase> = T extends Primitive<infer V>
  ? V
  : T extends Nested<infer A>
    ? ObjectOf<A, NoBlocks, P>
    : T extends Collection<infer K, infer E>
      ? K extends "map"
        ? { readonly [key: string]: ValueOf<E, P> | UnknownIn<P> }
        : readonly (ValueOf<E, P> | UnknownIn<P>)[]
      : never;

/** What each mode lets a value be, in each phase. */
export interface ValueByMode<V> {
  readonly required: { draft: V | null | Unknown; planned: V; config: V; state: V };
  readonly optional: { draft: V | null | Unknown; planned: V | null; config: V | null; state: V | null };
  readonly defaulted: { draft: V | null | Unknown; planned: V; config: V | null; state: V };
  readonly computed: {
    draft: V | null | Unknown;
    planned: V | null | Unknown;
    config: null;
    state: V | null;
  };
  readonly optionalComputed: {
    draft: V | null | Unknown;
    planned: V | null | Unknown;
    config: V | null;
    state: V | null;
  };
  readonly writeOnly: { draft: V | null | Unknown; planned: V | null; config: V | null; state: V | null };
}

/** The TypeScript type of an attribute's value. */
export type AttributeValue<X, P extends Phase> = X extends Attribute<infer T, infer M>
  ? ValueByMode<ValueOf<T, P>>[M][P]
  : never;
/** The TypeScript type of a block's value: an object, or a list of objects. */
export type BlockValue<X, P extends Phase> = X extends Block<infer N, infer A, infer B>
  ? N extends "single"
    ? ObjectOf<A, B, P> | null | UnknownIn<P>
    : readonly ObjectOf<A, B, P>[] | UnknownIn<P>
  : never;

/** A name, unless its attribute is write-only: only the configuration holds such values. */
export type StoredName<A extends Attributes, K extends keyof A> = A[K]["mode"] extends "writeOnly"
  ? never
  : K;

/** A name of the schema. Of a schema without blocks the compiler infers `Blocks`, which allows any name. */
export type DeclaredName<K> = string extends K ? never : K;

/** The TypeScript type of an object with these attributes and blocks. */
export type ObjectOf<A extends Attributes, B extends Blocks, P extends Phase> = {
  readonly [K in keyof A as P extends "state" | "planned" ? StoredName<A, K> : K]: AttributeValue<A[K], P>;
} & {
  readonly [K in keyof B as DeclaredName<K>]: BlockValue<B[K], P>;
};

/** The names of the attributes that the resource may set. */
export type ComputedName<A extends Attributes> = {
  [K in keyof A]: A[K]["mode"] extends "computed" | "optionalComputed" ? K : never;
}[keyof A];

/** What a function of a resource returns: the attributes that it computes, and others only where it wants to. */
export type ResultOf<A extends Attributes, B extends Blocks, P extends Phase = "state"> = {
  readonly [K in ComputedName<A>]: AttributeValue<A[K], P>;
} & Partial<ObjectOf<A, B, P>>;
