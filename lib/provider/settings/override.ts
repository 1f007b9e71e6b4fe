/**
 * The service update override: an object that CapRover merges over the service's running spec. It replaces the app's
 * own list of mounts. A setting that is removed from it stays in force, so the override names the default of every
 * setting that it used to have.
 */
import type { App, Port, Volume } from "../captain/app";
import {
  canonical,
  flagAt,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  textAt,
  textsAt,
} from "../captain/json";
import { leaves, valueAt, withoutValue, withValue } from "./json-paths";
import { CONTAINER, LIMITS, MOUNTS, PORTS, parseOverride } from "./override-text";

export interface HealthCheck {
  /** In Docker's form, such as `["CMD", "curl", "-f", "http://localhost"]`. */
  readonly test: readonly string[];
  readonly intervalSeconds: number | null;
  readonly timeoutSeconds: number | null;
  readonly startPeriodSeconds: number | null;
  readonly retries: number | null;
}

export interface ServiceSettings {
  readonly stopGraceSeconds: number | null;
  readonly healthCheck: HealthCheck | null;
  readonly memoryMiB: number | null;
  readonly cpus: number | null;
  readonly tmpfs: readonly { readonly containerPath: string; readonly sizeMiB: number }[];
  /** Where the app sees volumes that it can't write to. */
  readonly readOnlyPaths: readonly string[];
  /** A UDP port of the node that the container holds, so that Swarm starts no second one beside it. */
  readonly lockPort: number | null;
  /** What has no setting of its own. */
  readonly serviceOverride: JsonObject;
}

const NANO = 1_000_000_000;
const MIB = 2 ** 20;
export const DEFAULT_STOP_GRACE_SECONDS = 10;

const RESERVATIONS = "TaskTemplate.Resources.Reservations";

/** Swarm's defaults, by path. A setting that is not here can't be reset. */
const DEFAULTS: Readonly<Record<string, Json>> = {
  [`${CONTAINER}.Args`]: [],
  [`${CONTAINER}.Command`]: [],
  [`${CONTAINER}.Hosts`]: [],
  [`${CONTAINER}.CapabilityAdd`]: [],
  [`${CONTAINER}.CapabilityDrop`]: [],
  [`${CONTAINER}.Healthcheck.Test`]: [],
  [`${CONTAINER}.StopGracePeriod`]: DEFAULT_STOP_GRACE_SECONDS * NANO,
  [`${CONTAINER}.StopSignal`]: "",
  [`${CONTAINER}.User`]: "",
  [`${CONTAINER}.Hostname`]: "",
  [`${CONTAINER}.Init`]: false,
  [`${LIMITS}.MemoryBytes`]: 0,
  [`${LIMITS}.NanoCPUs`]: 0,
  [`${RESERVATIONS}.MemoryBytes`]: 0,
  [`${RESERVATIONS}.NanoCPUs`]: 0,
  "TaskTemplate.RestartPolicy.Condition": "any",
  "TaskTemplate.RestartPolicy.Delay": 5 * NANO,
  "TaskTemplate.RestartPolicy.MaxAttempts": 0,
  "UpdateConfig.FailureAction": "pause",
};
const NOT_STICKY = [MOUNTS, PORTS, `${CONTAINER}.Env`];

/** What else of an app stands in lists that its override replaces. */
export interface Around {
  readonly volumes: readonly Volume[];
  readonly ports: readonly Port[];
}

