import { type JsonObject, numberAt, objectAt, objectsAt, stringAt, stringsAt } from "./json";
import { PER_SECOND } from "./spec-decoder";

/** The part of a Swarm service spec that the simulation acts on. */
export interface ServiceSpec {
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly mounts: readonly Mount[];
  readonly stopGraceSeconds: number;
  readonly healthcheck: "image" | "none" | "own";
  readonly restart: { condition: "any" | "on-failure" | "none"; delaySeconds: number; maxAttempts: number };
  readonly reservedMemoryBytes: number;
  readonly reservedNanoCpus: number;
  readonly nodeIds: readonly string[];
  readonly replicas: number;
  readonly publishedPorts: readonly number[];
  readonly update: UpdatePolicy;
  readonly rollback: UpdatePolicy;
}

export interface UpdatePolicy {
  readonly order: "start-first" | "stop-first";
  readonly failureAction: "pause" | "continue" | "rollback";
  readonly monitorSeconds: number;
}

export interface Mount {
  readonly type: "volume" | "bind" | "tmpfs";
  readonly source: string;
  readonly target: string;
}

/** Reads what the simulation acts on out of an accepted spec. */
export function readSpec(spec: JsonObject): ServiceSpec {
  const task = objectAt(spec, "TaskTemplate");
  const container = objectAt(task, "ContainerSpec");
  const restart = objectAt(task, "RestartPolicy");
  const reservations = objectAt(objectAt(task, "Resources"), "Reservations");
  const constraints = stringsAt(objectAt(task, "Placement"), "Constraints");
  const condition = stringAt(restart, "Condition");
  return {
    image: stringAt(container, "Image"),
    env: readEnv(stringsAt(container, "Env")),
    args: nonEmpty(stringsAt(container, "Args")),
    command: nonEmpty(stringsAt(container, "Command")),
    mounts: objectsAt(container, "Mounts").map((mount) => {
      const type = stringAt(mount, "Type");
      return {
        type: type === "bind" || type === "tmpfs" ? type : "volume",
        source: stringAt(mount, "Source"),
        target: stringAt(mount, "Target"),
      };
    }),
    stopGraceSeconds: numberAt(container, "StopGracePeriod") / PER_SECOND,
    healthcheck: readHealthcheck(stringsAt(objectAt(container, "Healthcheck"), "Test")),
    restart: {
      condition: condition === "none" || condition === "on-failure" ? condition : "any",
      delaySeconds: numberAt(restart, "Delay") / PER_SECOND,
      maxAttempts: numberAt(restart, "MaxAttempts"),
    },
    reservedMemoryBytes: numberAt(reservations, "MemoryBytes"),
    reservedNanoCpus: numberAt(reservations, "NanoCPUs"),
    nodeIds: constraints.flatMap((text) => /^node\.id\s*==\s*(\S+)$/.exec(text)?.[1] ?? []),
    replicas: numberAt(objectAt(objectAt(spec, "Mode"), "Replicated"), "Replicas"),
    publishedPorts: objectsAt(objectAt(spec, "EndpointSpec"), "Ports").map((port) =>
      numberAt(port, "PublishedPort"),
    ),
    update: readPolicy(objectAt(spec, "UpdateConfig")),
    rollback: readPolicy(objectAt(spec, "RollbackConfig")),
  };
}

function readPolicy(config: JsonObject): UpdatePolicy {
  const action = stringAt(config, "FailureAction");
  return {
    order: stringAt(config, "Order") === "start-first" ? "start-first" : "stop-first",
    failureAction: action === "rollback" || action === "continue" ? action : "pause",
    monitorSeconds: numberAt(config, "Monitor") / PER_SECOND,
  };
}

function readHealthcheck(test: readonly string[]): ServiceSpec["healthcheck"] {
  if (test[0] === "NONE") return "none";
  return test.length === 0 ? "image" : "own";
}

function readEnv(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return at === -1 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function nonEmpty(list: string[]): string[] | undefined {
  return list.length === 0 ? undefined : list;
}
