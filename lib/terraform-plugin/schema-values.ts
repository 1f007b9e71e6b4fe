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
type Open<P extends Phase> = P extends "draft" ? Unknown : never;

/** The TypeScript type of a value, by its attribute type. */
export type ValueOf<T, P extends Phase> = T extends Primitive<infer V>
  ? V
  : T extends Nested<infer A>
    ? ObjectOf<A, NoBlocks, P>
    : T extends Collection<infer K, infer E>
      ? K extends "map"
        ? { readonly [key: string]: ValueOf<E, P> | Open<P> }
        : readonly (ValueOf<E, P> | Open<P>)[]
      : never;

/** What each mode lets a value be, in each phase. */
interface ByMode<V> {
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
  ? ByMode<ValueOf<T, P>>[M][P]
  : never;
/** The TypeScript type of a block's value: an object, or a list of objects. */
export type BlockValue<X, P extends Phase> = X extends Block<infer N, infer A, infer B>
  ? N extends "single"
    ? ObjectOf<A, B, P> | null | Open<P>
    : readonly ObjectOf<A, B, P>[] | Open<P>
  : never;

/** Only the configuration holds write-only values. */
type Stored<A extends Attributes, K extends keyof A> = A[K]["mode"] extends "writeOnly" ? never : K;

/** A name in the schema. A schema without blocks has an index signature, which would allow any name. */
type Named<K> = string extends K ? never : K;

/** The TypeScript type of an object with these attributes and blocks. */
export type ObjectOf<A extends Attributes, B extends Blocks, P extends Phase> = {
  readonly [K in keyof A as P extends "state" | "planned" ? Stored<A, K> : K]: AttributeValue<A[K], P>;
} & {
  readonly [K in keyof B as Named<K>]: BlockValue<B[K], P>;
};

type ComputedNames<A extends Attributes> = {
  [K in keyof A]: A[K]["mode"] extends "computed" | "optionalComputed" ? K : never;
}[keyof A];

/** What a function of a resource returns: the attributes that it computes, and others only where it wants to. */
export type ResultOf<A extends Attributes, B extends Blocks> = {
  readonly [K in ComputedNames<A>]: AttributeValue<A[K], "state">;
} & Partial<ObjectOf<A, B, "state">>;
