/**
 * Secrets that Hermes silently rejects or accepts only in part, as one table: how a literal is tested here, and how
 * Terraform tests a value that only it knows. Both sides of a row mean the same; a test compares them.
 */
import { hasFeature, type Release } from "./releases";

export interface SecretCheck {
  /** What must hold, in words; never the value. */
  readonly requirement: string;
  readonly test: (value: string) => boolean;
  /**
   * The same as a Terraform condition over an expression for the value. It contains no braces: CDKTF counts them to
   * find out whether a token is inside an expression.
   */
  readonly condition: (expression: string) => string;
}

/** Terraform's `\S` knows blanks of ASCII only, without the vertical tab; this is JavaScript's. */
const NOT_BLANK = String.raw`[^\\s\\x0b\\pZ\ufeff]`;

/**
 * Holds for every secret: one line, and no `${`, which python-dotenv would expand while it reads the managed `.env`.
 * Leading and trailing blanks are lost when Hermes reads it, so a secret that has them never matches. A backslash at
 * the end would escape the closing quote for python-dotenv, and the secrets of the following lines would be lost.
 */
export const ANY_SECRET: SecretCheck = {
  requirement:
    "must be one non-empty line without surrounding blanks, without `${` and without `\\` at its end",
  test: (value) => /^\S(?:[^\r\n]*\S)?$/.test(value) && !value.includes("${") && !value.endsWith("\\"),
  condition: (x) =>
    `can(regex("^${NOT_BLANK}(?:[^\\\\r\\\\n]*${NOT_BLANK})?$", ${x})) && ` +
    `!can(regex("[$]\\\\x7b", ${x})) && !endswith(${x}, "\\\\")`,
};

/**
 * A gateway that serves all profiles reads their `.env` with a parser of its own, which takes a backslash before a quote
 * for a part of the value. Read in 0.19.0.
 */
