/** Terraform's `.terraform.lock.hcl`, as far as the provider's installation has to write it. */
import { createHash } from "node:crypto";
import type { PackagedFile } from "./package";

export interface LockedProvider {
  readonly source: string;
  readonly version: string;
  readonly hash: string;
  /** What the configuration demands of the version. @default - nothing */
  readonly constraints?: string | undefined;
}

/**
 * Writes the provider's own entry, and replaces one of another version: `terraform init` accepts a new version only
 * with `-upgrade`, and the same version with other bytes not at all.
 *
 * `cdktf deploy` runs `terraform providers lock` while a required provider is missing in the file. That command asks a
 * registry for this provider too, which is in none (hashicorp/terraform-cdk#3568). The CDKTF CLI reads the file line by
 * line, so entries in a comment satisfy it. Terraform ignores the comment, and drops it when it adds the real entries.
 */
export function lockProvider(text: string, own: LockedProvider, others: readonly string[]): string {
  const kept = text.replaceAll("\r\n", "\n").replace(SEED, "").replace(entryOf(own.source), "").trimEnd();
  const missing = others.filter((source) => !entryOf(source).test(kept)).sort();
  const seed = missing.length === 0 ? [] : [`${SEED_BEGIN}\n${missing.map(seedEntry).join("")}${SEED_END}`];
  return `${[...(kept === "" ? [] : [kept]), ownEntry(own), ...seed].join("\n\n")}\n`;
}

const SEED_BEGIN = "/* For the CDKTF CLI; `terraform init` fills in the real entries.";
const SEED_END = "*/";
const SEED = /\/\* For the CDKTF CLI;[\s\S]*?\*\/\n?/g;

function entryOf(source: string): RegExp {
  return new RegExp(`^provider "${source.replaceAll(".", "\\.")}" \\{$[\\s\\S]*?^\\}\\n?`, "m");
}

/** In Terraform's own form, which aligns the equals signs of attributes that are together. */
function ownEntry({ source, version, hash, constraints }: LockedProvider): string {
  const demanded =
    constraints === undefined
      ? `version = "${version}"`
      : `version     = "${version}"\n  constraints = "${constraints}"`;
  return `provider "${source}" {
  ${demanded}
  hashes = [
    "${hash}",
  ]
}`;
}

/** The constraints in a provider's entry; undefined where there are none. */
export function constraintsOf(text: string, source: string): string | undefined {
  const [entry = ""] = entryOf(source).exec(text.replaceAll("\r\n", "\n")) ?? [];
  return valueIn(entry, "constraints");
}

function valueIn(entry: string, name: "version" | "constraints"): string | undefined {
  return new RegExp(`^\\s*${name}\\s*=\\s*"([^"]*)"`, "m").exec(entry)?.[1];
}

/** The version and the hashes in a provider's entry; undefined without one. */
export function lockedProvider(
  text: string,
  source: string,
): { readonly version: string; readonly hashes: readonly string[] } | undefined {
  const [entry] = entryOf(source).exec(text.replaceAll("\r\n", "\n")) ?? [];
  const version = valueIn(entry ?? "", "version");
  if (entry === undefined || version === undefined) return undefined;
  return { version, hashes: entry.match(/h1:[A-Za-z0-9+/=]+/g) ?? [] };
}

/** The versions that are chosen of a provider, whichever host it comes from. @param name such as `kreuzwerker/docker` */
export function lockedVersions(text: string, name: string): readonly string[] {
  const entries = text.replaceAll("\r\n", "\n").replaceAll(/\/\*[\s\S]*?\*\//g, "");
  return [...entries.matchAll(/^provider "([^"]+)" \{$([\s\S]*?)^\}/gm)].flatMap(
    ([, source = "", body = ""]) => {
      const version = valueIn(body, "version");
      return version !== undefined && isNamed(source, name) ? [version] : [];
    },
  );
}

/** Whether a source, with or without a host, leads to the provider of that name. */
export function isNamed(source: string, name: string): boolean {
  return `/${source.toLowerCase()}`.endsWith(`/${name.toLowerCase()}`);
}

/** With a constraint that every version meets, because the CLI compares constraints. */
function seedEntry(source: string): string {
  return `provider "${source}" {\n  constraints = ">= 0"\n}\n`;
}

/** Terraform's `h1:` hash of names and contents. Modes and packing do not count, so one hash serves every platform. */
export function packageHash(files: readonly PackagedFile[]): string {
  const lines = [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, content }) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`);
  return `h1:${createHash("sha256").update(lines.join("")).digest("base64")}`;
}

/** The source with host and namespace, as the lock file names providers. */
export function fullSource(source: string): string {
  const parts = source.split("/");
  if (parts.length === 1) return `registry.terraform.io/hashicorp/${source}`;
  return parts.length === 2 ? `registry.terraform.io/${source}` : source;
}