/** The override of these settings, without what an earlier override left in force. */
export function renderOverride(
  settings: ServiceSettings,
  { volumes, ports }: Around,
  isLegacy: boolean,
): JsonObject {
  const { stopGraceSeconds, healthCheck, memoryMiB, cpus, tmpfs, readOnlyPaths, lockPort, serviceOverride } =
    settings;
  let override = serviceOverride;
  const set = (path: string, value: Json) => {
    override = withValue(override, path, value);
  };
  if (stopGraceSeconds !== null) set(`${CONTAINER}.StopGracePeriod`, stopGraceSeconds * NANO);
  if (healthCheck !== null) {
    const { test, intervalSeconds, timeoutSeconds, startPeriodSeconds, retries } = healthCheck;
    set(`${CONTAINER}.Healthcheck`, {
      Test: test,
      ...(intervalSeconds === null ? {} : { Interval: intervalSeconds * NANO }),
      ...(timeoutSeconds === null ? {} : { Timeout: timeoutSeconds * NANO }),
      ...(startPeriodSeconds === null ? {} : { StartPeriod: startPeriodSeconds * NANO }),
      ...(retries === null ? {} : { Retries: retries }),
    });
  }
  if (memoryMiB !== null) set(`${LIMITS}.MemoryBytes`, memoryMiB * MIB);
  if (cpus !== null) set(`${LIMITS}.NanoCPUs`, Math.round(cpus * NANO));
  const isReadOnly = ({ containerPath }: Volume) => readOnlyPaths.includes(containerPath);
  if (tmpfs.length > 0 || volumes.some(isReadOnly)) {
    set(`${CONTAINER}.Mounts`, [
      ...volumes.map((volume) => ({
        ...mountOf(volume, isLegacy),
        ...(isReadOnly(volume) ? { ReadOnly: true } : {}),
      })),
      ...tmpfs.map(({ containerPath, sizeMiB }) => ({
        Type: "tmpfs",
        Target: containerPath,
        TmpfsOptions: { SizeBytes: sizeMiB * MIB },
      })),
    ]);
  }
  if (lockPort !== null) set(PORTS, [...ports.flatMap(publishedPorts), lockOf(lockPort)]);
  return override;
}

/** As CapRover itself publishes a port. */
const publishedPorts = ({ hostPort, containerPort }: Port): readonly JsonObject[] =>
  ["tcp", "udp"].map((protocol) => ({
    Protocol: protocol,
    TargetPort: containerPort,
    PublishedPort: hostPort,
    PublishMode: "ingress",
  }));

/** Nobody listens on this port of the container. Swarm starts no container while another one has the node's port. */
const LOCK_TARGET_PORT = 9;
const lockOf = (port: number): JsonObject => ({
  Protocol: "udp",
  TargetPort: LOCK_TARGET_PORT,
  PublishedPort: port,
  PublishMode: "host",
});
const lockIn = (override: JsonObject): JsonObject | undefined =>
  objectsAt(objectAt(override, "EndpointSpec"), "Ports").find(
    (port) => textAt(port, "PublishMode") === "host" && numberAt(port, "TargetPort") === LOCK_TARGET_PORT,
  );

function mountOf(volume: Volume, isLegacy: boolean): JsonObject {
  return "hostPath" in volume
    ? { Type: "bind", Source: volume.hostPath, Target: volume.containerPath }
    : {
        Type: "volume",
        Source: `${isLegacy ? "captain--" : ""}${volume.volumeName}`,
        Target: volume.containerPath,
      };
}

/** Mounts of a saved override that `volumes` and `tmpfs` would not bring back. */
export function foreignMounts(app: Pick<App, "serviceOverride" | "volumes" | "isLegacy">): readonly string[] {
  const override = parseOverride(app.serviceOverride) ?? {};
  const container = objectAt(objectAt(override, "TaskTemplate"), "ContainerSpec");
  const own = new Set(app.volumes.map((volume) => nameOf(mountOf(volume, app.isLegacy))));
  return objectsAt(container, "Mounts")
    .filter((mount) => textAt(mount, "Type") !== "tmpfs")
    .map(nameOf)
    .filter((mount) => !own.has(mount));
}

const nameOf = (mount: JsonObject): string =>
  `${textAt(mount, "Type") || "volume"} "${textAt(mount, "Source")}" at ${textAt(mount, "Target")}`;

export interface ResetOverride {
  readonly override: JsonObject;
  /** Settings that stay in force although nothing sets them any more. */
  readonly left: readonly string[];
}

/**
 * The override that brings an app to these settings. Only what differs from what the attributes show of the saved one
 * changes: the rest of it stays, also what no attribute shows. A setting that goes gets Swarm's default.
 */
export function nextOverride(
  app: Pick<App, "serviceOverride" | "volumes" | "ports" | "isLegacy">,
  settings: ServiceSettings & Around,
): ResetOverride {
  const saved = parseOverride(app.serviceOverride) ?? {};
  const shown = renderOverride(readOverride(app), app, app.isLegacy);
  let next = renderOverride(settings, settings, app.isLegacy);
  for (const [path, value] of leaves(saved)) {
    const isKept = canonical(valueAt(next, path)) === canonical(valueAt(shown, path));
    const isOurs = ![MOUNTS, PORTS].includes(path.join(".")) || listsOf(saved) === listsOf(shown);
    if (isKept && isOurs) next = withValue(next, path, value);
  }
  return withResets(next, saved);
}

