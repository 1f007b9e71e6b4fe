import { EngineError } from "./errors";
import { isJsonObject, type Json, type JsonObject, numberAt, objectAt } from "./json";

type Shape = "string" | "int" | "bool" | "[]string" | "map" | "any" | StructShape;
interface StructShape {
  readonly name: string;
  readonly many?: true;
  readonly fields: Readonly<Record<string, Shape>>;
}

/** The engine counts durations in nanoseconds. */
export const PER_SECOND = 1_000_000_000;
const MINIMUM_MEMORY_BYTES = 4 * 1024 * 1024;

const healthcheck: StructShape = {
  name: "HealthConfig",
  fields: { Test: "[]string", Interval: "int", Timeout: "int", StartPeriod: "int", Retries: "int" },
};
const mounts: StructShape = {
  name: "Mount",
  many: true,
  fields: {
    Type: "string",
    Source: "string",
    Target: "string",
    ReadOnly: "bool",
    Consistency: "string",
    BindOptions: "any",
    VolumeOptions: "any",
    TmpfsOptions: { name: "TmpfsOptions", fields: { SizeBytes: "int", Mode: "int" } },
  },
};
const containerSpec: StructShape = {
  name: "ContainerSpec",
  fields: {
    ...each("string", "Image", "Hostname", "Dir", "User", "StopSignal", "Isolation"),
    ...each("[]string", "Command", "Args", "Env", "Groups", "Hosts", "CapabilityAdd", "CapabilityDrop"),
    ...each("bool", "Init", "TTY", "OpenStdin", "ReadOnly"),
    ...each("map", "Labels", "Sysctls"),
    ...each("any", "DNSConfig", "Secrets", "Configs", "Ulimits", "Privileges"),
    StopGracePeriod: "int",
    Mounts: mounts,
    Healthcheck: healthcheck,
  },
};
const amounts: StructShape = { name: "Limit", fields: { MemoryBytes: "int", NanoCPUs: "int", Pids: "int" } };
const updateConfig: StructShape = {
  name: "UpdateConfig",
  fields: {
    ...each("int", "Parallelism", "Delay", "Monitor", "MaxFailureRatio"),
    ...each("string", "FailureAction", "Order"),
  },
};
const serviceSpec: StructShape = {
  name: "ServiceSpec",
  fields: {
    Name: "string",
    Labels: "map",
    TaskTemplate: {
      name: "TaskSpec",
      fields: {
        ContainerSpec: containerSpec,
        Resources: { name: "ResourceRequirements", fields: { Limits: amounts, Reservations: amounts } },
        RestartPolicy: {
          name: "RestartPolicy",
          fields: { Condition: "string", Delay: "int", MaxAttempts: "int", Window: "int" },
        },
        Placement: {
          name: "Placement",
          fields: { Constraints: "[]string", Preferences: "any", MaxReplicas: "int" },
        },
        LogDriver: { name: "Driver", fields: { Name: "string", Options: "map" } },
        Networks: "any",
        ForceUpdate: "int",
        Runtime: "string",
      },
    },
    Mode: {
      name: "ServiceMode",
      fields: { Replicated: { name: "ReplicatedService", fields: { Replicas: "int" } }, Global: "any" },
    },
    UpdateConfig: updateConfig,
    RollbackConfig: updateConfig,
    EndpointSpec: { name: "EndpointSpec", fields: { Mode: "string", Ports: "any" } },
  },
};

/**
 * Accepts a spec as the engine's API does: it refuses a value of the wrong type, drops an unknown key silently,
 * and fills in Swarm's defaults.
 * @throws EngineError
 */
export function acceptSpec(sent: JsonObject): JsonObject {
  const spec = decodeStruct(serviceSpec, sent, [], serviceSpec.name);
  for (const kind of ["Limits", "Reservations"]) {
    const bytes = numberAt(
      objectAt(objectAt(objectAt(spec, "TaskTemplate"), "Resources"), kind),
      "MemoryBytes",
    );
    if (bytes !== 0 && bytes < MINIMUM_MEMORY_BYTES) {
      throw new EngineError(400, "unexpected", `invalid memory value ${bytes}: Must be at least 4MiB`);
    }
  }
  const task = objectAt(spec, "TaskTemplate");
  const container = objectAt(task, "ContainerSpec");
  return {
    ...spec,
    TaskTemplate: {
      ...task,
      ContainerSpec: { StopGracePeriod: 10 * PER_SECOND, ...container },
      RestartPolicy: {
        Condition: "any",
        Delay: 5 * PER_SECOND,
        MaxAttempts: 0,
        ...objectAt(task, "RestartPolicy"),
      },
    },
    UpdateConfig: { ...policyDefaults(0), Order: "stop-first", ...objectAt(spec, "UpdateConfig") },
    RollbackConfig: { ...policyDefaults(1), Order: "stop-first", ...objectAt(spec, "RollbackConfig") },
    EndpointSpec: { Mode: "vip", ...objectAt(spec, "EndpointSpec") },
  };
}

function each(shape: Shape, ...names: string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

function policyDefaults(parallelism: number): JsonObject {
  return { Parallelism: parallelism, FailureAction: "pause", Monitor: 5 * PER_SECOND, MaxFailureRatio: 0 };
}

function decodeStruct(shape: StructShape, value: JsonObject, path: string[], owner: string): JsonObject {
  const decoded: JsonObject = {};
  for (const [key, field] of Object.entries(shape.fields)) {
    const given = value[key];
    if (given === undefined || given === null) continue;
    decoded[key] = decode(field, given, [...path, key], owner);
  }
  return decoded;
}

function decode(shape: Shape, value: Json, path: string[], owner: string): Json {
  const refuse = (type: string): never => {
    const field = [owner, ...path].join(".");
    const message = `json: cannot unmarshal ${goKind(value)} into Go struct field ${field} of type ${type}`;
    throw new EngineError(400, "unexpected", message);
  };
  if (typeof shape === "object") {
    if (shape.many) {
      if (!Array.isArray(value)) return refuse(`[]mount.${shape.name}`);
      return value.map((item) =>
        isJsonObject(item) ? decodeStruct(shape, item, path, shape.name) : refuse(shape.name),
      );
    }
    return isJsonObject(value) ? decodeStruct(shape, value, path, shape.name) : refuse(`swarm.${shape.name}`);
  }
  if (shape === "string" && typeof value !== "string") return refuse("string");
  if (shape === "bool" && typeof value !== "boolean") return refuse("bool");
  if (shape === "int" && typeof value !== "number") return refuse("int64");
  if (shape === "map" && !isJsonObject(value)) return refuse("map[string]string");
  if (shape === "[]string") {
    if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) return refuse("[]string");
  }
  return value;
}

function goKind(value: Json): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