export const NEVER_ESCAPED: SecretCheck = {
  requirement: "must have no `'` and no `\\` in it, which a gateway for several profiles reads otherwise",
  test: (value) => !/['\\]/.test(value),
  condition: (x) => `!can(regex("['\\\\\\\\]", ${x}))`,
};

/** OpenSSH and Docker's client read no key with a passphrase without asking for it, and nobody is there to answer. */
export const ENCODED_PRIVATE_KEY: SecretCheck = {
  requirement: "must be a private key without a passphrase, in OpenSSH's or PEM's form",
  test: (value) =>
    /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/.test(decoded(value)) && !isEncrypted(decoded(value)),
  condition: (x) =>
    `can(regex("-----BEGIN ([A-Z]+ )?PRIVATE KEY-----", base64decode(${x}))) && ` +
    `!can(regex("ENCRYPTED", base64decode(${x})))`,
};

function decoded(value: string): string {
  return Buffer.from(value, "base64").toString();
}

function isEncrypted(key: string): boolean {
  return key.includes("ENCRYPTED");
}

/** Whether a line of a managed `.env` can hold the value. Empty, it takes the volume's line away. */
export function fitsEnvLine(value: string): boolean {
  return value === "" || ANY_SECRET.test(value);
}

/** `hash_password` of Hermes' basic provider; a malformed hash is accepted at start and every login gets 401. */
export const SCRYPT_HASH: SecretCheck = {
  requirement:
    "must be a scrypt hash as `npx cdktf-hermes hash-password` prints it (scrypt$16384$8$1$<salt>$<key>)",
  test: (value) => SCRYPT.test(value),
  condition: (x) => `can(regex("${SCRYPT.source.replaceAll("\\", "\\\\")}", ${x}))`,
};

/** With a session secret that is too short, the login provider does not register, and the dashboard never starts. */
export const SESSION_SECRET: SecretCheck = {
  requirement: "must have at least 16 characters (`npx cdktf-hermes session-secret` prints a good one)",
  ...atLeast(16),
};

export const DASHBOARD_PASSWORD: SecretCheck = {
  requirement: "must have at least 12 characters",
  ...atLeast(12),
};

/** Hermes reports a weaker one only in a log file, and the dashboard runs without the route (0.19.0). */
export const DRAIN_SECRET: SecretCheck = {
  requirement:
    "must have at least 43 characters, 16 of them different (`npx cdktf-hermes session-secret` prints a good one)",
  test: (value) => [...value].length >= 43 && new Set(value).size >= 16,
  condition: (x) => `length(split("", ${x})) >= 43 && length(distinct(split("", ${x}))) >= 16`,
};

/** Further checks of variables that are given by name in `secrets`. */
export const CHECKS_BY_VARIABLE: ReadonlyMap<string, readonly SecretCheck[]> = new Map([
  ["HERMES_DASHBOARD_DRAIN_SECRET", [DRAIN_SECRET]],
]);

/**
 * The bearer key of the API server. Hermes rejects a key that is not ASCII, is one of its placeholders, or has fewer
 * than 16 characters (before v2026.7.1 fewer than 8, and then only outside loopback). The gateway then runs without
 * the API.
 */
export function apiServerKeyCheck(release: Release): SecretCheck {
  const minLength = hasFeature(release, "dashboardAlwaysGated") ? 16 : 8;
  const placeholders = API_KEY_PLACEHOLDERS.map((p) => `"${p}"`).join(", ");
  return {
    requirement: `must have at least ${minLength} ASCII characters and be none of Hermes' placeholders (such as changeme)`,
    test: (value) =>
      value.trim().length >= minLength &&
      /^[ -~]+$/.test(value) &&
      !API_KEY_PLACEHOLDERS.includes(value.trim().toLowerCase()),
    condition: (x) =>
      `length(trimspace(${x})) >= ${minLength} && can(regex("^[ -~]+$", ${x})) && ` +
      `!contains([${placeholders}], lower(trimspace(${x})))`,
  };
}

export const API_KEY_PLACEHOLDERS: readonly string[] = [
  "*",
  "**",
  "***",
  "changeme",
  "your_api_key",
  "your_api_key_here",
  "your-api-key",
  "placeholder",
  "example",
  "dummy",
  "null",
  "none",
];

const SCRYPT = /^scrypt[$][1-9][0-9]*[$][1-9][0-9]*[$][1-9][0-9]*[$][A-Za-z0-9+/]+=?=?[$][A-Za-z0-9+/]+=?=?$/;

/**
 * Counts code points. JavaScript's `length` counts UTF-16 units, and Terraform's counts what people see as one
 * character.
 */
function atLeast(characters: number): Pick<SecretCheck, "test" | "condition"> {
  return {
    test: (value) => [...value].length >= characters,
    condition: (x) => `can(regex("^(?s)${".".repeat(characters)}", ${x}))`,
  };
}

/** Characters of ASCII and nothing else. @param characters as between the brackets of a regular expression */
export function consistsOf(
  characters: string,
  least: number,
  most: number,
  requirement: string,
): SecretCheck {
  const pattern = `^[${characters}]+$`;
  return {
    requirement,
    test: (value) => new RegExp(pattern).test(value) && value.length >= least && value.length <= most,
    condition: (x) => `can(regex("${pattern}", ${x})) && length(${x}) >= ${least} && length(${x}) <= ${most}`,
  };
}

export function differsFrom(word: string, requirement: string): SecretCheck {
  return {
    requirement,
    test: (value) => value !== word,
    condition: (x) => `${x} != "${word}"`,
  };
}

/** Hermes' own word for a webhook without signature. */
export const NO_SIGNATURE = "INSECURE_NO_AUTH";

/** @param what the kind of secret, in words */
export function startsWith(prefix: string, what: string): SecretCheck {
  return {
    requirement: `must be ${what}, which starts with ${prefix}`,
    test: (value) => value.startsWith(prefix),
    condition: (x) => `startswith(${x}, "${prefix}")`,
  };
}
