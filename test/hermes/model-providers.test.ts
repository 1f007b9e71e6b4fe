import { execFileSync } from "node:child_process";
import { MODEL_PROVIDERS, type ModelProvider, wonByTheVolume } from "../../lib/hermes/model-providers";
import { type AgentProps, agent, newStack, refusalOf, secretOf } from "../agents";

const PROVIDERS: readonly [string, ModelProvider][] = Object.entries(MODEL_PROVIDERS);

const named = (endpoint: ModelProvider["endpoint"]) =>
  PROVIDERS.filter(([, row]) => row.endpoint === endpoint).map(([name]) => name);

const model = (provider: string, further: object = {}): AgentProps => ({
  model: { provider, name: "m", ...further },
});
const problemsOf = (props: AgentProps) => refusalOf(() => agent(newStack(), props)).problems;
const baseUrl = "http://vllm:8000/v1";

test.each(named("used"))("the provider %s may have another endpoint", (provider) => {
  agent(newStack(), model(provider, { baseUrl }));
  agent(newStack(), model(provider));
});

test.each([
  ...named("ignored"),
  "a-provider-of-tomorrow",
])("an endpoint for %s, which ignores it, is refused", (provider) => {
  expect(problemsOf(model(provider, { baseUrl }))).toMatchObject([{ prop: "model.baseUrl" }]);
  agent(newStack(), model(provider));
});

test.each([
  "custom",
  "ollama",
  "vllm",
  "llamacpp",
])("the provider %s needs an endpoint and may have a key", (provider) => {
  const [problem] = problemsOf(model(provider));
  expect(problem).toMatchObject({ prop: "model.baseUrl", problem: expect.stringContaining("is missing") });
  const stack = newStack();
  agent(stack, model(provider, { baseUrl, apiKey: secretOf(stack) }));
});

test.each([
  ["glm", "zai"],
  ["moonshot", "kimi-coding"],
  ["lm-studio", "lmstudio"],
])("an endpoint under the alias %s, which Hermes would ignore, is refused with a hint at the name %s", (alias, name) => {
  const [problem] = problemsOf(model(alias, { baseUrl }));
  expect(problem).toMatchObject({ prop: "model.baseUrl", fix: expect.stringContaining(`"${name}"`) });
});

test.each([
  ["openrouter", "OPENROUTER_API_KEY"],
  ["zai", "GLM_API_KEY"],
  ["glm", "GLM_API_KEY"],
  ["anthropic", "ANTHROPIC_API_KEY"],
])("a key for %s is passed in %s", (provider, variable) => {
  const [problem] = problemsOf(model(provider, { apiKey: "${var.key}" }));
  expect(problem).toMatchObject({ prop: "model.apiKey", fix: expect.stringContaining(variable) });
});

test("a name that guides show and Hermes does not know is refused with a hint at the right one", () => {
  const [problem] = problemsOf(model("codex-oauth"));
  expect(problem).toMatchObject({ prop: "model.provider", fix: 'write "openai-codex"' });
});

test("no name stands for two providers", () => {
  const names = PROVIDERS.flatMap(([name, { aliases, misnamed = [] }]) => [name, ...aliases, ...misnamed]);
  expect(new Set(names).size).toBe(names.length);
});

describe("keys and endpoints that the volume's .env decides", () => {
  test.each<[string | undefined, readonly string[], readonly string[]]>([
    ["zai", [], ["GLM_API_KEY", "GLM_BASE_URL"]],
    ["glm", ["GLM_API_KEY"], ["GLM_API_KEY", "GLM_BASE_URL"]],
    ["openrouter", [], ["OPENROUTER_API_KEY"]],
    [undefined, ["DEEPSEEK_BASE_URL"], ["DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL"]],
    ["custom", ["GITHUB_TOKEN"], []],
    ["openai-codex", [], []],
    [undefined, [], []],
  ])("of the provider %s beside %j they are %j", (provider, given, names) => {
    expect(wonByTheVolume(provider, given)).toEqual(names);
  });

  test("the output has a command that prints their names and no value", () => {
    const stack = newStack();
    const { commands } = agent(stack, { secrets: { GLM_API_KEY: secretOf(stack) } });
    const script = commands["keysOnVolume"]?.replace(/^.* sed /, "sed ").replace(" /opt/data/.env", "") ?? "";
    const input = "A=1\nexport GLM_API_KEY = sk-x\n#GLM_API_KEY=y\nGLM_BASE_URL=\nXGLM_API_KEY=z\n";
    expect(execFileSync("sh", ["-c", script], { input }).toString()).toBe("GLM_API_KEY\nGLM_BASE_URL\n");
    expect(agent(newStack(), {}).commands).not.toHaveProperty("keysOnVolume");
  });
});
