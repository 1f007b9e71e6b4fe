import { Fn, type IResolvable, type IResolveContext, Token, Tokenization } from "cdktf";

/**
 * Whether only Terraform knows the value: a CDKTF token of any kind, or a string with a Terraform template in it.
 */
export function isUnresolved(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === "string" && value.includes("${"));
}

/** Whether it stands for a whole list that only Terraform knows. Where one value is expected, it would be lost. */
export function isListElement(value: unknown): boolean {
  return typeof value === "string" && !isUnresolved(value) && Token.isUnresolved([value]);
}

/** A token of any type; a `${…}` that was written by hand is not one. */
export function isToken(value: unknown): boolean {
  return isUnresolved(value) && !(typeof value === "string" && !value.includes("TfToken["));
}

/** Whether it contains a token anywhere: as a key, a value, or an element that stands for a whole list. */
export function holdsToken(value: unknown): boolean {
  if (isToken(value)) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    Object.entries(value)
      .flat()
      .some((part) => holdsToken(part))
  );
}

/**
 * A string as a Terraform expression, to be placed inside `${…}`. CDKTF drops a token's own braces there, so a token
 * is written without quotes; text around it becomes quoted parts.
 *
 * @param references whether `${…}` that was written by hand is Terraform's; if not, it is text
 */
export function expressionOf(value: unknown, references = true): string {
  const text = typeof value === "string" ? value : (lateText(value, references) ?? Token.asString(value));
  const parts = text.split(references ? TOKEN_OR_REFERENCE : TOKEN).filter((part) => part !== "");
  const expressions = parts.map((part) => partOf(part, references));
  return expressions.length === 1 ? expressions.join() : `join("", [${expressions.join(", ")}])`;
}

const TOKEN = /(\$\{TfToken\[[^\]]+\]\})/;
const TOKEN_OR_REFERENCE = /(\$\{TfToken\[[^\]]+\]\}|(?<!\$)\$\{[^{}]*\})/;

function partOf(part: string, references: boolean): string {
  if (TOKEN.test(part)) return lateText(part, references) ?? part;
  if (!references || !part.includes("${")) return quote(part);
  const reference = /^\$\{([^{}]*)\}$/.exec(part);
  return reference ? `(${reference[1]})` : `"${part}"`;
}

/**
 * What a `Lazy` of CDKTF's comes to, as an expression. It is known when the program is synthesized, and CDKTF would put
 * it into an expression as it is, without quotes. Undefined for every other value.
 */
function lateText(value: unknown, references: boolean): string | undefined {
  const [token, ...others] = Tokenization.reverse(value);
  if (token === undefined || others.length > 0 || !("resolveLazy" in token)) return undefined;
  return Token.asString(new LateExpression(token, references));
}

class LateExpression implements IResolvable {
  readonly creationStack: string[] = [];

  constructor(
    private readonly token: IResolvable,
    private readonly references: boolean,
  ) {}

  resolve(context: IResolveContext): string {
    return this.#expression(this.token.resolve(context));
  }

  toString(): string {
    return Token.asString(this);
  }

  toJSON(): string {
    return this.toString();
  }

  #expression(value: unknown): string {
    if (typeof value === "string" || Token.isUnresolved(value)) return expressionOf(value, this.references);
    if (Array.isArray(value)) return `[${value.map((item) => this.#expression(item)).join(", ")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
    const entries = Object.entries(value).map(([key, item]) => `${quote(key)} = ${this.#expression(item)}`);
    return `{${entries.join(", ")}}`;
  }
}

/** A number as text. `String` would show a number token as a meaningless large number. */
export function numberText(value: number): string {
  return isUnresolved(value) ? Token.asString(value) : String(value);
}

/** The list as one text. Terraform joins a list that only it knows. */
export function joined(list: readonly string[], separator: string): string {
  return isUnresolved(list) ? Fn.join(separator, [...list]) : list.join(separator);
}

/**
 * Literal text inside an expression. Terraform does not know `\b` and `\f`. Braces are escaped because CDKTF counts them,
 * even inside text.
 */
export function quote(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    "\\b": "\\u0008",
    "\\f": "\\u000c",
    "{": "\\u007b",
    "}": "\\u007d",
  };
  return JSON.stringify(text).replaceAll(/\\.|[{}]/g, (found) => escapes[found] ?? found);
}

/** Texts in which Terraform reads `${…}` but not `%{`. Only Terraform's own files use that as a template. */
export function escapedValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, escapedText(value)]));
}

/** A text in which Terraform reads `${…}` but not `%{`, such as one of curl's `-w %{http_code}`. */
export function escapedText(text: string): string {
  return text.replaceAll("%{", "%%{");
}

/** Literal text for a place where Terraform reads templates. */
export function escapeTemplate(text: string): string {
  return text.replaceAll(/([$%])\{/g, "$1$1{");
}
