/**
 * The managed config.yaml: the settings that an operator pins. Hermes merges it leaf by leaf over the volume's
 * config.yaml. Variables alone would not be enough: the image creates a config whose `provider: auto` overrides them.
 */
import { MODEL_SETTINGS } from "./model-settings";
import { hasFeature, type Release } from "./releases";
import { drainSettings } from "./stop";

/** A value of config.yaml. */
export type ConfigValue =
  | string
  | number
  | boolean
  | null
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

/** Settings by their keys. */
export type ConfigMap = { readonly [key: string]: ConfigValue };

/** The key of `terminal` in config.yaml with the directory in which commands start (0.17.0 to 0.19.0: gateway/run.py). */
export const WORKING_DIRECTORY_KEY = "cwd";

/** The model to pin. Of the key, only whether there is one: its value is passed in a variable. */
export interface PinnedModel {
  readonly provider: string;
  readonly name: string;
  readonly baseUrl?: string;
  readonly apiKey?: unknown;
}

export interface ManagedConfigSources {
  readonly release: Release;
  /** Leaves by their dotted path over which `config` wins: what only takes away what the volume says, and defaults. */
  readonly least?: Readonly<Record<string, ConfigValue>> | undefined;
  readonly config?: { readonly [key: string]: ConfigValue } | undefined;
  readonly model?: PinnedModel | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
  /** Where commands start. */
  readonly workingDirectory?: string | undefined;
  readonly stopGraceSeconds: number;
}

/**
 * The typed props win over the same keys of `config`, and these over what is off and over the waits that are pinned to fit
 * into a stop. Undefined when there is nothing to pin.
 */
export function managedConfig(
  sources: ManagedConfigSources,
): { readonly [key: string]: ConfigValue } | undefined {
  const {
    release,
    least: given = {},
    config,
    model,
    trustedProxies,
    workingDirectory,
    stopGraceSeconds,
  } = sources;
  const typed: Record<string, ConfigValue> = {};
  if (model) {
    const { provider, name, baseUrl, apiKey } = MODEL_SETTINGS;
    typed["model"] = {
      [provider.configKey]: model.provider,
      [name.configKey]: model.name,
      ...(model.baseUrl !== undefined && { [baseUrl.configKey]: model.baseUrl }),
      ...(model.apiKey !== undefined && { [apiKey.configKey]: `\${${apiKey.variable}}` }),
    };
  }
  if (trustedProxies?.length && hasFeature(release, "trustedProxiesSetting")) {
    typed["dashboard"] = { trusted_proxies: [...trustedProxies] };
  }
  if (workingDirectory !== undefined) typed["terminal"] = { [WORKING_DIRECTORY_KEY]: workingDirectory };
  const least = mergeLeaves(drainSettings(release, stopGraceSeconds), fromLeaves(given));
  const merged = mergeLeaves(mergeLeaves(least, config ?? {}), typed);
  return Object.keys(merged).length > 0 ? merged : undefined;
}

/** Leaves by their dotted path, as a map. */
function fromLeaves(leaves: Readonly<Record<string, ConfigValue>>): ConfigMap {
  return mapOfLeaves(Object.entries(leaves).map(([path, value]) => ({ path: path.split("."), value })));
}

export function mapOfLeaves(
  leaves: readonly { readonly path: readonly string[]; readonly value: ConfigValue }[],
): ConfigMap {
  return leaves.reduce<ConfigMap>((map, { path, value }) => {
    const leaf = path.reduceRight<ConfigValue>((below, key) => ({ [key]: below }), value);
    return isMap(leaf) ? mergeLeaves(map, leaf) : map;
  }, {});
}

/** The second map's leaves win. */
export function mergeLeaves(base: ConfigMap, over: ConfigMap): ConfigMap {
  const merged: Record<string, ConfigValue> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? mergeLeaves(below, value) : value;
  }
  return merged;
}

export function isMap(value: ConfigValue | undefined): value is ConfigMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every leaf with its dotted path. */
export function* configLeaves(
  value: ConfigValue,
  path: readonly string[] = [],
): Generator<[string[], ConfigValue]> {
  if (Array.isArray(value))
    for (const [i, item] of value.entries()) yield* configLeaves(item, [...path, String(i)]);
  else if (isMap(value))
    for (const [key, item] of Object.entries(value)) yield* configLeaves(item, [...path, key]);
  else yield [[...path], value];
}
