/** A service update override as somebody writes it, in YAML or JSON, and what it must not say. */
import { parse } from "yaml";
import { isJsonObject, type JsonObject } from "../captain/json";
import { valueAt } from "./json-paths";
import { type Respelled, respell } from "./swarm-fields";

export const CONTAINER = "TaskTemplate.ContainerSpec";
export const LIMITS = "TaskTemplate.Resources.Limits";
export const MOUNTS = `${CONTAINER}.Mounts`;
/** CapRover makes these anew at each update. */
export const PORTS = "EndpointSpec.Ports";

/** Paths that an attribute sets, or that would endanger the data, each with what to use instead. */
const REFUSED: Readonly<Record<string, string>> = {
  [`${CONTAINER}.Mounts`]: "use volumes and tmpfs",
  [`${CONTAINER}.Env`]: "use environment",
  [`${CONTAINER}.Image`]: "use image",
  [`${CONTAINER}.StopGracePeriod`]: "use stop_grace_seconds",
  [`${CONTAINER}.Healthcheck`]: "use health_check",
  [LIMITS]: "use limits",
  Mode: "use instance_count",
  [PORTS]: "use ports, and lock_port for a port that keeps a second container away",
};

/** @returns undefined when the text is no object in YAML or JSON; the empty text is an empty object */
export function parseOverride(text: string): JsonObject | undefined {
  return parsed(text)?.value;
}

function parsed(text: string): Respelled<JsonObject> | undefined {
  if (text.trim() === "") return { value: {}, repeated: [] };
  try {
    const value: unknown = parse(text);
    return isJsonObject(value) ? respell(value) : undefined;
  } catch {
    return undefined;
  }
}

/** @returns what is wrong with the text of a configuration */
export function overrideProblem(text: string): string | undefined {
  const read = parsed(text);
  if (read === undefined) return "it is no object: write a YAML or JSON object such as {TaskTemplate: {…}}";
  const { value: override, repeated } = read;
  if (repeated.length > 0) {
    return `it sets ${repeated.join(", ")} more than once: the engine reads both as the same field, and takes the last one`;
  }
  for (const [path, instead] of Object.entries(REFUSED)) {
    if (valueAt(override, path) !== undefined) return `it must not set ${path}: ${instead}`;
  }
  if (valueAt(override, "UpdateConfig.FailureAction") === "rollback") {
    return "UpdateConfig.FailureAction must not be rollback: when an app stops slowly, CapRover prunes the waiting new container, and Swarm would take that for a failure and roll back a good deploy. Use pause";
  }
  return undefined;
}

/** @returns what is wrong with the text of a configuration for an app that mounts volumes */
export function overrideProblemWithVolumes(text: string): string | undefined {
  const override = parseOverride(text) ?? {};
  if (valueAt(override, "UpdateConfig.Order") === "start-first") {
    return "UpdateConfig.Order must not be start-first for an app with volumes: two containers would share the data at each change. Leave it out, or use stop-first";
  }
  if (valueAt(override, "TaskTemplate.RestartPolicy.Condition") === "none") {
    return "TaskTemplate.RestartPolicy.Condition must not be none for an app with volumes: nothing would start the container again after CapRover prunes it. Use any or on-failure";
  }
  return undefined;
}
