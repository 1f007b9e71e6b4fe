/**
 * The managed config.yaml: what an operator pins. Hermes merges it leaf by leaf over the volume's config.yaml, so
 * it decides where the environment does not: the image seeds a config whose `provider: auto` beats the variables.
 */
import type { Secret } from "../support/secret";
import { hasFeature, type Release } from "./releases";

export type ConfigValue =
  | string
  | number
  | boolean
  | null
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

export interface ModelProps {
  /**
   * Hermes' name of the provider, such as `openai-codex`, `openrouter`, `anthropic`, or `custom` for any
   * OpenAI-compatible server (vLLM, Ollama, LM Studio, …).
   */
  readonly provider: string;
  /** The model's name at that provider. */
  readonly name: string;
  /**
   * The server's address up to and including `/v1`, with no slash at the end; for `custom`.
   * @default - the provider's own
   */
  readonly baseUrl?: string;
  /**
   * The key for `custom`. Other providers read their own variable: give it in `secrets`, such as
   * `secrets: { OPENROUTER_API_KEY: key.stringValue }`.
   * @default - none, as local servers want it
   */
  readonly apiKey?: Secret;
}

/** Carries `model.apiKey`. The config refers to it by name, since Hermes expands `${VAR}` there. */
export const MODEL_KEY_VARIABLE = "HERMES_MODEL_API_KEY";

export interface ManagedConfigSources {
  readonly release: Release;
  readonly config?: { readonly [key: string]: ConfigValue } | undefined;
  readonly model?: ModelProps | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
}

/** The typed props win over the same keys of `config`. Undefined when there is nothing to pin. */
export function managedConfig(
  sources: ManagedConfigSources,
): { readonly [key: string]: ConfigValue } | undefined {
  const { release, config, model, trustedProxies } = sources;
  const typed: Record<string, ConfigValue> = {};
  if (model) {
    typed["model"] = {
      provider: model.provider,
      default: model.name,
      ...(model.baseUrl === undefined ? {} : { base_url: model.baseUrl }),
      ...(model.apiKey === undefined ? {} : { api_key: `\${${MODEL_KEY_VARIABLE}}` }),
    };
  }
  if (trustedProxies?.length && hasFeature(release, "trustedProxiesSetting")) {
    typed["dashboard"] = { trusted_proxies: [...trustedProxies] };
  }
  const merged = mergeLeaves(config ?? {}, typed);
  return Object.keys(merged).length > 0 ? merged : undefined;
}

type ConfigMap = { readonly [key: string]: ConfigValue };

function mergeLeaves(base: ConfigMap, over: ConfigMap): ConfigMap {
  const merged: Record<string, ConfigValue> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? mergeLeaves(below, value) : value;
  }
  return merged;
}

function isMap(value: ConfigValue | undefined): value is ConfigMap {
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