/** The wanted override, with the default of each setting that only the saved one has. */
function withResets(wanted: JsonObject, saved: JsonObject): ResetOverride {
  let override = wanted;
  const left: string[] = [];
  for (const [path] of leaves(saved)) {
    const name = path.join(".");
    if (valueAt(wanted, path) !== undefined || NOT_STICKY.includes(name)) continue;
    const value = DEFAULTS[name];
    if (value === undefined) left.push(name);
    else override = withValue(override, path, value);
  }
  return { override, left };
}

/** The mounts, and the ports with a lock, that an override names. They replace the app's own lists. */
export function listsOf(override: JsonObject): string {
  const container = objectAt(objectAt(override, "TaskTemplate"), "ContainerSpec");
  const ports = lockIn(override) === undefined ? [] : objectsAt(objectAt(override, "EndpointSpec"), "Ports");
  const mounts = objectsAt(container, "Mounts").map(
    (mount) =>
      `${textAt(mount, "Type")} ${textAt(mount, "Source")} ${textAt(mount, "Target")} ${flagAt(mount, "ReadOnly")}`,
  );
  return [...mounts, ...ports.map(canonical)].sort().join("\n");
}

/** The settings that a saved override holds, in whole units. */
export function readOverride(app: Pick<App, "serviceOverride">): ServiceSettings {
  const saved = withoutDefaults(parseOverride(app.serviceOverride) ?? {});
  const container = objectAt(objectAt(saved, "TaskTemplate"), "ContainerSpec");
  const limits = objectAt(objectAt(objectAt(saved, "TaskTemplate"), "Resources"), "Limits");
  const grace = Math.ceil(numberAt(container, "StopGracePeriod") / NANO);
  const health = objectAt(container, "Healthcheck");
  const test = textsAt(health, "Test");
  const lock = lockIn(saved);
  const serviceOverride = [
    ...(lock === undefined ? [] : [PORTS]),
    `${CONTAINER}.StopGracePeriod`,
    `${CONTAINER}.Healthcheck`,
    `${CONTAINER}.Mounts`,
    LIMITS,
  ].reduce((object, path) => withoutValue(object, path), saved);
  return {
    stopGraceSeconds: grace > 0 ? grace : null,
    healthCheck:
      test.length === 0
        ? null
        : {
            test,
            intervalSeconds: seconds(health, "Interval"),
            timeoutSeconds: seconds(health, "Timeout"),
            startPeriodSeconds:
              health["StartPeriod"] === undefined ? null : (seconds(health, "StartPeriod") ?? 0),
            retries: numberAt(health, "Retries") || null,
          },
    memoryMiB: numberAt(limits, "MemoryBytes") > 0 ? Math.ceil(numberAt(limits, "MemoryBytes") / MIB) : null,
    cpus: numberAt(limits, "NanoCPUs") > 0 ? numberAt(limits, "NanoCPUs") / NANO : null,
    tmpfs: objectsAt(container, "Mounts")
      .filter((mount) => textAt(mount, "Type") === "tmpfs")
      .map((mount) => ({
        containerPath: textAt(mount, "Target"),
        sizeMiB: Math.ceil(numberAt(objectAt(mount, "TmpfsOptions"), "SizeBytes") / MIB),
      })),
    readOnlyPaths: objectsAt(container, "Mounts")
      .filter((mount) => textAt(mount, "Type") !== "tmpfs" && flagAt(mount, "ReadOnly"))
      .map((mount) => textAt(mount, "Target")),
    lockPort: lock === undefined ? null : numberAt(lock, "PublishedPort"),
    serviceOverride,
  };
}

/** Docker takes 0 as its default. */
const seconds = (health: JsonObject, key: string): number | null =>
  Math.ceil(numberAt(health, key) / NANO) || null;

/** One text for overrides with the same content, without settings that name only a default. */
export function normalOverride(text: string): string {
  const override = parseOverride(text);
  return override === undefined ? text : canonical(withoutDefaults(override));
}

function withoutDefaults(override: JsonObject): JsonObject {
  return [...leaves(override)].reduce((object, [path, value]) => {
    const preset = DEFAULTS[path.join(".")];
    return preset !== undefined && canonical(preset) === canonical(value)
      ? withoutValue(object, path)
      : object;
  }, override);
}
