/** Refuses what CapRover or Docker would refuse, before anything is written. */
import {
  APP_NAME,
  DEPLOY_TOKEN,
  definitionProblem,
  MOUNT_PATH,
  PORTS,
  VARIABLE_NAME,
  VOLUME_NAME,
} from "../../../caprover-server/limits";
import type { Problem } from "../../../terraform-plugin";
import { parseJson } from "../../captain/json";

export function appName(name: string): Problem | undefined {
  return APP_NAME.accepts(name) ? undefined : `"${name}" is no name for an app: use ${APP_NAME.allowed}`;
}

export function absolutePath(path: string): Problem | undefined {
  return path.startsWith("/") ? undefined : `"${path}" is no absolute path: begin it with /`;
}

export function mountPath(path: string): Problem | undefined {
  if (MOUNT_PATH.accepts(path)) return undefined;
  return path.trim() === path ? absolutePath(path) : `${JSON.stringify(path)} has spaces around it`;
}

export function volumeName(name: string): Problem | undefined {
  return VOLUME_NAME.accepts(name)
    ? undefined
    : `"${name}" is no name for a volume: use ${VOLUME_NAME.allowed}`;
}

export function deployToken(token: string): Problem | undefined {
  if (DEPLOY_TOKEN.accepts(token)) return undefined;
  return `a token has ${DEPLOY_TOKEN.allowed}`;
}

/** Every line holds the empty text. */
export const lineText = (text: string): Problem | undefined =>
  text.trim() === "" ? "it is empty, and every line would hold it" : undefined;

export function port(value: number): Problem | undefined {
  const { min, max } = PORTS;
  return value >= min && value <= max ? undefined : `${value} is no port: give ${min} to ${max}`;
}

export const atLeast =
  (least: number) =>
  (value: number): Problem | undefined =>
    value >= least ? undefined : `${value} is less than ${least}`;

export function environmentKeys(environment: { readonly [key: string]: string | null }): Problem | undefined {
  for (const key of Object.keys(environment)) {
    if (!VARIABLE_NAME.accepts(key)) {
      return {
        path: [key],
        problem: `"${key}" is no name for a variable: it is empty, has a = in it, or spaces around it`,
      };
    }
  }
  return undefined;
}

export function captainDefinitionText(text: string): Problem | undefined {
  return definitionProblem(parseJson(text));
}
