/**
 * Checks the shape of props at construction: types, ranges and patterns. Terraform tokens pass. Values that are
 * well-formed but harmful are refused by rules (`rules/`).
 */
import type { Construct } from "constructs";
import { z } from "zod";
import { describeProblem, kindOf, type Problem, refuse, showValue } from "./errors";
import { isAddress } from "./host-name";
import { isPlainObject, isRecord } from "./objects";
import { behindToken, confidential, knownNames, mayShowValue, showPath, valueAt } from "./redaction";
import { inSecretsFile } from "./secret";
import { nearest } from "./spelling";
import { isListElement, isUnresolved } from "./tokens";
import { unreadableIn } from "./unreadable";

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
  const problems = problemsOf(schema(), props);
  if (problems.length > 0) refuse(scope, problems);
}

function problemsOf(schema: z.ZodType, props: unknown): readonly Problem[] {
  try {
    const unreadable = unreadableIn(props);
    if (unreadable.length > 0)
      return unreadable.map(({ path, ...rest }) => ({ prop: showPath(schema, path, props), ...rest }));
    const issues = (schema.safeParse(props).error?.issues ?? [])
      .flatMap(branchMeant)
      .map((issue) => aboutWholeToken(issue, props));
    return withoutEchoes(
      issues.flatMap((issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map((key) => unknownName(key, issue, schema, props))
          : [toProblem(issue, schema, props)],
      ),
    );
  } catch {
    // What a proxy does when it is looked at, or an object that is nested too deeply for the stack.
    const problem = "reading them throws an exception, or has no end";
    return [{ prop: "props", problem, fix: "give plain values" }];
  }
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

/** Inside an object or a map that only Terraform knows, there is nothing to say anything about. */
function aboutWholeToken(issue: z.core.$ZodIssue, props: unknown): z.core.$ZodIssue {
  const depth = [...issue.path, undefined].findIndex((_, i) => {
    const value = valueAt(props, issue.path.slice(0, i));
    return isRecord(value) && !Array.isArray(value) && isUnresolved(value);
  });
  if (depth < 0 || (depth === issue.path.length && issue.code === "custom")) return issue;
  const input = valueAt(props, issue.path.slice(0, depth));
  const path = issue.path.slice(0, depth);
  return { code: "custom", path, input, message: "a literal object", params: { fix: "name each part here" } };
}

/** A problem once, and none that a misspelt name causes: the right one seems to be missing. */
function withoutEchoes(problems: readonly NamedProblem[]): readonly Problem[] {
  const meant = new Set(problems.flatMap(({ meant }) => meant ?? []));
  const seen = new Set<string>();
  return problems.flatMap(({ meant: _, ...problem }) => {
    const text = describeProblem(problem);
    if (seen.has(text) || (problem.problem === MISSING && meant.has(problem.prop))) return [];
    seen.add(text);
    return [problem];
  });
}

interface NamedProblem extends Problem {
  /** The prop that was probably meant. */
  readonly meant?: string;
}

const MISSING = "is missing";

function unknownName(
  key: string,
  { path, message }: z.core.$ZodIssue,
  schema: z.ZodType,
  props: unknown,
): NamedProblem {
  const prop = showPath(schema, [...path, key], props);
  const near = nearest(key, knownNames(schema, path));
  if (near === undefined) return { prop, problem: message, fix: "remove it" };
  // With the right name there, the list of all of them would only be long.
  const problem = message.replace(/; .*$/, "");
  const fix = `did you mean ${JSON.stringify(near)}?`;
  return { prop, problem, fix, meant: showPath(schema, [...path, near], props) };
}

function toProblem(issue: z.core.$ZodIssue, schema: z.ZodType, props: unknown): NamedProblem {
  const prop = showPath(schema, issue.path, props);
  const allowed = issue.message;
  if (issue.code === "invalid_key") return { prop, problem: "is not an allowed name", allowed };
  const value = valueAt(props, issue.path);
  if (value === undefined) return { prop, problem: MISSING, allowed };
  if (isListElement(value)) {
    const problem = "stands for a whole list that only Terraform knows";
    return { prop, problem, allowed, fix: "take one element, by Fn.element" };
  }
  if (isUnresolved(value)) return { prop, problem: "is known only at apply", allowed, fix: fixOf(issue) };
  // Only the kind of an object or a list is shown, since anything may be in it.
  const shown = !isRecord(value) && mayShowValue(schema, issue.path) ? showValue(value) : kindOf(value);
  return { prop, value: shown, problem: "is not allowed", allowed };
}

/** A place that takes a Terraform value takes one of its own type only. */
function fixOf(issue: z.core.$ZodIssue): string {
  const { fix, takesToken } = {
    fix: undefined,
    takesToken: false,
    ...(issue.code === "custom" && issue.params),
  };
  if (typeof fix === "string") return fix;
  return takesToken === true
    ? "give a Terraform value of that type, such as a variable's stringValue, numberValue or listValue"
    : "write it out";
}

export { confidential };

/** Also accepts a value of that type that only Terraform knows. */
function tokenOr(schema: z.ZodType, isOfType: (token: unknown) => boolean): z.ZodType {
  const either = z.unknown().superRefine((value, context) => {
    const token = isUnresolved(value);
    if (token && isOfType(value)) return;
    const result = schema.safeParse(value);
    if (result.success) return;
    for (const issue of result.error.issues)
      context.addIssue({
        code: "custom",
        message: issue.message,
        path: issue.path,
        continue: issue.path.length > 0,
        ...(token && { params: { takesToken: true } }),
      });
  });
  return behindToken(either, schema);
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

export function mapOf(key: RegExp, allowedKeys: string, value: z.ZodType): z.ZodType {
  return z.record(z.string().regex(key), value, {
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
