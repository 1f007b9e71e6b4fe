import { execFileSync } from "node:child_process";
import { MODEL_PROVIDERS, type ModelProvider } from "../../lib/hermes/model-providers";
import { wonByTheVolume } from "../../lib/hermes/model-settings";
import { type AgentProps, agent, newStack, refusalOf, secretOf, warningsOf } from "../agents";

const PROVIDERS: readonly [string, ModelProvider][] = Object.entries(MODEL_PROVIDERS);

const model = (provider: string, further: object = {}): AgentProps => ({
  model: { provider, name: "m", ...further },
});
const problemsOf = (props: AgentProps) => refusalOf(() => agent(newStack(), props)).problems;
const accepts = (props: AgentProps) => expect(agent(newStack(), props)).toBeDefined();
const baseUrl = "http://vllm:8000/v1";

describe("an endpoint", () => {
  test.each([
    ...PROVIDERS.flatMap(([name, row]) => (row.endpoint === "ignored" ? [] : [[name, baseUrl]])),
    ...PROVIDERS.flatMap(([name, { server }]) =>
      server === undefined || name === "lmstudio" ? [] : [[name, server]],
    ),
    ["ollama", "http://ollama:11434/v1"],
    ["vllm", baseUrl],
    ["llamacpp", baseUrl],
    ["Custom", baseUrl],
    ["openai-codex", "https://chatgpt.com/backend-api/codex"],
    ["glm", "https://api.z.ai/api/paas/v4"],
    ["anthropic", "https://api.anthropic.com"],
    ["anthropic", "https://acme.openai.azure.com/anthropic"],
    ["anthropic", "https://acme.services.ai.azure.com/anthropic/v1"],
    ["anthropic", "http://litellm:4000/anthropic"],
    ["anthropic", "https://api.kimi.com/coding"],
    ["a-provider-of-tomorrow", baseUrl],
    ["custom:local", baseUrl],
  ])("for %s is accepted: %s", (provider = "", url = "") => accepts(model(provider, { baseUrl: url })));

  test("for anthropic may be any one to v2026.6.19, which takes any", () => {
    accepts({ ...model("anthropic", { baseUrl }), release: "v2026.6.19" });
    expect(problemsOf({ ...model("anthropic", { baseUrl }), release: "v2026.7.1" })).toHaveLength(1);
  });

  test.each([
    ...PROVIDERS.flatMap(([name, row]) => (row.endpoint === "ignored" ? [[name, baseUrl]] : [])),
    ["openai-codex", "https://chatgpt.com/backend-api/codexes"],
    ["openrouter", "https://openrouter.example/api/v1"],
    ["anthropic", "https://openrouter.ai/api/v1"],
    ["anthropic", "https://api.anthropic.com.attacker.test"],
    ["anthropic", "http://proxy/anthropic-compatible"],
    ["claude", "https://acme.openai.azure.com/anthropic"],
    ["bedrock", "https://bedrock-runtime.eu-central-1.amazonaws.com"],
  ])("that %s ignores is refused: %s", (provider = "", url = "") => {
    const [problem, ...more] = problemsOf(model(provider, { baseUrl: url }));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ prop: "model.baseUrl", rule: "model-endpoint-ignored" });
  });

  test.each([
    "custom",
    "ollama",
    "vllm",
    "llamacpp",
    "azure-foundry",
    "azure",
  ])("for %s can't be left out", (provider) => {
    const [problem] = problemsOf(model(provider));
    expect(problem).toMatchObject({ prop: "model.baseUrl", problem: expect.stringContaining("is missing") });
  });

  test("of azure-foundry may be in its variable, under its other names too", () => {
    const env = { AZURE_FOUNDRY_BASE_URL: "https://acme.services.ai.azure.com/openai/v1" };
    for (const provider of ["azure-foundry", "azure"]) accepts({ ...model(provider), env });
  });

  test.each([
    ["glm", "zai"],
    ["moonshot", "kimi-coding"],
    ["lm-studio", "lmstudio"],
    ["azure", "azure-foundry"],
    ["claude-code", "anthropic"],
  ])("under the alias %s, which Hermes would ignore, is refused with a hint at the name %s", (alias, name) => {
    const [problem] = problemsOf(model(alias, { baseUrl }));
    expect(problem).toMatchObject({ prop: "model.baseUrl", fix: expect.stringContaining(`"${name}"`) });
  });

  test("is the program's own where `config` defines a provider of that name", () => {
    accepts({ ...model("zen", { baseUrl }), config: { providers: { zen: { api: "http://zen:1/v1" } } } });
    accepts({
      ...model("glm", { baseUrl }),
      config: { custom_providers: [{ name: "GLM", base_url: "http://glm:1/v1" }] },
    });
  });
});

