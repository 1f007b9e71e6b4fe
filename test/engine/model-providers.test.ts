import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MODEL_PROVIDERS, type ModelProvider } from "../../lib/hermes/model-providers";
import { MODEL_PROVIDER_NAMES, modelProvider, reachesEndpoint } from "../../lib/hermes/model-settings";
import { parseRelease } from "../../lib/hermes/releases";
import { Engine } from "./engine";
import { standIn } from "./images";

const engine = new Engine();
afterAll(() => engine.reset());

const SCRIPT = readFileSync(join(__dirname, "model-providers.py"), "utf8");
const TAG = "v2026.7.20";
const ROWS: readonly [string, ModelProvider][] = Object.entries(MODEL_PROVIDERS);

interface Case {
  readonly config: object;
  readonly env: Readonly<Record<string, string>>;
}

interface Answer {
  readonly server?: string;
  readonly key?: string;
  readonly error?: string;
}

interface KnownProvider {
  readonly server: string | null;
  readonly keys: readonly string[];
  readonly endpointVariable: string | null;
}

const ENDPOINTS = [
  "http://vllm:8000/v1",
  "http://proxy:4000/anthropic",
  "http://proxy:4000/anthropic/v1",
  "http://proxy:4000/anthropic-compatible",
  "https://acme.openai.azure.com/v1",
  "https://api.anthropic.com.attacker.test",
  "https://eu.claude.com",
  "https://api.kimi.com/coding",
  "https://api.kimi.com/v1",
];

/** Of the names with a key by which Hermes gets that far without a login. */
const ASKED = MODEL_PROVIDER_NAMES.flatMap((name) => {
  const key = modelProvider(name)?.provider.key;
  return key === "login" ? [] : [{ name, variable: typeof key === "object" ? key.variables[0] : undefined }];
});

const KEY = "a-key-of-the-tests";
const endpointCases = ASKED.flatMap(({ name, variable }) => {
  // Of the others every endpoint is used, or none.
  const asked = modelProvider(name)?.provider.takes === undefined ? ENDPOINTS.slice(0, 1) : ENDPOINTS;
  return asked.map((url) => ({
    name,
    url,
    config: { model: { provider: name, default: "m", base_url: url, api_key: variable ? "" : KEY } },
    env: variable === undefined ? {} : { [variable]: KEY },
  }));
});
const wrongNames = ["openai", "mistral", "codex-oauth"].map((name) => ({
  config: { model: { provider: name, default: "m" } },
  env: {},
}));
const variableCases = ROWS.flatMap(([name, { key, endpointVariable }]) =>
  typeof key === "object" && endpointVariable !== undefined
    ? [
        {
          name,
          config: { model: { provider: name, default: "m", base_url: ENDPOINTS[0] } },
          env: { [key.variables[0]]: KEY, [endpointVariable]: "http://variable:1/v1" },
        },
      ]
    : [],
);
const openAiAlone = [
  { config: {}, env: { OPENAI_BASE_URL: "http://vllm:8000/v1" } },
  { config: {}, env: { OPENAI_BASE_URL: "http://vllm:8000/v1", OPENAI_API_KEY: KEY } },
];

let known: Readonly<Record<string, KnownProvider>> = {};
let profiles: Readonly<Record<string, readonly string[]>> = {};
let answers: ReadonlyMap<Case, Answer> = new Map();

beforeAll(async () => {
  const cases: readonly Case[] = [...endpointCases, ...wrongNames, ...variableCases, ...openAiAlone];
  const asked = JSON.stringify(cases.map(({ config, env }) => ({ config, env })));
  const python = ["--entrypoint", "/opt/hermes/.venv/bin/python", standIn(TAG), "-c", SCRIPT];
  const found = JSON.parse(await engine.docker("run", "--rm", "--env", `CASES=${asked}`, ...python));
  known = found.known;
  profiles = found.profiles;
  answers = new Map(cases.map((one, i) => [one, found.answers[i]]));
});

test("the table names every provider of the real Hermes and no other", () => {
  const named = MODEL_PROVIDER_NAMES;
  for (const name of [...Object.keys(known), ...Object.keys(profiles)]) expect(named).toContain(name);
  for (const [name, aliases] of Object.entries(profiles))
    for (const alias of aliases) expect([alias, modelProvider(alias)?.name]).toEqual([alias, name]);
});

test("servers, variables of keys and variables of endpoints are the real Hermes' own", () => {
  for (const [name, { server, key, endpointVariable }] of ROWS) {
    const real = known[name];
    if (real === undefined) continue;
    if (server !== undefined) expect([name, server]).toEqual([name, real.server]);
    if (endpointVariable !== undefined)
      expect([name, endpointVariable]).toEqual([name, real.endpointVariable]);
    const keys = typeof key === "object" ? key.variables : [];
    const further = name === "copilot" ? ["GH_TOKEN", "GITHUB_TOKEN"] : [];
    expect([name, [...keys, ...further].sort()]).toEqual([name, [...real.keys].sort()]);
  }
});

test("the real Hermes uses an endpoint where the table says so, and ignores it elsewhere", () => {
  const release = parseRelease(TAG);
  if (release === undefined) throw new Error(`${TAG} is no release`);
  for (const one of endpointCases) {
    const named = modelProvider(one.name);
    if (named === undefined) throw new Error(`${one.name} is not in the table`);
    const server = answers.get(one)?.server;
    // For Anthropic's protocol it leaves the version out.
    const used = server?.replace(/\/v1$/, "") === one.url.replace(/\/v1$/, "");
    expect([one.name, one.url, server, used]).toEqual([
      one.name,
      one.url,
      server,
      reachesEndpoint(named, one.url, release),
    ]);
  }
});

test("a key comes from its variable, or from config.yaml where the table says so", () => {
  const sent = endpointCases.filter((one) => one.url === ENDPOINTS[0]).map((one) => answers.get(one)?.key);
  expect(new Set(sent)).toEqual(new Set([KEY]));
});

test("the variable of an endpoint wins over config.yaml, but for Azure", () => {
  const wins = variableCases.filter((one) => answers.get(one)?.server?.startsWith("http://variable:1"));
  expect(variableCases.filter((one) => !wins.includes(one)).map(({ name }) => name)).toEqual([
    "azure-foundry",
  ]);
});

test("a name that is not in the table is unknown", () => {
  for (const one of wrongNames) expect(answers.get(one)?.error).toContain("Unknown provider");
});

test("OPENAI_BASE_URL alone does nothing, and with a key the key goes to OpenRouter", () => {
  const [alone, withKey] = openAiAlone.map((one) => answers.get(one));
  expect(alone?.error).toContain("No inference provider configured");
  expect(withKey).toEqual({ server: "https://openrouter.ai/api/v1", key: KEY });
});
