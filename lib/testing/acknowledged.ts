/** What the constructs of a stack acknowledged, as the stack's metadata has it. */
import { MANAGED_ENV_FILE } from "../hermes/container-contract";
import { record } from "../support/json-document";
import { ownMetadata } from "../support/metadata";
import { isRecord } from "../support/objects";

type Json = { readonly [key: string]: unknown };

/** Whether an acknowledgement of one of the rules covers that place of a resource. */
export type IsAcknowledged = (address: string, path: readonly string[], rules: readonly string[]) => boolean;

/** Metadata of documents that were synthesized without it. */
const KEPT = new WeakMap<object, Json>();

/** Remembers the metadata of a document beside it, for the matchers. */
export function keepMetadata<Document extends object>(document: Document, withMetadata: Json): Document {
  KEPT.set(document, withMetadata);
  return document;
}

export function acknowledgedIn(document: Json): IsAcknowledged {
  const source = KEPT.get(document) ?? document;
  const acknowledged = record(ownMetadata(source)["acknowledged"]);
  return (address, path, rules) => {
    const owner = ownerOf(source, address);
    return Object.entries(acknowledged)
      .filter(([construct]) => owner === construct || owner.startsWith(`${construct}/`))
      .flatMap(([, given]) => (isRecord(given) ? rules.map((rule) => given[rule]) : []))
      .some(
        (given) => typeof given === "string" || (isRecord(given) && Object.keys(given).some(covers(path))),
      );
  };
}

/** Path of the construct that a resource was made by. */
function ownerOf(source: Json, address: string): string {
  const [type = "", name = ""] = address.split(".");
  const { path } = at(source, "resource", type, name, "//", "metadata");
  return typeof path === "string" ? path : "";
}

/**
 * Whether a place that a construct names is the one in a resource: `env.NAME` and `environment.NAME`, or
 * `dashboard.publicUrl` and `env.HERMES_DASHBOARD_PUBLIC_URL`.
 */
function covers(path: readonly string[]): (place: string) => boolean {
  const names = [path, path.map((name) => ALIASES[name] ?? name), path.slice(-1)].map((name) =>
    wordsOf(name.join(".")),
  );
  return (place) => names.some((name) => isEndOf(name, wordsOf(place)) || isEndOf(wordsOf(place), name));
}

/** Attributes whose props have another name. */
const ALIASES: Readonly<Record<string, string>> = {
  driver_opts: "driverOptions",
  environment: "env",
  secret_environment_wo: "secrets",
  source: "hostPath",
  volumes: "mounts",
  [MANAGED_ENV_FILE]: "secrets",
};

/** `target.labels["a b"]` → `_TARGET_LABELS_A_B`; positions do not count, and a write-only attribute has its prop's name. */
function wordsOf(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll(/\[\d+\]|\.\d+(?=\.|$)/g, "");
  return `_${words.toUpperCase()}`.replaceAll(/[^A-Z0-9]+/g, "_").replace(/_WO$|_$/, "");
}

/** One word alone may be the name of many places. */
function isEndOf(longer: string, shorter: string): boolean {
  return longer === shorter || (/^_[^_]+_/.test(shorter) && longer.endsWith(shorter));
}

function at(document: unknown, ...keys: readonly string[]): Json {
  const found = keys.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), document);
  return isRecord(found) ? found : {};
}
