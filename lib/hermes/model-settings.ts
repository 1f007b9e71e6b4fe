/** The settings of an agent's model: what carries each, and what else the volume could say of it. */
import { code, docsTable } from "./markdown";
import { MODEL_PROVIDERS, type ModelProvider } from "./model-providers";
import { firstReleaseWith, hasFeature, type Release } from "./releases";

const ROWS: readonly [string, ModelProvider][] = Object.entries(MODEL_PROVIDERS);

/** Every name that Hermes takes for a provider. */
export const MODEL_PROVIDER_NAMES: readonly string[] = ROWS.flatMap(([name, { aliases }]) => [
  name,
  ...aliases,
]);

export interface NamedModelProvider {
  /** Hermes' own name of it. */
  readonly name: string;
  readonly provider: ModelProvider;
  /** It was asked for by another name. */
  readonly byAlias: boolean;
}

export const NAMED_MODEL_PROVIDERS: readonly NamedModelProvider[] = ROWS.map(([name, provider]) => ({
  name,
  provider,
  byAlias: false,
}));

/** Finds a provider by Hermes' own name or by an alias, as Hermes compares: without blanks, in whichever case. */
export function modelProvider(asked: string): NamedModelProvider | undefined {
  const plain = asked.trim().toLowerCase();
  const found = ROWS.find(([name, { aliases }]) => name === plain || aliases.includes(plain));
  return found && { name: found[0], provider: found[1], byAlias: found[0] !== plain };
}

/** What Hermes does with an endpoint of config.yaml for the provider under that name. */
export function endpointUse({ provider, byAlias }: NamedModelProvider): "required" | "used" | "ignored" {
  return byAlias && provider.endpointUnderAlias !== true ? "ignored" : (provider.endpoint ?? "used");
}

/** Whether requests go to that URL when config.yaml says so. */
export function reachesEndpoint(named: NamedModelProvider, url: string, release: Release): boolean {
  const { takes, server } = named.provider;
  if (endpointUse(named) !== "ignored" || url === server) return true;
  if (takes === undefined || named.byAlias) return false;
  return !hasFeature(release, takes.since) || takes.urls.test(url);
}

/** The right name for one that Hermes does not accept. */
export function modelProviderMeantBy(wrongName: string): string | undefined {
  return ROWS.find(([, { misnamed }]) => misnamed?.includes(wrongName))?.[0];
}

/** The settings of the model itself: the variable that could carry each, and its key in config.yaml. */
export const MODEL_SETTINGS = {
  provider: { variable: "HERMES_INFERENCE_PROVIDER", configKey: "provider" },
  name: { variable: "HERMES_INFERENCE_MODEL", configKey: "default" },
  baseUrl: { variable: MODEL_PROVIDERS.custom.endpointVariable, configKey: "base_url" },
  /** The config refers to it by name, since Hermes expands `${VAR}` there. */
  apiKey: { variable: "HERMES_MODEL_API_KEY", configKey: "api_key" },
} as const satisfies Readonly<Record<string, { readonly variable: string; readonly configKey: string }>>;

/**
 * All that the volume's config.yaml can say of a model besides, as dotted paths, with the value that is none to Hermes:
 * an old server would get the new key, or the new server an old one. Without those at the root Hermes takes them for the
 * model's again. Seen by running 0.17.0, 0.18.2 and 0.19.0; a text as context length is an error there.
 */
export const MODEL_OFF_LEAVES: Readonly<Record<string, "" | null>> = {
  "model.base_url": "",
  "model.api_base": "",
  "model.api_mode": "",
  "model.api_key": "",
  "model.api": "",
  "model.auth_mode": "",
  "model.context_length": null,
  provider: "",
  base_url: "",
  api_base: "",
  context_length: null,
};

/**
 * Other names of providers that a fallback's own reader knows: `_PROVIDER_ALIASES` of agent/auxiliary_client.py in 0.17.0,
 * 0.18.2 and 0.19.0, and those of its providers' profiles in 0.19.0. It knows fewer than the reader of the model.
 */
