/**
 * The model providers whose names, keys or endpoints this library has to know; other providers are passed on by name.
 * Each row was found by running 0.19.0 with each of the names, a `model.base_url` and a `model.api_key` in
 * config.yaml.
 */

export interface ModelProvider {
  /** Other names that Hermes takes for it. */
  readonly aliases: readonly string[];
  /** Names that guides show and Hermes does not know. */
  readonly misnamed?: readonly string[];
  /** What Hermes does with `model.base_url` of config.yaml. */
  readonly endpoint: "required" | "used" | "ignored";
  /** Hermes does the same under the aliases. For most providers, it ignores the endpoint under an alias. */
  readonly endpointUnderAlias?: true;
  /** Where its key comes from: a variable, `model.api_key` of config.yaml, or a login. */
  readonly key: { readonly variable: string } | "config" | "login";
  /** Variable of its endpoint. */
  readonly endpointVariable?: string;
  /**
   * An empty line of the managed `.env` takes the endpoint of the volume's `.env` away. Of the others, as of every key, the
   * volume's line wins; seen by running 0.17.0 and 0.19.0 with a line in both files.
   */
  readonly endpointPinned?: true;
}

export const MODEL_PROVIDERS = {
  /** Any OpenAI-compatible server. Without an endpoint Hermes asks OpenRouter. */
  custom: {
    aliases: ["ollama", "vllm", "llamacpp", "llama.cpp", "llama-cpp", "local"],
    endpoint: "required",
    endpointUnderAlias: true,
    key: "config",
    endpointVariable: "CUSTOM_BASE_URL",
    endpointPinned: true,
  },
  /** A ChatGPT subscription. */
  "openai-codex": { aliases: [], misnamed: ["codex-oauth"], endpoint: "ignored", key: "login" },
  "openai-api": {
    aliases: [],
    endpoint: "used",
    key: { variable: "OPENAI_API_KEY" },
    endpointVariable: "OPENAI_BASE_URL",
  },
  openrouter: {
    aliases: [],
    endpoint: "ignored",
    key: { variable: "OPENROUTER_API_KEY" },
    endpointVariable: "OPENROUTER_BASE_URL",
    endpointPinned: true,
  },
  /** Accepts only addresses of Anthropic and Azure. */
  anthropic: {
    aliases: ["claude", "claude-code"],
    endpoint: "ignored",
    key: { variable: "ANTHROPIC_API_KEY" },
    endpointVariable: "ANTHROPIC_BASE_URL",
  },
  gemini: {
    aliases: ["google", "google-gemini"],
    endpoint: "used",
    key: { variable: "GEMINI_API_KEY" },
    endpointVariable: "GEMINI_BASE_URL",
  },
  deepseek: {
    aliases: [],
    endpoint: "used",
    key: { variable: "DEEPSEEK_API_KEY" },
    endpointVariable: "DEEPSEEK_BASE_URL",
  },
  zai: {
    aliases: ["glm", "z-ai", "z.ai", "zhipu"],
    endpoint: "used",
    key: { variable: "GLM_API_KEY" },
    endpointVariable: "GLM_BASE_URL",
  },
  "kimi-coding": {
    aliases: ["kimi", "moonshot"],
    endpoint: "used",
    key: { variable: "KIMI_API_KEY" },
    endpointVariable: "KIMI_BASE_URL",
  },
  lmstudio: {
    aliases: ["lm-studio", "lm_studio"],
    endpoint: "used",
    key: { variable: "LM_API_KEY" },
    endpointVariable: "LM_BASE_URL",
  },
  nvidia: {
    aliases: ["nvidia-nim"],
    endpoint: "used",
    key: { variable: "NVIDIA_API_KEY" },
    endpointVariable: "NVIDIA_BASE_URL",
  },
  alibaba: {
    aliases: ["dashscope", "alibaba-cloud"],
    endpoint: "used",
    key: { variable: "DASHSCOPE_API_KEY" },
    endpointVariable: "DASHSCOPE_BASE_URL",
  },
  "azure-foundry": {
    aliases: ["azure"],
    endpoint: "used",
    key: { variable: "AZURE_FOUNDRY_API_KEY" },
    endpointVariable: "AZURE_FOUNDRY_BASE_URL",
  },
} as const satisfies Readonly<Record<string, ModelProvider>>;

const ROWS: readonly [string, ModelProvider][] = Object.entries(MODEL_PROVIDERS);

export interface NamedModelProvider {
  /** Hermes' own name of it. */
  readonly name: string;
  readonly provider: ModelProvider;
  /** What Hermes does with an endpoint under the name that was asked for. */
  readonly endpoint: ModelProvider["endpoint"];
}

/** Finds a provider by Hermes' own name or by an alias. */
export function modelProvider(asked: string): NamedModelProvider | undefined {
  for (const [name, provider] of ROWS) {
    if (name === asked) return { name, provider, endpoint: provider.endpoint };
    if (!provider.aliases.includes(asked)) continue;
    return { name, provider, endpoint: provider.endpointUnderAlias ? provider.endpoint : "ignored" };
  }
  return undefined;
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
  return ROWS.flatMap(([, row]) => {
    const names = [
      ...(typeof row.key === "object" ? [row.key.variable] : []),
      ...(row.endpointVariable !== undefined && !row.endpointPinned ? [row.endpointVariable] : []),
    ];
    return row === own || names.some((name) => given.includes(name)) ? names : [];
  });
}

/** The table of docs/hermes-app.md. */
export function modelProvidersMarkdown(): string {
  const rows = ROWS.map(([name, { aliases, endpoint, endpointUnderAlias, key }]) => {
    const names = [name, ...(endpointUnderAlias ? aliases : [])].map((text) => `\`${text}\``).join(", ");
    return `| ${names} | ${keyInWords(key)} | ${endpoint} |`;
  });
  return ["| `provider` | key | `baseUrl` |", "|---|---|---|", ...rows, ""].join("\n");
}

function keyInWords(key: ModelProvider["key"]): string {
  if (key === "config") return "`apiKey`, if the server wants one";
  return key === "login" ? "a login, by the `codexLogin` command" : `\`${key.variable}\` in \`secrets\``;
}
