/**
 * The providers of models that Hermes has. The table is that of the 0.19.0 package; what 0.17.0 and 0.18.2 have otherwise
 * is said beside it. It was found by asking each of the three for the address and the key that it uses, under each name,
 * with an endpoint and a key in config.yaml and in variables. `test/engine/model-providers.test.ts` asks again.
 */
import type { Feature } from "./releases";

export interface ModelProvider {
  /** The feature that a release needs to know it. Without one, every release with the managed scope does. */
  readonly since?: Feature;
  /** Other names that Hermes takes for it. */
  readonly aliases: readonly string[];
  /** Names that guides show and Hermes does not know. */
  readonly misnamed?: readonly string[];
  /** Where it goes without an endpoint. */
  readonly server?: string;
  /** What Hermes does with `model.base_url` of config.yaml. @default - uses it */
  readonly endpoint?: "required" | "ignored";
  /** Hermes does the same under the aliases. For the other providers, it ignores the endpoint under an alias. */
  readonly endpointUnderAlias?: true;
  /** A fallback model of it is asked at the endpoint all the same; seen by running 0.19.0 with every name. */
  readonly takesEndpointAsFallback?: true;
  /** The endpoints that it takes, although it ignores all others. */
  readonly takes?: EndpointsTaken;
  /** Where its key comes from: variables, `model.api_key` of config.yaml, or a login. */
  readonly key: { readonly variables: readonly [string, ...string[]] } | "config" | "login";
  /**
   * `hermes auth add` logs a person in (read in 0.14.0, 0.16.0 and 0.19.0). For `qwen-oauth` it only takes over the login of
   * Qwen's own CLI, which is not in the image.
   */
  readonly logsIn?: true;
  /** Variable of its endpoint. For all but Azure's it wins over `model.base_url`. */
  readonly endpointVariable?: string;
  /**
   * An empty line of the managed `.env` takes the endpoint of the volume's `.env` away. Of the others, as of every key, the
   * volume's line wins; seen by running 0.17.0 and 0.19.0 with a line in both files.
   */
  readonly endpointPinned?: true;
  /** Hermes' tools read the endpoint's variable too, whatever the model's provider. */
  readonly toolsReadEndpoint?: true;
  /** Where no provider is named, Hermes does not choose it by its key. */
  readonly neverChosen?: true;
}

interface EndpointsTaken {
  readonly urls: RegExp;
  /** What they are, in words. */
  readonly allowed: string;
  /** Before it, every endpoint is taken. */
  readonly since: Feature;
}

