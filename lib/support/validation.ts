/**
 * The shape of props, checked at construction: types, ranges and patterns, with Terraform tokens let through.
 * What is well-formed and yet hurts is a rule's business (`rules/`).
 */
import { isIP } from "node:net";
import type { Construct } from "constructs";
import { z } from "zod";
import { HermesConfigError, type Problem, showValue } from "./errors";
import { inSecretsFile } from "./secret";
import { isUnresolved } from "./tokens";

/** One schema for each prop, no more and no fewer. */
type Shape<Props> = { readonly [K in keyof Required<Props>]: z.ZodType };

/** An object with these props only. CDKTF drops a misspelt prop without a word, so it is refused here. */
export function propsSchema<Props>(shape: Shape<Props>): z.ZodObject {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `no such prop as ${issue.keys?.map((key) => JSON.stringify(key)).join(", ")}; known: ${known}`
        : "an object",
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

/** Throws with every prop that has the wrong shape. */
export function validateProps(scope: Construct, schema: LazySchema, props: unknown): void {
  const result = schema().safeParse(props);
  if (result.success) return;
  throw new HermesConfigError(
    scope,
    result.error.issues.map((issue) => toProblem(issue, props)),
  );
}

function toProblem(issue: z.core.$ZodIssue, props: unknown): Problem {
  const path = issue.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  const prop = path.replace(/^\./, "") || "props";
  if (issue.code === "unrecognized_keys")
    return { prop, problem: issue.message, fix: "correct or remove it" };
  const value = issue.path.reduce<unknown>((at, key) => (isRecord(at) ? at[String(key)] : undefined), props);
  if (value === undefined) return { prop, problem: "is missing", allowed: issue.message };
  return { prop, value: showIfPublic(issue.path, value), problem: "is not allowed", allowed: issue.message };
}

/** Only the kind of what could hold a secret: someone may have put one where it does not belong. */
function showIfPublic(path: readonly PropertyKey[], value: unknown): string | undefined {
  if (path.some((key) => SECRET_PROPS.has(String(key)))) return undefined;
  if (isRecord(value) && !isUnresolved(value)) return Array.isArray(value) ? "a list" : "an object";
  const holder = path.length === 0 || SECRET_HOLDERS.has(String(path.at(-1)));
  return holder ? `a ${typeof value}` : showValue(value);
}

/** Props whose own place a secret takes when its name was forgotten. */
const SECRET_HOLDERS = new Set([
  "apiServer",
  "dashboard",
  "model",
  "messaging",
  "slack",
  "telegram",
  "discord",
]);

/** Props whose value must never be shown, whatever is wrong with it. */
const SECRET_PROPS = new Set([
  "password",
  "passwordHash",
  "sessionSecret",
  "clientSecret",
  "key",
  "apiKey",
  "botToken",
  "appToken",
  "secrets",
  "env",
  "config",
  "driverOptions",
]);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Lets a value pass that only Terraform knows. */
function tokenOr(schema: z.ZodType): z.ZodType {
  return z.unknown().superRefine((value, context) => {
    if (isUnresolved(value)) return;
    const result = schema.safeParse(value);
    if (result.success) return;
    for (const issue of result.error.issues)
      context.addIssue({ code: "custom", message: issue.message, path: issue.path });
  });
}

export function wholeNumber(min: number, max: number, unit: string): z.ZodType {
  return tokenOr(literalWholeNumber(min, max, unit));
}

/** A whole number that must be known at synthesis. */
export function literalWholeNumber(min: number, max: number, unit: string): z.ZodType {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const allowed = `a whole number ${range}${unit && ` (${unit})`}`;
  return z.int(allowed).min(min, allowed).max(max, allowed);
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

/** No token; nor one's element, which stands for a whole list and is lost beside others. */
function isLiteral(value: string): boolean {
  return !isUnresolved(value) && !isUnresolved([value]);
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
  return z.record(z.string().regex(key, `names such as ${allowedKeys}`), value, "an object");
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

/** A secret's shape only; that it is no literal is rule `secret-literal`. */
export function secret(): z.ZodType {
  return z.custom(
    (value) => value === inSecretsFile || (typeof value === "string" && value.trim() !== ""),
    "a sensitive Terraform value, such as a TerraformVariable's stringValue, or inSecretsFile",
  );
}

/** A construct of a kind that only its own test can tell. */
export function construct(name: string, test: (value: unknown) => boolean): z.ZodType {
  return z.custom(test, `a ${name}`);
}

/** An address that must be known at synthesis: what the engine cannot read, it takes for every interface. */
export function literalAddress(...names: readonly string[]): z.ZodType {
  const allowed = ["an IP address", ...names].join(" or ");
  return z.string(allowed).refine((value) => isIP(value) !== 0 || names.includes(value), allowed);
}

export const ABSOLUTE_PATH = /^\/[^\0\r\n]*$/;

/** One line that begins with `/` and goes neither up nor round. */
export function isNormalAbsolute(path: string): boolean {
  return ABSOLUTE_PATH.test(path) && !path.split("/").some((part) => part === "." || part === "..");
}
