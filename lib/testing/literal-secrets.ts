/** Finds credentials in clear text anywhere in a synthesized stack, whatever made it. */
import { parseDocument } from "yaml";
import { MANAGED_CONFIG_FILE, MANAGED_ENV_FILE } from "../hermes/container-contract";
import { isOff } from "../hermes/platforms";
import { isCertainCredentialName, isCredentialName } from "../support/credential-names";
import { credentialIn, isPublicValue } from "../support/credentials";
import { isRecord } from "../support/objects";
import { acknowledgedIn } from "./acknowledged";

type Json = { readonly [key: string]: unknown };

/** A text in the document. */
interface Leaf {
  /** Terraform's name of the resource that contains it, such as `docker_container.hermes`. */
  readonly address: string;
  /** Names from there to the text; items of a list have none. */
  readonly path: readonly string[];
  readonly value: string;
  /** What may be there: a secret, a variable, a setting of Hermes, or any text. */
  readonly role: Role;
}

type Role = "secret" | "variable" | "config" | "text";

/** The rules with which a construct refuses a credential there, by its form or by its name. */
const RULES = {
  secret: {
    marked: ["secret-literal", "caprover-basic-auth-literal"],
    named: ["secret-literal", "caprover-basic-auth-literal"],
  },
  variable: {
    marked: ["secret-in-text"],
    named: ["env-credential", "server-credential", "secret-literal"],
  },
  config: { marked: ["secret-in-config", "secret-in-text"], named: ["secret-in-config", "secret-by-name"] },
  text: { marked: ["secret-in-text"], named: ["secret-by-name"] },
} as const satisfies Readonly<Record<Role, Readonly<Record<"marked" | "named", readonly string[]>>>>;

export function literalSecrets(document: Json): readonly string[] {
  const isAcknowledged = acknowledgedIn(document);
  const open = openVariables(document["variable"]);
  return [...leavesOf(document)].flatMap((leaf) => {
    const { address, path, role } = leaf;
    const kind = credentialIn(leaf.value);
    const what = kind ?? (isNamedCredential(leaf) ? unnamed(leaf, open) : undefined);
    if (what === undefined) return [];
    if (isAcknowledged(address, path, RULES[role][kind === undefined ? "named" : "marked"])) return [];
    const place = path.map((name) => (credentialIn(name) === undefined ? name : "(name not shown)"));
    return [`${address} has ${what} in clear text in ${place.join(".")}`];
  });
}

/** A credential only because of its place. */
function isNamedCredential({ path, value, role }: Leaf): boolean {
  if (value === "") return false;
  if (role === "secret") return true;
  const name = path.at(-1) ?? "";
  // Hermes' own reference, escaped for Terraform.
  if (role === "config" && /^\$+\{[^{}]*\}$/.test(value)) return false;
  // Docker's config.json.
  if (name === "auth" && path.includes("auths")) return true;
  return (role === "variable" ? isCredentialName : isCertainCredentialName)(name) && !isPublicValue(value);
}

