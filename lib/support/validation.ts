/**
 * Checks the shape of props at construction: types, ranges and patterns. Terraform tokens pass. Values that are
 * well-formed but harmful are refused by rules (`rules/`).
 */
import { isIP } from "node:net";
import type { Construct } from "constructs";
import { z } from "zod";
import { HermesConfigError, kindOf, type Problem, showValue } from "./errors";
import { behindToken, confidential, knownNames, mayShowValue, showPath, valueAt } from "./redaction";
import { inSecretsFile } from "./secret";
import { nearest } from "./spelling";
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

export function lazily(build: () => z.ZodType): LazySchema {
  let schema: z.ZodType | undefined;
  return () => {
    schema ??= build();
    return schema;
  };
}

/** Throws an error that lists every prop with the wrong shape. */
export function validateProps(scope: Construct, schema: LazySchema, props: unknown): void {
  const problems = problemsIn(schema(), props);
  if (problems.length > 0) throw new HermesConfigError(scope, problems);
}

/** Every part of a value that has the wrong shape. */
export function problemsIn(schema: z.ZodType, value: unknown): readonly Problem[] {
  const { error } = schema.safeParse(value);
  const issues = error?.issues ?? [];
  return issues
    .flatMap(branchMeant)
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownName(key, issue, schema, value))
        : [toProblem(issue, schema, value)],
    );
}

/** Of a union's alternatives, the only one whose form the value has. What is wrong inside it says more. */
function branchMeant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const [meant, ...others] = issue.errors.filter((branch) =>
    branch.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
  );
  if (meant === undefined || others.length > 0) return [issue];
  return meant.flatMap((within) => branchMeant({ ...within, path: [...issue.path, ...within.path] }));
}

function unknownName(
  key: string,
  { path, message }: z.core.$ZodIssue,
  schema: z.ZodType,
  props: unknown,
): Problem {
  const meant = nearest(key, knownNames(schema, path));
  const fix = meant === undefined ? "remove it" : `did you mean ${JSON.stringify(meant)}?`;
  return { prop: showPath(schema, [...path, key], props), problem: message, fix };
}

function toProblem(issue: z.core.$ZodIssue, schema: z.ZodType, props: unknown): Problem {
  const prop = showPath(schema, issue.path, props);
  const allowed = issue.message;
  if (issue.code === "invalid_key") return { prop, problem: "is not an allowed name", allowed };
  const value = valueAt(props, issue.path);
  if (value === undefined) return { prop, problem: "is missing", allowed };
  if (isListElement(value)) {
    const problem = "stands for a whole list that only Terraform knows";
    return { prop, problem, allowed, fix: "take one element, by Fn.element" };
  }
  // Only the kind of an object or a list is shown, since anything may be in it.
  const simple = !isRecord(value) || isUnresolved(value);
  const shown = simple && mayShowValue(schema, issue.path) ? showValue(value) : kindOf(value);
  return { prop, value: shown, problem: "is not allowed", allowed };
}

export { confidential };

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Also accepts a value that only Terraform knows. */
function tokenOr(schema: z.ZodType): z.ZodType {
  const either = z.unknown().superRefine((value, context) => {
    if (isUnresolved(value)) return;
    const result = schema.safeParse(value);
    if (result.success) return;
    for (const issue of result.error.issues)
      context.addIssue({
        code: "custom",
        message: issue.message,
        path: issue.path,
        continue: issue.path.length > 0,
      });
  });
  return behindToken(either, schema);
}

export function wholeNumber(min: number, max: number, unit: string): z.ZodType {
  return tokenOr(literalWholeNumber(min, max, unit));
}

/** A whole number that must be known at synthesis. */
export function literalWholeNumber(min: number, max: number, unit: string): z.ZodType {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const allowed = `a whole number ${range}${unit && ` (${unit})`}`;
  return z
    .number(allowed)
    .refine((value) => Number.isSafeInteger(value) && value >= min && value <= max, allowed);
}

export function atLeast(min: number, unit: string): z.ZodType {
  const allowed = `a number of at least ${min} (${unit})`;
  return tokenOr(z.number(allowed).min(min, allowed));
}

/** A string of that pattern, or a token. */
export function text(pattern: RegExp, allowed: string): z.ZodType {
  return tokenOr(literalText(pattern, allowed));
}

/** A string that passes the test, or a token. */
export function textThat(test: (value: string) => boolean, allowed: string): z.ZodType {
  return tokenOr(z.string(allowed).refine((value) => isLiteral(value) && test(value), allowed));
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
  return tokenOr(listOf(item));
}

export function mapOf(key: RegExp, allowedKeys: string, value: z.ZodType): z.ZodType {
  return z.record(z.string().regex(key), value, {
    error: ({ code }) => (code === "invalid_key" ? `names such as ${allowedKeys}` : "a plain object"),
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
    z.custom(
      (value) => value === inSecretsFile || (typeof value === "string" && value.trim() !== ""),
      "a sensitive Terraform value, such as a TerraformVariable's stringValue, or inSecretsFile",
    ),
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

export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** An address that must be known at synthesis: the engine takes an address that it can't read for every interface. */
export function literalAddress(...names: readonly string[]): z.ZodType {
  const allowed = ["an IP address", ...names].join(" or ");
  return z.string(allowed).refine((value) => isIP(value) !== 0 || names.includes(value), allowed);
}

export const ABSOLUTE_PATH = /^\/[^\0\r\n]*$/;

/** One line that begins with `/` and has no `.` or `..` as a part. */
export function isNormalAbsolute(path: string): boolean {
  return ABSOLUTE_PATH.test(path) && !path.split("/").some((part) => part === "." || part === "..");
}
