import { Fn, Token } from "cdktf";

/**
 * Whether only Terraform knows the value: a CDKTF token of any kind, or a string with a Terraform template in it.
 */
export function isUnresolved(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === "string" && value.includes("${"));
}

/**
 * A string as a Terraform expression, to be placed inside `${…}`. CDKTF drops a token's own braces there, so a
 * token stands bare; text around it becomes quoted parts.
 */
export function expressionOf(value: unknown): string {
  const text = typeof value === "string" ? value : Token.asString(value);
  if (!isUnresolved(text)) return quote(text);
  const parts = text.split(TOKEN).filter((part) => part !== "");
  const expressions = parts.map((part) => (TOKEN.test(part) ? part : templatePart(part)));
  return expressions.length === 1 ? expressions.join() : `join("", [${expressions.join(", ")}])`;
}

const TOKEN = /(\$\{TfToken\[[^\]]+\]\})/;

/** A part written by hand, such as `${var.name}`, is an expression if nothing stands around it. */
function templatePart(part: string): string {
  const whole = /^\$\{([^{}]*)\}$/.exec(part);
  if (whole?.[1] !== undefined) return `(${whole[1]})`;
  return part.includes("${") ? `"${part}"` : quote(part);
}

/** The list as one text, by Terraform where only it knows the list. */
export function joined(list: readonly string[], separator: string): string {
  return isUnresolved(list) ? Fn.join(separator, [...list]) : list.join(separator);
}

function quote(text: string): string {
  return JSON.stringify(escapeTemplate(text));
}

/** Literal text for a place where Terraform reads templates. */
export function escapeTemplate(text: string): string {
  return text.replaceAll(/([$%])\{/g, "$1$1{");
}
