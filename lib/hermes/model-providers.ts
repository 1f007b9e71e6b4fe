/** The model providers whose names, keys or endpoints this library has to know. Others pass under their own name. */

export interface ModelProvider {
  /** Other names that Hermes takes for it. Under them it ignores an endpoint of config.yaml. */
  readonly aliases: readonly string[];
  /** Names that guides show and Hermes does not know. */
  readonly misnamed: readonly string[];
  /** What Hermes does with `model.base_url` of config.yaml. */
  readonly endpoint: "required" | "used" | "ignored";
  /** Variable of its key; without one people log in, or the key stands beside the endpoint. */
  readonly keyVariable?: string;
  /** Variable of its endpoint. */
  readonly endpointVariable?: string;
}

/** Names, aliases and variables are those of the 0.19.0 package, and there the use of endpoints was seen. */
export const MODEL_PROVIDERS = {
  /** Any OpenAI-compatible server: vLLM, Ollama, LM Studio, … */
  custom: { aliases: [], misnamed: [], endpoint: "required", endpointVariable: "CUSTOM_BASE_URL" },
  /** A ChatGPT subscription. */
  "openai-codex": { aliases: [], misnamed: ["codex-oauth"], endpoint: "ignored" },
  "openai-api": {
    aliases: [],
    misnamed: [],
    endpoint: "used",
    keyVariable: "OPENAI_API_KEY",
    endpointVariable: "OPENAI_BASE_URL",
  },
  openrouter: {
    aliases: ["openai"],
    misnamed: [],
    endpoint: "ignored",
    keyVariable: "OPENROUTER_API_KEY",
    endpointVariable: "OPENROUTER_BASE_URL",
  },
  /** Takes Anthropic's own addresses and Azure's only. */
  anthropic: {
    aliases: ["claude", "claude-code"],
    misnamed: [],
    endpoint: "ignored",
    keyVariable: "ANTHROPIC_API_KEY",
    endpointVariable: "ANTHROPIC_BASE_URL",
  },
  gemini: {
    aliases: [],
    misnamed: [],
    endpoint: "ignored",
    keyVariable: "GEMINI_API_KEY",
    endpointVariable: "GEMINI_BASE_URL",
  },
  deepseek: {
    aliases: ["deep-seek"],
    misnamed: [],
    endpoint: "used",
    keyVariable: "DEEPSEEK_API_KEY",
    endpointVariable: "DEEPSEEK_BASE_URL",
  },
  zai: {
    aliases: ["glm", "z-ai", "z.ai", "zhipu"],
    misnamed: [],
    endpoint: "used",
    keyVariable: "GLM_API_KEY",
    endpointVariable: "GLM_BASE_URL",
  },
  "kimi-coding": {
    aliases: ["kimi", "moonshot"],
    misnamed: [],
    endpoint: "used",
    keyVariable: "KIMI_API_KEY",
    endpointVariable: "KIMI_BASE_URL",
  },
  lmstudio: {
    aliases: ["lm-studio", "lm_studio"],
    misnamed: [],
    endpoint: "used",
    keyVariable: "LM_API_KEY",
    endpointVariable: "LM_BASE_URL",
  },
} as const satisfies Readonly<Record<string, ModelProvider>>;

export interface NamedModelProvider extends ModelProvider {
  /** Hermes' own name of it. */
  readonly name: string;
}

const BY_NAME: ReadonlyMap<string, NamedModelProvider> = byNames(({ name }) => [name]);
const BY_ALIAS = byNames(({ aliases }) => aliases);
const BY_WRONG_NAME = byNames(({ misnamed }) => misnamed);

/** By Hermes' own name of it. */
export function modelProvider(name: string): NamedModelProvider | undefined {
  return BY_NAME.get(name);
}

/** By another name that Hermes takes. */
export function modelProviderByAlias(alias: string): NamedModelProvider | undefined {
  return BY_ALIAS.get(alias);
}

/** By a name that Hermes does not take. */
export function modelProviderMeantBy(wrongName: string): NamedModelProvider | undefined {
  return BY_WRONG_NAME.get(wrongName);
}

function byNames(
  names: (provider: NamedModelProvider) => readonly string[],
): ReadonlyMap<string, NamedModelProvider> {
  const rows: readonly [string, ModelProvider][] = Object.entries(MODEL_PROVIDERS);
  return new Map(
    rows.flatMap(([name, row]) => {
      const provider = { name, ...row };
      return names(provider).map((key): [string, NamedModelProvider] => [key, provider]);
    }),
  );
}

/** The settings of the model itself: the variable that carries each, or would, and its key in config.yaml. */
export const MODEL_SETTINGS = {
  provider: { variable: "HERMES_INFERENCE_PROVIDER", configKey: "provider" },
  name: { variable: "HERMES_INFERENCE_MODEL", configKey: "default" },
  baseUrl: { variable: MODEL_PROVIDERS.custom.endpointVariable, configKey: "base_url" },
  /** The config refers to it by name, since Hermes expands `${VAR}` there. */
  apiKey: { variable: "HERMES_MODEL_API_KEY", configKey: "api_key" },
} as const satisfies Readonly<Record<string, { readonly variable: string; readonly configKey: string }>>;
