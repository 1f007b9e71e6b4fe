/** The two files of Hermes' managed scope, as Terraform templates. */
import type { SecretVariable } from "../agent/settings/secret-variable";
import { type ConfigValue, configLeaves } from "../hermes/managed-config";
import { ANY_SECRET, fitsEnvLine } from "../hermes/secret-checks";
import { escapeTemplate, expressionOf, holdsToken, isToken, isUnresolved, quote } from "../support/tokens";

/**
 * Lines as python-dotenv reads them: in single quotes, in which only `\` and `'` are escaped. Some values do not fit
 * into such a line. As a secret, they are refused by its own condition; as a plain value, they are in the environment
 * only.
 *
 * @param plain variables that the volume's `.env` must not override
 */
export function managedEnvFile(
  secrets: readonly SecretVariable[],
  plain: Readonly<Record<string, string>> = {},
): string {
  return managedLines(secrets, plain)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ line }) => line)
    .join("");
}

/** Names of the variables that `managedEnvFile` writes. */
export function managedNames(
  secrets: readonly SecretVariable[],
  plain: Readonly<Record<string, string>> = {},
): readonly string[] {
  return managedLines(secrets, plain).map(({ name }) => name);
}

interface ManagedLine {
  readonly name: string;
  readonly line: string;
}

function managedLines(
  secrets: readonly SecretVariable[],
  plain: Readonly<Record<string, string>>,
): ManagedLine[] {
  return [
    ...secrets.flatMap(({ name, value }) =>
      typeof value === "string" ? [{ name, line: line(name, value) }] : [],
    ),
    ...Object.entries(plain).map(([name, value]) => ({ name, line: lineIfHeld(name, value) })),
  ].filter(({ line }) => line !== "");
}

/** Leaves of the managed config.yaml, as dotted paths. */
export function managedSettings(
  config: { readonly [key: string]: ConfigValue } | undefined,
): readonly string[] {
  return config === undefined ? [] : [...configLeaves(config)].map(([path]) => path.join("."));
}

function line(name: string, value: string): string {
  return `${name}='${quoted(value)}'\n`;
}

function lineIfHeld(name: string, value: string): string {
  if (!isUnresolved(value)) return fitsEnvLine(value) ? line(name, value) : "";
  const expression = expressionOf(value);
  return `\${${expression} == "" || ${ANY_SECRET.condition(expression)} ? join("", ["${name}='", ${escaped(expression)}, "'\\n"]) : ""}`;
}

function quoted(value: string): string {
  if (!isUnresolved(value)) return escapeTemplate(literalQuoted(value));
  return `\${${escaped(expressionOf(value))}}`;
}

function literalQuoted(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
}

/**
 * The variables whose values are known at synthesis and fit into a line, for a file in which Terraform reads no
 * templates.
 */
export function literalEnvFile(plain: Readonly<Record<string, string>>): string {
  return literalNames(plain)
    .map((name) => `${name}='${literalQuoted(plain[name] ?? "")}'\n`)
    .join("");
}

/** Names of the variables that `literalEnvFile` writes. */
function literalNames(plain: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(plain)
    .filter(([, value]) => !isUnresolved(value) && fitsEnvLine(value))
    .map(([name]) => name)
    .sort();
}

function escaped(expression: string): string {
  return `replace(replace(${expression}, "\\\\", "\\\\\\\\"), "'", "\\\\'")`;
}

/**
 * Settings as JSON, which is also YAML. Text is written unchanged, including a hand-written `${…}`, which is Hermes'
 * own reference. Terraform fills in and quotes tokens.
 */
export function managedConfigFile(config: { readonly [key: string]: ConfigValue }): string {
  return `${render(config, IN_FILE)}\n`;
}

/** The file as an expression of Terraform's. */
export function managedConfigExpression(config: { readonly [key: string]: ConfigValue }): string {
  const expressions: string[] = [];
  // JSON has no such character.
  const marked = render(config, {
    text: (json) => json,
    token: (expression) => `\0${expressions.push(expression)}\0`,
  });
  const parts = `${marked}\n`
    .split("\0")
    .map((part, i) => (i % 2 === 0 ? quote(part) : `jsonencode(${expressions[Number(part) - 1]})`));
  return `join("", [${parts.join(", ")}])`;
}

/** Settings without tokens, for a file in which Terraform reads no templates. @throws Error for a token */
export function literalConfigFile(config: { readonly [key: string]: ConfigValue }): string {
  if (holdsToken(config)) throw new Error("a value that is known only at apply can't be written here");
  return `${render(config, { ...IN_FILE, text: (text) => text })}\n`;
}

/**
 * One value as JSON, for a variable of a container on Docker Swarm, which takes `{{` for a template of its own. Null of
 * Terraform makes no variable.
 */
export function jsonVariable(value: ConfigValue): string {
  if (!isToken(value)) return render(value, IN_VARIABLE);
  const expression = expressionOf(value, false);
  return `\${${expression} == null ? null : ${jsonInVariable(expression)}}`;
}

/** How the parts of a document are written, which are JSON each. */
interface Rendering {
  readonly text: (json: string) => string;
  readonly token: (expression: string) => string;
}

const IN_FILE: Rendering = {
  text: escapeTemplate,
  token: (expression) => `\${jsonencode(${expression})}`,
};

/** In JSON, `{{` is only within a text. CDKTF counts braces, so that there are none in the expression. */
const IN_VARIABLE: Rendering = {
  text: (json) => escapeTemplate(json.replaceAll("{{", "{\\u007b")),
  token: (expression) => `\${${jsonInVariable(expression)}}`,
};

function jsonInVariable(expression: string): string {
  return `replace(jsonencode(${expression}), "\\u007b\\u007b", "\\u007b\\\\u007b")`;
}

function render(value: ConfigValue, how: Rendering, indent = ""): string {
  if (isToken(value)) return how.token(expressionOf(value, false));
  const inside = (item: ConfigValue) => render(item, how, `${indent}  `);
  if (Array.isArray(value)) return block("[", value.map(inside), "]", indent);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${how.text(literal(key))}: ${inside(item)}`);
    return block("{", entries, "}", indent);
  }
  return how.text(literal(value));
}

function block(open: string, items: readonly string[], close: string, indent: string): string {
  if (items.length === 0) return open + close;
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(",\n")}\n${indent}${close}`;
}

function literal(value: string | number | boolean | null): string {
  const json = JSON.stringify(value);
  return typeof value === "number" ? json.replace(BARE_EXPONENT, "$1.0e") : yamlSafe(json);
}

/** YAML 1.1, which Hermes reads, takes `1e+21` for text. With a fraction it is a number, there and in JSON. */
const BARE_EXPONENT = /^(-?\d+)e/;

/** YAML readers refuse some raw characters that JSON allows, such as DEL, and fold lines at others. */
function yamlSafe(json: string): string {
  return json.replaceAll(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
