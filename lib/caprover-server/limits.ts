/** What a CapRover server accepts. The provider refuses the rest at plan, and the constructs do so at synthesis. */
import { DOMAIN_NAME } from "../support/host-name";

/** A form of text, and that form in words. */
export interface Form {
  readonly accepts: (text: string) => boolean;
  readonly allowed: string;
}

const LONGEST_APP_NAME = 49;

export const APP_NAME: Form = {
  accepts: (name) =>
    /^(?!captain(?:-|$)|registry$)(?!.*--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name) &&
    name.length <= LONGEST_APP_NAME,
  allowed: `at most ${LONGEST_APP_NAME} lower-case letters, digits and single hyphens, and not captain, registry or captain-…`,
};

export const VOLUME_NAME: Form = {
  accepts: (name) =>
    /^(?!.*(?:\.\.|--))[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/.test(name) && name.length < 256,
  allowed: "letters and digits, and between them _, . and -, but neither .. nor --",
};

export const DOMAIN: Form = {
  accepts: (domain) => DOMAIN_NAME.test(domain),
  allowed: "a host name in lower-case letters, such as agent.example.com",
};

/** CapRover removes a scheme and blanks, and compares the rest with the beginning of an image's name. */
export const REGISTRY_HOST: Form = {
  accepts: (host) => /^[^\s/:](?:\S*[^\s/])?$/.test(host) && !host.includes("://"),
  allowed: "a host of a registry, such as ghcr.io or registry.example.com:5000, without https://",
};

/**
 * CapRover reads the word `undefined` as no token, and switches tokens off. The message can't name the word: where it was
 * given, it is a secret.
 */
export const DEPLOY_TOKEN: Form = {
  accepts: (token) => token !== "undefined" && /^\S{8,}$/.test(token),
  allowed: "at least 8 characters without white space, and not JavaScript's word for no value",
};

/** CapRover removes blanks around a volume's path, so the saved path would always differ from the configured one. */
export const MOUNT_PATH: Form = {
  accepts: (path) => path.startsWith("/") && path.trim() === path,
  allowed: "an absolute path, without spaces around it",
};

/** CapRover trims names of variables, and refuses empty ones. */
export const VARIABLE_NAME: Form = {
  accepts: (name) => name !== "" && name.trim() === name && !name.includes("="),
  allowed: "a name without = in it and spaces around it, such as TZ",
};

export const BASIC_AUTH_USER: Form = {
  accepts: (user) => /^[^:]+$/.test(user),
  allowed: "a user name without a colon",
};

export const PORTS = { min: 1, max: 65534 } as const;

/** Docker refuses less. */
export const MIN_MEMORY_MIB = 4;

/**
 * How long an app with volumes may take to stop. Swarm starts the next container 59 s after it tells the previous one to
 * stop, whether that one has ended or not.
 */
export const LONGEST_STOP_SECONDS = 55;

/** CapRover reads requests of at most 2 MB, of which the rest needs a little. */
export const LONGEST_DEFINITION_BYTES = 2 * 2 ** 20 - 2 ** 16;

/** CapRover looks for a newer version of itself for 10 s before it answers with its own version. */
export const SHORTEST_TIMEOUT_SECONDS = 15;

const DEFINITION_KEYS = ["templateId", "imageName", "dockerfilePath", "dockerfileLines"];

/** What is wrong with a captain-definition, as a clause. */
export function definitionProblem(definition: unknown): string | undefined {
  if (typeof definition !== "object" || definition === null || Array.isArray(definition))
    return "it is no JSON object: use jsonencode({ schemaVersion = 2, … })";
  const keys = new Map<string, unknown>(Object.entries(definition));
  if (keys.get("schemaVersion") !== 2) return "schemaVersion must be 2";
  const given = DEFINITION_KEYS.filter((key) => keys.get(key) !== undefined);
  if (given.length === 1) return undefined;
  return `it needs exactly one of ${DEFINITION_KEYS.join(", ")}, and has ${given.length === 0 ? "none" : given.join(" and ")}`;
}

/** Docker Swarm replaces `{{…}}` in values. @returns the keys whose values hold it */
export function templatedKeys(environment: { readonly [key: string]: unknown }): readonly string[] {
  return Object.entries(environment).flatMap(([key, value]) =>
    typeof value === "string" && value.includes("{{") ? [key] : [],
  );
}