function unnamed({ value }: Leaf, open: ReadonlySet<string>): string | undefined {
  if (isLiteral(value)) return "a credential";
  const variables = [...value.matchAll(/\bvar\.([\w-]+)/g)].map(([, name = ""]) => name);
  const shown =
    variables.length > 0 && variables.every((name) => open.has(name)) && !/\bsensitive\(/.test(value);
  return shown ? `variable.${variables[0]}, which is not sensitive,` : undefined;
}

/** Variables whose values plans show. */
function openVariables(variables: unknown): ReadonlySet<string> {
  const all = Object.entries(isRecord(variables) ? variables : {});
  const isOpen = (variable: unknown) =>
    isRecord(variable) && variable["sensitive"] !== true && variable["ephemeral"] !== true;
  return new Set(all.flatMap(([name, variable]) => (isOpen(variable) ? [name] : [])));
}

/** Terraform fills in nothing. */
function isLiteral(text: string): boolean {
  return !/(?<!\$)(?:\$\$)*\$\{/.test(text);
}

function* leavesOf(document: Json): Generator<Leaf> {
  for (const [block, content] of Object.entries(document)) {
    if (block === "//" || !isRecord(content)) continue;
    for (const [name, body] of Object.entries(content)) {
      if (block === "variable") yield* variableLeaves(`variable.${name}`, body);
      else if (block === "resource" || block === "data") yield* resourceLeaves(block, name, body);
      else yield* leaves(`${block}.${name}`, body, [], block === "locals" ? name : undefined);
    }
  }
}

/** The default of a sensitive variable is a secret, whatever it looks like. */
function* variableLeaves(address: string, variable: unknown): Generator<Leaf> {
  if (!isRecord(variable)) return;
  const role = variable["sensitive"] === true || variable["ephemeral"] === true ? "secret" : "text";
  for (const leaf of leaves(address, variable["default"], ["default"])) yield { ...leaf, role };
}

function* resourceLeaves(block: "resource" | "data", type: string, resources: unknown): Generator<Leaf> {
  if (!isRecord(resources)) return;
  for (const [name, body] of Object.entries(resources)) {
    const found = [...leaves(`${block === "data" ? "data." : ""}${type}.${name}`, body, [])];
    const variables = new Set(found.flatMap(({ path }) => (path[0] === "env" ? [path.at(-1)] : [])));
    for (const leaf of found) {
      const inEnvFile = leaf.path.at(-2) === MANAGED_ENV_FILE;
      const variable = leaf.path.at(-1) ?? "";
      // It is in the environment too, and was checked there; or it only switches something off.
      if (inEnvFile && (variables.has(variable) || isOff(variable, leaf.value))) continue;
      const isSecret = inEnvFile || (type === "docker_secret" && leaf.path[0] === "data");
      yield isSecret ? { ...leaf, role: "secret" } : leaf;
    }
  }
}

/** @param local name of a local value, which has no path of its own */
function* leaves(address: string, value: unknown, path: readonly string[], local?: string): Generator<Leaf> {
  const of = (value: unknown, ...more: readonly string[]) => leaves(address, value, [...path, ...more]);
  if (typeof value === "string") yield* textLeaves(address, value, local === undefined ? path : [local]);
  else if (Array.isArray(value)) for (const item of value) yield* of(item);
  else if (!isRecord(value)) return;
  else if (typeof value["label"] === "string") yield* of(value["value"], value["label"]);
  else if (typeof value["file"] === "string" && typeof value["content"] === "string")
    yield* fileLeaves(address, value["file"], value["content"], path);
  else
    for (const [key, item] of Object.entries(value)) {
      if (key === "//") continue;
      if (credentialIn(key) !== undefined) yield { address, path: [...path, key], value: key, role: "text" };
      yield* of(item, key);
    }
}

const NAME_AND_VALUE = /^([A-Za-z_]\w*)=(.*)$/s;

function* textLeaves(address: string, value: string, path: readonly string[]): Generator<Leaf> {
  const [, name, assigned = ""] = path.at(-1) === "env" ? (NAME_AND_VALUE.exec(value) ?? []) : [];
  const structure = /^\s*[{[]/.test(value) ? structureOf(value) : undefined;
  if (name !== undefined) yield { address, path: [...path, name], value: assigned, role: "variable" };
  else if (structure !== undefined) yield* leaves(address, structure, path);
  else yield { address, path, value, role: roleOf(path) };
}

/** By names that Terraform's providers give to attributes. */
function roleOf(path: readonly string[]): Role {
  if (path.some((name) => name.endsWith("_wo"))) return "secret";
  return path.at(-2) === "environment" || path.at(-2) === "env" ? "variable" : "text";
}

/** A file that is written into a container. */
function* fileLeaves(
  address: string,
  file: string,
  content: string,
  path: readonly string[],
): Generator<Leaf> {
  if (file === MANAGED_ENV_FILE) {
    for (const line of content.split("\n")) {
      const [, name, quoted = ""] = NAME_AND_VALUE.exec(line) ?? [];
      const value = quoted.replace(/^'(.*)'$/s, "$1");
      if (name !== undefined) yield { address, path: [...path, file, name], value, role: "variable" };
      else yield { address, path: [...path, file], value: line, role: "text" };
    }
    return;
  }
  // What Terraform fills in stands there without quotes.
  const written = content.replaceAll(/(?<=[:,[]\s*)\$\{[^{}]*\}/g, "null");
  const structure = file === MANAGED_CONFIG_FILE ? structureOf(written) : undefined;
  if (structure === undefined) yield { address, path: [...path, file], value: content, role: "text" };
  else for (const leaf of leaves(address, structure, ["config"])) yield { ...leaf, role: "config" };
}

/** The parsed JSON or YAML; undefined if it is neither, such as text with Terraform expressions. */
function structureOf(text: string): unknown {
  const document = parseDocument(text, { logLevel: "silent" });
  const value: unknown = document.errors.length === 0 ? document.toJS() : undefined;
  return isRecord(value) ? value : undefined;
}