const ANTHROPIC_URLS: EndpointsTaken = {
  urls: /^https?:\/\/(?:(?:[^/]+\.)?(?:anthropic|claude|azure)\.com(?::\d+)?(?:\/|$)|[^/]+\/(?:.*\/)?anthropic(?:\/v1)?$|api\.kimi\.com\/(?:.*\/)?coding)/i,
  allowed: "an address of Anthropic or Azure, or one that ends in /anthropic",
  since: "anthropicEndpointChecked",
};

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
  /** The first provider of which there is a key or a login; with an endpoint, that server. */
  auto: { aliases: [], key: "config" },
  /** A ChatGPT subscription. */
  "openai-codex": {
    aliases: ["codex", "openai_codex"],
    misnamed: ["codex-oauth"],
    server: "https://chatgpt.com/backend-api/codex",
    endpoint: "ignored",
    key: "login",
    logsIn: true,
  },
  /** Where no provider is named, its key goes to OpenRouter. */
  "openai-api": {
    aliases: [],
    server: "https://api.openai.com/v1",
    key: { variables: ["OPENAI_API_KEY"] },
    endpointVariable: "OPENAI_BASE_URL",
    neverChosen: true,
  },
  openrouter: {
    aliases: ["or"],
    server: "https://openrouter.ai/api/v1",
    endpoint: "ignored",
    key: { variables: ["OPENROUTER_API_KEY"] },
    endpointVariable: "OPENROUTER_BASE_URL",
    toolsReadEndpoint: true,
    endpointPinned: true,
  },
  /** Takes only URLs of Anthropic's kind. */
  anthropic: {
    aliases: ["claude", "claude-code", "claude-oauth"],
    server: "https://api.anthropic.com",
    endpoint: "ignored",
    takes: ANTHROPIC_URLS,
    key: { variables: ["ANTHROPIC_API_KEY", "ANTHROPIC_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"] },
    endpointVariable: "ANTHROPIC_BASE_URL",
  },
  gemini: {
    aliases: ["google", "google-ai-studio", "google-gemini"],
    server: "https://generativelanguage.googleapis.com/v1beta",
    key: { variables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"] },
    endpointVariable: "GEMINI_BASE_URL",
    toolsReadEndpoint: true,
  },
  deepseek: {
    aliases: ["deepseek-chat"],
    server: "https://api.deepseek.com/v1",
    key: { variables: ["DEEPSEEK_API_KEY"] },
    endpointVariable: "DEEPSEEK_BASE_URL",
  },
  zai: {
    aliases: ["glm", "z-ai", "z.ai", "zhipu"],
    server: "https://api.z.ai/api/paas/v4",
    key: { variables: ["GLM_API_KEY", "ZAI_API_KEY", "Z_AI_API_KEY"] },
    endpointVariable: "GLM_BASE_URL",
  },
  "kimi-coding": {
    aliases: ["kimi", "kimi-for-coding", "moonshot"],
    server: "https://api.moonshot.ai/v1",
    key: { variables: ["KIMI_API_KEY", "KIMI_CODING_API_KEY"] },
    endpointVariable: "KIMI_BASE_URL",
  },
  "kimi-coding-cn": {
    aliases: ["kimi-cn", "moonshot-cn"],
    server: "https://api.moonshot.cn/v1",
    key: { variables: ["KIMI_CN_API_KEY"] },
  },
  /** Its own server is a port of the container itself. */
  lmstudio: {
    aliases: ["lm-studio", "lm_studio"],
    server: "http://127.0.0.1:1234/v1",
    key: { variables: ["LM_API_KEY"] },
    endpointVariable: "LM_BASE_URL",
  },
  nvidia: {
    aliases: ["nvidia-nim"],
    server: "https://integrate.api.nvidia.com/v1",
    key: { variables: ["NVIDIA_API_KEY"] },
    endpointVariable: "NVIDIA_BASE_URL",
    toolsReadEndpoint: true,
  },
  alibaba: {
    aliases: ["alibaba-cloud", "dashscope", "qwen-dashscope"],
    server: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    key: { variables: ["DASHSCOPE_API_KEY"] },
    endpointVariable: "DASHSCOPE_BASE_URL",
  },
  "alibaba-coding-plan": {
    aliases: ["alibaba-coding", "alibaba_coding", "alibaba_coding_plan", "dashscope-coding"],
    server: "https://coding-intl.dashscope.aliyuncs.com/v1",
    key: { variables: ["ALIBABA_CODING_PLAN_API_KEY", "DASHSCOPE_API_KEY"] },
    endpointVariable: "ALIBABA_CODING_PLAN_BASE_URL",
  },
  minimax: {
    aliases: ["mini-max"],
    server: "https://api.minimax.io/anthropic",
    key: { variables: ["MINIMAX_API_KEY"] },
    endpointVariable: "MINIMAX_BASE_URL",
    toolsReadEndpoint: true,
  },
  "minimax-cn": {
    aliases: ["minimax-china", "minimax_cn"],
    server: "https://api.minimaxi.com/anthropic",
    key: { variables: ["MINIMAX_CN_API_KEY"] },
    endpointVariable: "MINIMAX_CN_BASE_URL",
  },
  xai: {
    aliases: ["grok", "x-ai", "x.ai"],
    server: "https://api.x.ai/v1",
    endpoint: "ignored",
    takesEndpointAsFallback: true,
    key: { variables: ["XAI_API_KEY"] },
    endpointVariable: "XAI_BASE_URL",
    toolsReadEndpoint: true,
  },
  huggingface: {
    aliases: ["hf", "hugging-face", "huggingface-hub"],
    server: "https://router.huggingface.co/v1",
    key: { variables: ["HF_TOKEN"] },
    endpointVariable: "HF_BASE_URL",
  },
  "ollama-cloud": {
    aliases: ["ollama_cloud"],
    server: "https://ollama.com/v1",
    key: { variables: ["OLLAMA_API_KEY"] },
    endpointVariable: "OLLAMA_BASE_URL",
  },
  arcee: {
    aliases: ["arcee-ai", "arceeai"],
    server: "https://api.arcee.ai/api/v1",
    key: { variables: ["ARCEEAI_API_KEY"] },
    endpointVariable: "ARCEE_BASE_URL",
  },
  deepinfra: {
    since: "deepInfraFireworksUpstage",
    aliases: ["deep-infra", "deepinfra-ai"],
    server: "https://api.deepinfra.com/v1/openai",
    key: { variables: ["DEEPINFRA_API_KEY"] },
    endpointVariable: "DEEPINFRA_BASE_URL",
  },
  fireworks: {
    since: "deepInfraFireworksUpstage",
    aliases: ["fireworks-ai", "fw"],
    server: "https://api.fireworks.ai/inference/v1",
    key: { variables: ["FIREWORKS_API_KEY"] },
  },
  gmi: {
    aliases: ["gmi-cloud", "gmicloud"],
    server: "https://api.gmi-serving.com/v1",
    key: { variables: ["GMI_API_KEY"] },
    endpointVariable: "GMI_BASE_URL",
  },
  kilocode: {
    aliases: ["kilo", "kilo-code", "kilo-gateway"],
    server: "https://api.kilo.ai/api/gateway",
    key: { variables: ["KILOCODE_API_KEY"] },
    endpointVariable: "KILOCODE_BASE_URL",
  },
  novita: {
    aliases: ["novita-ai", "novitaai"],
    server: "https://api.novita.ai/openai/v1",
    key: { variables: ["NOVITA_API_KEY"] },
    endpointVariable: "NOVITA_BASE_URL",
  },
  "opencode-zen": {
    aliases: ["opencode", "opencode_zen", "zen"],
    server: "https://opencode.ai/zen/v1",
    key: { variables: ["OPENCODE_ZEN_API_KEY"] },
    endpointVariable: "OPENCODE_ZEN_BASE_URL",
  },
  "opencode-go": {
    aliases: ["go", "opencode-go-sub", "opencode_go"],
    server: "https://opencode.ai/zen/go/v1",
    key: { variables: ["OPENCODE_GO_API_KEY"] },
    endpointVariable: "OPENCODE_GO_BASE_URL",
  },
  stepfun: {
    aliases: ["step", "stepfun-coding-plan"],
    server: "https://api.stepfun.ai/step_plan/v1",
    key: { variables: ["STEPFUN_API_KEY"] },
    endpointVariable: "STEPFUN_BASE_URL",
  },
  "tencent-tokenhub": {
    aliases: ["tencent", "tencent-cloud", "tencentmaas", "tokenhub"],
    server: "https://tokenhub.tencentmaas.com/v1",
    key: { variables: ["TOKENHUB_API_KEY"] },
    endpointVariable: "TOKENHUB_BASE_URL",
  },
  upstage: {
    since: "deepInfraFireworksUpstage",
    aliases: ["solar"],
    server: "https://api.upstage.ai/v1",
    key: { variables: ["UPSTAGE_API_KEY"] },
    endpointVariable: "UPSTAGE_BASE_URL",
  },
  xiaomi: {
    aliases: ["mimo", "xiaomi-mimo"],
    server: "https://api.xiaomimimo.com/v1",
    key: { variables: ["XIAOMI_API_KEY"] },
    endpointVariable: "XIAOMI_BASE_URL",
  },
  /** Needs its endpoint, here or in its variable. */
  "azure-foundry": {
    aliases: ["azure", "azure-ai", "azure-ai-foundry"],
    endpoint: "required",
    key: { variables: ["AZURE_FOUNDRY_API_KEY"] },
    endpointVariable: "AZURE_FOUNDRY_BASE_URL",
  },
  /** Tools use GH_TOKEN and GITHUB_TOKEN too, so these two are no sign of it. */
  copilot: {
    aliases: ["github", "github-copilot", "github-model", "github-models"],
    server: "https://api.githubcopilot.com",
    endpoint: "ignored",
    takesEndpointAsFallback: true,
    key: { variables: ["COPILOT_GITHUB_TOKEN"] },
    endpointVariable: "COPILOT_API_BASE_URL",
  },
  /** Through the Copilot CLI, which would have to be in the image. */
  "copilot-acp": {
    aliases: ["copilot-acp-agent", "github-copilot-acp"],
    endpoint: "ignored",
    key: "login",
  },
  /** By the AWS credentials. The region decides the address. */
  bedrock: {
    aliases: ["amazon", "amazon-bedrock", "aws", "aws-bedrock"],
    server: "https://bedrock-runtime.us-east-1.amazonaws.com",
    endpoint: "ignored",
    key: "login",
  },
  /** By a service account of Google Cloud. */
  vertex: {
    since: "vertexAndMoa",
    aliases: ["gcp-vertex", "google-vertex", "vertex-ai"],
    endpoint: "ignored",
    key: "login",
  },
  nous: {
    aliases: ["nous-portal", "nousresearch"],
    server: "https://inference-api.nousresearch.com/v1",
    endpoint: "ignored",
    key: "login",
    logsIn: true,
  },
  "xai-oauth": {
    aliases: ["grok-oauth", "x-ai-oauth", "xai-grok-oauth"],
    server: "https://api.x.ai/v1",
    endpoint: "ignored",
    key: "login",
    logsIn: true,
  },
  "qwen-oauth": {
    aliases: ["qwen", "qwen-cli", "qwen-portal"],
    server: "https://portal.qwen.ai/v1",
    endpoint: "ignored",
    key: "login",
  },
  "minimax-oauth": {
    aliases: ["minimax-global", "minimax-oauth-io", "minimax-portal", "minimax_oauth"],
    server: "https://api.minimax.io/anthropic",
    endpoint: "ignored",
    key: "login",
    logsIn: true,
  },
  /** Several models that answer together; they are named elsewhere in config.yaml. */
  moa: { since: "vertexAndMoa", aliases: [], endpoint: "ignored", key: "login" },
} as const satisfies Readonly<Record<string, ModelProvider>>;
