/**
 * Checks the shape of props at construction: types, ranges and patterns. Terraform tokens pass. Values that are
 * well-formed but harmful are refused by rules (`rules/`).
 */
import type { Construct } from "constructs";
import * as z from "zod";
import { refuse } from "./errors";
import { isAddress } from "./host-name";
import { isPlainObject, isRecord } from "./objects";
import { problemsOf } from "./prop-problems";
import { behindToken, confidential } from "./redaction";
import { inSecretsFile } from "./secret";
import { isListElement, isUnresolved } from "./tokens";

/** Exactly one schema for each prop. */
type Shape<Props> = { readonly [K in keyof Required<Props>]: z.ZodType };

/** An object with these props only. CDKTF silently drops a misspelt prop, so it is rejected here. */
export function propsSchema<Props>(shape: Shape<Props>): z.ZodObject {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) => (code === "unrecognized_keys" ? `no such prop; known: ${known}` : "an object"),
  });
}

/** A schema that is built at its first use, so that loading the package costs next to nothing. */
export type LazySchema = () => z.ZodType;

export function lazily<Schema extends z.ZodType>(build: () => Schema): () => Schema {
  let schema: Schema | undefined;
  return () => {
    schema ??= build();
    return schema;
  };
}

/**
 * Throws an error that lists every prop with the wrong shape.
 *
 * @param besides props that somebody else checks
 */
export function validateProps(
  scope: Construct,
  schema: LazySchema,
  props: unknown,
  besides: readonly string[] = [],
): void {
  const problems = problemsOf(schema(), props, besides);
  if (problems.length > 0) refuse(scope, problems);
}

export { confidential };

/** Also accepts a value of that type that only Terraform knows. */
function tokenOr(schema: z.ZodType, isOfType: (token: unknown) => boolean): z.ZodType {
  const either = z.unknown().superRefine((value, context) => {
    const token = isUnresolved(value);
    if (token && isOfType(value)) return;
    const result = schema.safeParse(value);
    if (result.success) return;
    for (const issue of result.error.issues) {
      if (token) context.addIssue({ code: "custom", message: issue.message, params: { takesToken: true } });
      else context.addIssue({ ...issue, continue: issue.path.length > 0 });
    }
  });
  return behindToken(either, schema);
}

/** Also accepts whatever only Terraform knows. */
export function orToken(schema: z.ZodType): z.ZodType {
  return tokenOr(schema, () => true);
}

const isTextToken = (token: unknown) => typeof token === "string";
const isListToken = (token: unknown) => Array.isArray(token);
const isNumberToken = (token: unknown) => !Array.isArray(token);

export function wholeNumber(min: number, max: number, unit: string): z.ZodType {
  return tokenOr(literalWholeNumber(min, max, unit), isNumberToken);
}

/** A whole number that must be known at synthesis. */
export function literalWholeNumber(min: number, max: number, unit: string): z.ZodType {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const allowed = `a whole number ${range}${unit && ` (${unit})`}`;
  return z
    .number(allowed)
    .refine((value) => Number.isSafeInteger(value) && value >= min && value <= max, allowed);
}

export function numberFrom(min: number, max: number, unit: string): z.ZodType {
  const allowed = `a number from ${min} to ${max} (${unit})`;
  return tokenOr(z.number(allowed).min(min, allowed).max(max, allowed), isNumberToken);
}

/** A string of that pattern, or a token. */
export function text(pattern: RegExp, allowed: string): z.ZodType {
  return tokenOr(literalText(pattern, allowed), isTextToken);
}

/** A string that passes the test, or a token. */
export function textThat(test: (value: string) => boolean, allowed: string): z.ZodType {
  return tokenOr(
    z.string(allowed).refine((value) => isLiteral(value) && test(value), allowed),
    isTextToken,
  );
}

/** A string of that pattern whose value must be known at synthesis. */
export function literalText(pattern: RegExp, allowed: string): z.ZodType {
  const error = { error: allowed, abort: true };
  return z.string(allowed).refine((value) => isLiteral(value) && pattern.test(value), error);
}

function isLiteral(value: string): boolean {
  return !isUnresolved(value) && !isListElement(value);
}

export function anyText(allowed = "a non-empty string"): z.ZodType {
  return text(/\S/, allowed);
}

export function flag(): z.ZodType {
  return z.boolean("true or false");
}

export function choice(...values: readonly string[]): z.ZodType {
  return z.enum(values, `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`);
}

export function listOf(item: z.ZodType): z.ZodType {
  return z.array(item, "a list");
}

/** A list, or a token that stands for the whole of it. */
export function listOrToken(item: z.ZodType): z.ZodType {
  return tokenOr(listOf(item), isListToken);
}

export function mapOf(
  key: RegExp | ((name: string) => boolean),
  allowedKeys: string,
  value: z.ZodType,
): z.ZodType {
  const name = typeof key === "function" ? z.string().refine(key) : z.string().regex(key);
  return z.record(name, value, {
    error: ({ code }) => (code === "invalid_key" ? allowedKeys : "a plain object"),
  });
}

export function optional(schema: z.ZodType): z.ZodType {
  return schema.optional();
}

export function either(
  allowed: string,
  ...schemas: readonly [z.ZodType, z.ZodType, ...z.ZodType[]]
): z.ZodType {
  return z.union(schemas, allowed);
}

/** Checks only the shape of a secret. Rule `secret-literal` refuses literals. */
export function secret(): z.ZodType {
  return confidential(
    z.custom((value) => value === inSecretsFile || (typeof value === "string" && value.trim() !== ""), {
      error: "a sensitive Terraform value, such as a TerraformVariable's stringValue, or inSecretsFile",
      params: { takesToken: true },
    }),
  );
}

/**
 * A construct, recognized by the test. Its value is not shown: people may pass its props instead, with secrets in
 * them.
 */
export function construct(name: string, test: (value: unknown) => boolean): z.ZodType {
  return confidential(z.custom(test, `a ${name}`));
}

/** A value that JSON can hold. */
export function json(): z.ZodType {
  return z.unknown().superRefine((value, context) => {
    for (const path of pathsOutsideJson(value, [], []))
      context.addIssue({
        code: "custom",
        path: [...path],
        message: "text, finite numbers, true, false, null, and lists and objects of these, without cycles",
      });
  });
}

function pathsOutsideJson(
  value: unknown,
  path: readonly PropertyKey[],
  around: readonly unknown[],
): readonly (readonly PropertyKey[])[] {
  if (value === null || typeof value === "string" || typeof value === "boolean") return [];
  if (typeof value === "number") return Number.isFinite(value) ? [] : [path];
  if (!isRecord(value) || around.includes(value) || !(Array.isArray(value) || isPlainObject(value)))
    return [path];
  const entries: readonly [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, item]) => pathsOutsideJson(item, [...path, key], [...around, value]));
}

/** An address that must be known at synthesis: the engine takes an address that it can't read for every interface. */
export function literalAddress(...names: readonly string[]): z.ZodType {
  const allowed = ["an IP address", ...names].join(" or ");
  return z.string(allowed).refine((value) => isAddress(value) || names.includes(value), allowed);
}
