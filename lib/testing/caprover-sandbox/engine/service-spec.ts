import { type JsonObject, numberAt, objectAt, objectsAt, stringAt, stringsAt } from "./json";
import { PER_SECOND } from "./spec-decoder";

/** The part of a Swarm service's spec that the sandbox acts on. */
export interface ServiceSpec {
  /** The reference, as it was deployed. */
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  /** `Args`, which replace the image's own arguments; `undefined` for the image's own. */
  readonly args: readonly string[] | undefined;
  /** `Command`, which replaces the image's entrypoint; `undefined` for the image's own. */
  readonly command: readonly string[] | undefined;
  readonly mounts: readonly ServiceMount[];
  /** From SIGTERM to SIGKILL. */
  readonly stopGraceSeconds: number;
  /** The image's health check, none, or one of the service's own. */
  readonly healthcheck: "image" | "none" | "own";
  readonly restart: RestartPolicy;
  readonly reservedMemoryBytes: number;
  readonly reservedNanoCpus: number;
  /** The nodes on which it may run; empty for any. */
  readonly nodeIds: readonly string[];
  readonly replicas: number;
  /** Ports of all nodes. */
  readonly publishedPorts: readonly number[];
  /** Ports that one container of a node can have. */
  readonly hostPorts: readonly number[];
  readonly update: UpdatePolicy;
  readonly rollback: UpdatePolicy;
  /** Names of the service in its networks, beside its own. */
  readonly aliases: readonly string[];
}

/** When Swarm starts another container in place of one that has ended. */
export interface RestartPolicy {
  readonly condition: "any" | "on-failure" | "none";
  readonly delaySeconds: number;
  /** 0 for no limit. */
  readonly maxAttempts: number;
}

/** How Swarm replaces the containers of a service. */
export interface UpdatePolicy {
  readonly order: "start-first" | "stop-first";
  readonly failureAction: "pause" | "continue" | "rollback";
  /** For how long after its start the end of a container counts as a failure of the update. */
  readonly monitorSeconds: number;
}

/** A mount of a service's containers. */
export interface ServiceMount {
  readonly type: "volume" | "bind" | "tmpfs";
  /** The volume's name, or the directory of the node; `""` for an anonymous volume. */
  readonly source: string;
  /** The path in the container. */
  readonly target: string;
}

/** Reads from an accepted spec what the sandbox acts on. */
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
    publishedPorts: portsOf(spec, (mode) => mode !== "host"),
    hostPorts: portsOf(spec, (mode) => mode === "host"),
    update: readPolicy(objectAt(spec, "UpdateConfig")),
    rollback: readPolicy(objectAt(spec, "RollbackConfig")),
    aliases: objectsAt(task, "Networks").flatMap((network) => stringsAt(network, "Aliases")),
  };
}

function portsOf(spec: JsonObject, isMeant: (publishMode: string) => boolean): readonly number[] {
  return objectsAt(objectAt(spec, "EndpointSpec"), "Ports")
    .filter((port) => isMeant(stringAt(port, "PublishMode")))
    .map((port) => numberAt(port, "PublishedPort"));
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