const FALLBACK_ALIASES = new Set(
  (
    "google google-gemini google-ai-studio x-ai x.ai grok glm z-ai z.ai zhipu kimi moonshot kimi-cn moonshot-cn gmi-cloud " +
    "gmicloud minimax-china minimax_cn claude claude-code github github-copilot github-model github-models " +
    "github-copilot-acp copilot-acp-agent tencent tokenhub tencent-cloud tencentmaas codex " +
    "deep-infra deepinfra-ai fireworks-ai fw novita-ai novitaai solar"
  ).split(" "),
);

/** The provider's own name, where a fallback of the given one would be skipped. */
export function fallbackNameMeantBy(asked: string): string | undefined {
  const known = modelProvider(asked);
  return known?.byAlias && !FALLBACK_ALIASES.has(asked.trim().toLowerCase()) ? known.name : undefined;
}

/** Endpoint variables that would beat the model's own endpoint, or its provider's. */
export function endpointsOff(asked: string): Readonly<Record<string, string>> {
  const provider = modelProvider(asked)?.provider;
  const own = provider?.endpointPinned === true ? provider.endpointVariable : undefined;
  return { [MODEL_SETTINGS.baseUrl.variable]: "", ...(own !== undefined && { [own]: "" }) };
}

/**
 * Keys and endpoints of an agent that a line of its volume's `.env` would decide: those of its model's provider, and of
 * each provider of which it has a variable.
 *
 * @param given names of the agent's variables
 */
export function wonByTheVolume(provider: string | undefined, given: readonly string[]): readonly string[] {
  const own = provider === undefined ? undefined : modelProvider(provider)?.provider;
  const names = ROWS.flatMap(([, row]) => {
    const names = [
      ...(typeof row.key === "object" ? row.key.variables : []),
      ...(row.endpointVariable !== undefined && !row.endpointPinned ? [row.endpointVariable] : []),
    ];
    return row === own || names.some((name) => given.includes(name)) ? names : [];
  });
  return [...new Set(names)];
}

/**
 * Those of them that the program decides, so that no line of the volume may stand there: the keys and the endpoint of each
 * provider of which it gives a key, and the endpoint of its model's provider. A key that a person typed in stays.
 *
 * @param given names of the agent's variables
 */
export function decidedOverTheVolume(
  provider: string | undefined,
  given: readonly string[],
): readonly string[] {
  const own = provider === undefined ? undefined : modelProvider(provider)?.provider;
  const names = ROWS.flatMap(([, { key, endpointVariable, endpointPinned }]) => {
    const keys = typeof key === "object" ? key.variables : [];
    const endpoint = endpointVariable !== undefined && !endpointPinned ? [endpointVariable] : [];
    if (keys.some((name) => given.includes(name))) return [...keys, ...endpoint];
    return endpoint.filter((name) => given.includes(name) || endpointVariable === own?.endpointVariable);
  });
  return [...new Set(names)];
}

/** The table of docs/hermes-app.md. */
export function modelProvidersMarkdown(): string {
  const rows = ROWS.map(([name, row]) => {
    return [
      code(name),
      row.aliases.map(code).join(", "),
      keyInWords(row.key),
      endpointInWords(row),
      row.since === undefined ? "" : firstReleaseWith(row.since),
    ];
  });
  return docsTable(["`provider`", "other names", "key", "`baseUrl`", "since"], rows);
}

function keyInWords(key: ModelProvider["key"]): string {
  if (key === "config") return "`apiKey`, if the server wants one";
  return key === "login" ? "a login" : `${key.variables.map(code).join(" or ")} in \`secrets\``;
}

function endpointInWords({ endpoint, endpointUnderAlias, takes, aliases }: ModelProvider): string {
  if (takes !== undefined) return takes.allowed;
  const use = endpoint ?? "used";
  if (endpoint === "ignored" || endpointUnderAlias || aliases.length === 0) return use;
  return `${use}, but ignored under the other names`;
}
