/** Refuses what CapRover or Docker would refuse, before anything is written. */
import type { Problem } from "../../../terraform-plugin";
import { isJsonObject, parseJson } from "../../captain/json";

const LONGEST_NAME = 49;

export function appName(name: string): Problem | undefined {
  const wellFormed = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) && !name.includes("--");
  const reserved = name === "captain" || name === "registry" || name.startsWith("captain-");
  return wellFormed && !reserved && name.length <= LONGEST_NAME
    ? undefined
    : `"${name}" is no name for an app: use at most ${LONGEST_NAME} lower-case letters, digits and single hyphens, and not captain, registry or captain-…`;
}

export function absolutePath(path: string): Problem | undefined {
  return path.startsWith("/") ? undefined : `"${path}" is no absolute path: begin it with /`;
}

/** CapRover removes blanks around a volume's path, so the saved path would always differ from the configured one. */
export function mountPath(path: string): Problem | undefined {
  return path.trim() === path ? absolutePath(path) : `${JSON.stringify(path)} has spaces around it`;
}

export function volumeName(name: string): Problem | undefined {
  const wellFormed = /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/.test(name) && name.length < 256;
  return wellFormed && !name.includes("..") && !name.includes("--")
    ? undefined
    : `"${name}" is no name for a volume: use letters and digits, and between them _, . and -, but neither .. nor --`;
}

/** CapRover reads the word `undefined` as no token, and switches tokens off. */
export function deployToken(token: string): Problem | undefined {
  if (token === "undefined") return "CapRover reads that word as no token: give another one";
  return /^\S{8,}$/.test(token) ? undefined : "a token has at least 8 characters and no white space";
}

/** Every line holds the empty text. */
export const lineText = (text: string): Problem | undefined =>
  text.trim() === "" ? "it is empty, and every line would hold it" : undefined;

export function port(value: number): Problem | undefined {
  return value >= 1 && value <= 65534 ? undefined : `${value} is no port: give 1 to 65534`;
}

export const atLeast =
  (least: number) =>
  (value: number): Problem | undefined =>
    value >= least ? undefined : `${value} is less than ${least}`;

/** CapRover trims keys, and refuses empty ones. */
export function environmentKeys(environment: { readonly [key: string]: string | null }): Problem | undefined {
  for (const key of Object.keys(environment)) {
    if (key === "" || key.trim() !== key || key.includes("=")) {
      return {
        path: [key],
        problem: `"${key}" is no name for a variable: it is empty, has a = in it, or spaces around it`,
      };
    }
  }
  return undefined;
}

/** Docker Swarm replaces `{{…}}` in values. @returns the keys whose values hold it */
export function templatedKeys(environment: { readonly [key: string]: unknown }): readonly string[] {
  return Object.entries(environment).flatMap(([key, value]) =>
    typeof value === "string" && value.includes("{{") ? [key] : [],
  );
}

const DEFINITION_KEYS = ["templateId", "imageName", "dockerfilePath", "dockerfileLines"];

export function captainDefinitionText(text: string): Problem | undefined {
  const definition = parseJson(text);
  if (!isJsonObject(definition)) return "it is no JSON object: use jsonencode({ schemaVersion = 2, … })";
  if (definition["schemaVersion"] !== 2) return "schemaVersion must be 2";
  const given = DEFINITION_KEYS.filter((key) => definition[key] !== undefined);
  if (given.length === 1) return undefined;
  return `it needs exactly one of ${DEFINITION_KEYS.join(", ")}, and has ${given.length === 0 ? "none" : given.join(" and ")}`;
}