describe("a key", () => {
  test.each([
    ["openrouter", "OPENROUTER_API_KEY"],
    ["zai", "GLM_API_KEY"],
    ["glm", "GLM_API_KEY"],
    ["anthropic", "ANTHROPIC_API_KEY"],
    ["gemini", "GEMINI_API_KEY"],
  ])("for %s is passed in %s", (provider, variable) => {
    const [problem] = problemsOf(model(provider, { apiKey: "${var.key}" }));
    expect(problem).toMatchObject({ prop: "model.apiKey", fix: expect.stringContaining(variable) });
  });

  test.each(["custom", "ollama", "auto"])("for %s is a prop", (provider) => {
    const stack = newStack();
    expect(agent(stack, model(provider, { baseUrl, apiKey: secretOf(stack) }))).toBeDefined();
  });
});

describe("a provider's name", () => {
  const warningsAbout = (props: AgentProps) =>
    warningsOf(agent(newStack(), props)).filter((warning) => warning.includes("model-provider-unknown"));

  test("that guides show and Hermes does not know is refused with a hint at the right one", () => {
    const [problem] = problemsOf(model("codex-oauth"));
    expect(problem).toMatchObject({ prop: "model.provider", fix: 'write "openai-codex"' });
  });

  test.each([
    ["openruoter", "openrouter"],
    ["antropic", "anthropic"],
    ["deepsek", "deepseek"],
    ["openai_api", "openai-api"],
  ])("that is misspelt causes a warning with the right one: %s, %s", (wrong, right) => {
    expect(warningsAbout(model(wrong))).toEqual([expect.stringContaining(`did you mean "${right}"?`)]);
  });

  test.each([
    "openai",
    "mistral",
    "a-provider-of-tomorrow",
  ])("%s, which Hermes does not know, causes a warning", (name) => {
    expect(warningsAbout(model(name))).toHaveLength(1);
  });

  test.each([
    ["deepinfra", "v2026.7.7.2", "v2026.7.20"],
    ["vertex-ai", "v2026.6.19", "v2026.7.1"],
  ])("%s causes a warning on %s, which does not have it yet", (name, release, first) => {
    expect(warningsAbout({ ...model(name), release })).toEqual([expect.stringContaining(`use ${first}`)]);
    expect(warningsAbout({ ...model(name), release: first })).toEqual([]);
  });

  test.each<[string, AgentProps]>([
    ["of the table", model("openrouter")],
    ["of the table, in capitals", model("OpenRouter")],
    ["by an alias", model("kimi-for-coding")],
    [
      "of config's providers",
      { ...model("lab"), config: { providers: { lab: { api: "http://lab:1/v1" } } } },
    ],
    [
      "of config's custom_providers",
      { ...model("my-lab"), config: { custom_providers: [{ name: "My Lab", base_url: "http://lab:1/v1" }] } },
    ],
    ["that names one of the volume's", model("custom:lab")],
    ["that only Terraform knows", model("${var.provider}")],
  ])("causes no warning: one %s", (_, props) => expect(warningsAbout(props)).toEqual([]));
});

describe("the variable of an endpoint", () => {
  const of = (name: string) => ({ [name]: "http://vllm:8000/v1" });

  test.each<[string, AgentProps]>([
    ["OPENAI_BASE_URL alone", { env: of("OPENAI_BASE_URL") }],
    ["OPENAI_BASE_URL for custom", { ...model("custom", { baseUrl }), env: of("OPENAI_BASE_URL") }],
    ["OPENAI_BASE_URL for openrouter", { ...model("openrouter"), env: of("OPENAI_BASE_URL") }],
    ["OPENAI_BASE_URL with auto", { ...model("auto"), env: of("OPENAI_BASE_URL") }],
    [
      "OLLAMA_BASE_URL for ollama, which is not ollama-cloud",
      { ...model("ollama", { baseUrl }), env: of("OLLAMA_BASE_URL") },
    ],
    ["GLM_BASE_URL for deepseek", { ...model("deepseek"), env: of("GLM_BASE_URL") }],
    ["in secrets", { ...model("deepseek"), secrets: { GLM_BASE_URL: "${var.url}" } }],
  ])("that nothing uses is refused: %s", (_, props) => {
    expect(problemsOf(props)).toMatchObject([{ rule: "model-endpoint-unused" }]);
  });

  test.each<[string, AgentProps]>([
    ["OPENAI_BASE_URL for openai-api", { ...model("openai-api"), env: of("OPENAI_BASE_URL") }],
    ["GLM_BASE_URL for zai", { ...model("zai"), env: of("GLM_BASE_URL") }],
    ["GLM_BASE_URL for glm", { ...model("glm"), env: of("GLM_BASE_URL") }],
    ["GLM_BASE_URL without a model, which Hermes chooses by its key", { env: of("GLM_BASE_URL") }],
    [
      "GLM_BASE_URL for a fallback",
      {
        ...model("deepseek"),
        env: of("GLM_BASE_URL"),
        fallbackModels: [{ provider: "glm", name: "m" }],
      },
    ],
    ["XAI_BASE_URL, which tools read", { ...model("deepseek"), env: of("XAI_BASE_URL") }],
    ["an empty one", { ...model("deepseek"), env: { OPENAI_BASE_URL: "" } }],
    ["one of no provider", { ...model("deepseek"), env: of("STT_OPENAI_BASE_URL") }],
  ])("is accepted: %s", (_, props) => accepts(props));

  test("is refused beside another baseUrl, and accepted with the same one", () => {
    const both = { ...model("zai", { baseUrl }), env: { GLM_BASE_URL: "http://other:8000/v1" } };
    expect(problemsOf(both)).toMatchObject([{ prop: "env.GLM_BASE_URL", rule: "model-endpoint-duplicate" }]);
    accepts({ ...both, env: { GLM_BASE_URL: baseUrl } });
  });
});

