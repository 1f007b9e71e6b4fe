/**
 * The names of a Swarm service's fields. The engine is written in Go, which takes a field's name in any case, and takes
 * the last of several spellings. So `taskTemplate` in an override sets the same as `TaskTemplate`.
 *
 * Source: `api/types/swarm` and `api/types/mount` of https://github.com/moby/moby/tree/v28.2.2
 */
import { isJsonObject, type Json, type JsonObject } from "../captain/json";

const FIELDS = [
  "Name Labels TaskTemplate Mode UpdateConfig RollbackConfig Networks EndpointSpec",
  "ContainerSpec PluginSpec NetworkAttachmentSpec Resources RestartPolicy Placement LogDriver ForceUpdate Runtime",
  "Image Command Args Hostname Env Dir User Groups Privileges Init StopSignal TTY OpenStdin ReadOnly Mounts",
  "StopGracePeriod Healthcheck Hosts DNSConfig Secrets Configs Isolation Sysctls CapabilityAdd CapabilityDrop",
  "Ulimits OomScoreAdj Test Interval Timeout StartPeriod StartInterval Retries Nameservers Search Options",
  "CredentialSpec Config File Registry SELinuxContext Disable Role Type Level Seccomp Profile AppArmor",
  "NoNewPrivileges Source Target Consistency BindOptions Propagation NonRecursive CreateMountpoint",
  "ReadOnlyNonRecursive ReadOnlyForceRecursive VolumeOptions NoCopy Subpath DriverConfig ImageOptions",
  "TmpfsOptions SizeBytes ClusterOptions UID GID SecretID SecretName ConfigID ConfigName Hard Soft",
  "Limits Reservations NanoCPUs MemoryBytes Pids GenericResources NamedResourceSpec DiscreteResourceSpec Kind Value",
  "Condition Delay MaxAttempts Window Constraints Preferences Spread SpreadDescriptor MaxReplicas Platforms",
  "Architecture OS Aliases DriverOpts Replicated Replicas Global ReplicatedJob GlobalJob MaxConcurrent",
  "TotalCompletions Parallelism FailureAction Monitor MaxFailureRatio Order Ports Protocol TargetPort",
  "PublishedPort PublishMode",
].flatMap((line) => line.split(" "));

/** Objects whose keys the user chooses, and in which the case counts. */
const MAPS: ReadonlySet<string> = new Set(["Labels", "Sysctls", "Options", "DriverOpts"]);

/** Go also takes the long s for an s and the Kelvin sign for a k. */
const folded = (name: string): string => name.replaceAll("ſ", "s").toLowerCase();

const NAMES: ReadonlyMap<string, string> = new Map(FIELDS.map((name) => [folded(name), name]));

export interface Respelled<T extends Json> {
  readonly value: T;
  /** Fields that are there in several spellings, such as `TaskTemplate (also written taskTemplate)`. */
  readonly repeated: readonly string[];
}

/** The same object with the engine's own spelling of each field. Of a field in several spellings the last one counts. */
export function respell(object: JsonObject): Respelled<JsonObject> {
  const fields = new Map<string, Json>();
  const spellings = new Map<string, string>();
  const repeated: string[] = [];
  for (const [key, given] of Object.entries(object)) {
    if (given === undefined) continue;
    const name = NAMES.get(folded(key)) ?? key;
    const isMap = MAPS.has(name) && isJsonObject(given);
    const { value, repeated: deeper } = isMap ? { value: given, repeated: [] } : respellAny(given);
    repeated.push(...deeper);
    const before = fields.get(name);
    const spelling = spellings.get(name);
    if (spelling !== undefined) repeated.push(`${spelling} (also written ${key})`);
    spellings.set(name, key);
    fields.set(name, isJsonObject(before) && isJsonObject(value) ? merged(before, value) : value);
  }
  return { value: Object.fromEntries(fields), repeated };
}

function respellAny(value: Json): Respelled<Json> {
  if (isJsonObject(value)) return respell(value);
  if (!Array.isArray(value)) return { value, repeated: [] };
  const items = value.map(respellAny);
  return { value: items.map((item) => item.value), repeated: items.flatMap((item) => item.repeated) };
}

/** As Go reads an object into one that has values already. */
function merged(before: JsonObject, after: JsonObject): JsonObject {
  const entries = Object.entries(after).map(([key, value]) => {
    const old = before[key];
    return [key, isJsonObject(old) && isJsonObject(value) ? merged(old, value) : value] as const;
  });
  return { ...before, ...Object.fromEntries(entries) };
}