describe("baseUrl of a fallback model", () => {
  const fallback = (provider: string): AgentProps => ({
    ...model("deepseek"),
    fallbackModels: [{ provider, name: "m", baseUrl }],
  });

  test.each(["xai", "copilot", "zai", "custom"])("is accepted for %s, which is asked there", (provider) =>
    accepts(fallback(provider)));

  test.each(["openai-codex", "grok"])("is refused for %s, which ignores it", (provider) => {
    const found = problemsOf(fallback(provider)).filter(({ rule }) => rule === "fallback-model-invalid");
    expect(found).toMatchObject([{ prop: "fallbackModels[0].baseUrl" }]);
  });
});

describe("OPENAI_API_KEY", () => {
  const key = { OPENAI_API_KEY: "${var.key}" };
  const warnings = (props: AgentProps) =>
    warningsOf(agent(newStack(), props)).filter((warning) => warning.includes("model-key-misdirected"));

  test.each<[string, AgentProps]>([
    ["without a model", { secrets: key }],
    ["for openrouter", { ...model("openrouter"), secrets: key }],
    ["for auto", { ...model("auto"), secrets: key }],
  ])("that would go to OpenRouter causes a warning: %s", (_, props) => {
    expect(warnings(props)).toHaveLength(1);
  });

  test.each<[string, AgentProps]>([
    ["for openai-api", { ...model("openai-api"), secrets: key }],
    ["for tools beside another provider", { ...model("anthropic"), secrets: key }],
    ["beside OpenRouter's own key", { secrets: { ...key, OPENROUTER_API_KEY: "${var.other}" } }],
    ["with a provider in config", { secrets: key, config: { model: { provider: "openai-api" } } }],
    ["with a server of its own", { ...model("auto", { baseUrl }), secrets: key }],
  ])("causes none: %s", (_, props) => expect(warnings(props)).toEqual([]));
});

test("no name stands for two providers", () => {
  const names = PROVIDERS.flatMap(([name, { aliases, misnamed = [] }]) => [name, ...aliases, ...misnamed]);
  expect(new Set(names).size).toBe(names.length);
});

const ZAI = ["GLM_API_KEY", "ZAI_API_KEY", "Z_AI_API_KEY", "GLM_BASE_URL"];

describe("keys and endpoints that the volume's .env decides", () => {
  test.each<[string | undefined, readonly string[], readonly string[]]>([
    ["zai", [], ZAI],
    ["glm", ["GLM_API_KEY"], ZAI],
    ["openrouter", [], ["OPENROUTER_API_KEY"]],
    ["claude", [], ["ANTHROPIC_API_KEY", "ANTHROPIC_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_BASE_URL"]],
    [undefined, ["DEEPSEEK_BASE_URL"], ["DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL"]],
    ["custom", ["GITHUB_TOKEN"], []],
    ["openai-codex", [], []],
    [undefined, [], []],
  ])("of the provider %s beside %j they are %j", (provider, given, names) => {
    expect(wonByTheVolume(provider, given)).toEqual(names);
  });

  test("where no boot takes them out, the output has a command that prints their names and no value", () => {
    const stack = newStack();
    const given = { secrets: { GLM_API_KEY: secretOf(stack) } };
    const { commands } = agent(stack, { ...given, release: "v2026.5.16" });
    expect(agent(stack, given, "newer").commands).not.toHaveProperty("keysOnVolume");
    const script = commands["keysOnVolume"]?.replace(/^.* sed /, "sed ").replace(" /opt/data/.env", "") ?? "";
    const input = "A=1\nexport GLM_API_KEY = sk-x\n#GLM_API_KEY=y\nGLM_BASE_URL=\nXGLM_API_KEY=z\n";
    expect(execFileSync("sh", ["-c", script], { input }).toString()).toBe("GLM_API_KEY\nGLM_BASE_URL\n");
    expect(agent(newStack(), {}).commands).not.toHaveProperty("keysOnVolume");
  });
});
