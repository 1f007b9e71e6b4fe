import fc from "fast-check";
import { type Pins, pinsOf } from "../../lib/agent/pins";
import type { AgentSettings } from "../../lib/agent/settings/agent-settings";
import type { DashboardAccess } from "../../lib/agent/settings/dashboard-access";
import { configLeaves } from "../../lib/hermes/managed-config";
import { parseRelease } from "../../lib/hermes/releases";
import { agent, containerOf, newStack, secretOf, uploadOf } from "../agents";

const release = parseRelease("v2026.7.20") ?? fail();

function fail(): never {
  throw new Error("no such release");
}

function pins(settings: AgentSettings, more: Partial<Parameters<typeof pinsOf>[0]> = {}): Pins {
  return pinsOf({
    settings,
    release,
    access: undefined,
    stopGraceSeconds: 45,
    plain: {},
    secrets: [],
    ...more,
  });
}

const leavesOf = ({ config = {} }: Pins) =>
  Object.fromEntries([...configLeaves(config)].map(([path, value]) => [path.join("."), value]));

const telegram = { botToken: "t", allowedUsers: ["1"] };
const oidc: DashboardAccess = { kind: "oidc", issuer: "https://id.example", clientId: "hermes" };
const zai = { provider: "zai", name: "glm-5" };

/** Each as the real 0.17.0 and 0.19.0 were seen to need it, with the earlier life of the volume in `.env` and config.yaml. */
describe("a prop that is given", () => {
  test.each([
    ["TELEGRAM_ALLOW_ALL_USERS", "false"],
    ["TELEGRAM_GROUP_ALLOWED_USERS", ","],
    ["TELEGRAM_GROUP_ALLOWED_CHATS", ","],
    ["TELEGRAM_ALLOW_BOTS", "none"],
    ["GATEWAY_ALLOWED_USERS", ","],
    ["GATEWAY_ALLOW_ALL_USERS", "false"],
  ])("shuts %s of the volume, for a platform", (name, value) => {
    expect(pins({ messaging: { telegram } }).variables[name]).toBe(value);
  });

  test.each([
    "telegram.allow_from",
    "telegram.group_allow_from",
    "telegram.group_allowed_chats",
  ])("takes %s of the volume's config.yaml away, for a platform", (leaf) => {
    expect(leavesOf(pins({ messaging: { telegram } }))).toMatchObject({ [leaf]: null });
  });

  test.each([
    "model.base_url",
    "model.api_base",
    "model.api_mode",
    "model.api_key",
    "model.api",
    "model.auth_mode",
    "provider",
    "base_url",
    "api_base",
  ])("takes %s of the volume's config.yaml away, for a model", (leaf) => {
    expect(leavesOf(pins({ model: zai }))).toMatchObject({ [leaf]: "" });
  });

  test.each([
    "model.context_length",
    "context_length",
  ])("takes %s of the volume's config.yaml away, for a model: a text there is an error", (leaf) => {
    expect(leavesOf(pins({ model: zai }))).toMatchObject({ [leaf]: null });
  });

  test.each([
    ["zai", ["CUSTOM_BASE_URL"]],
    ["custom", ["CUSTOM_BASE_URL"]],
    ["openrouter", ["CUSTOM_BASE_URL", "OPENROUTER_BASE_URL"]],
  ])("takes the endpoints away that a managed line can, for a model of %s", (provider, names) => {
    expect(pins({ model: { ...zai, provider } }).variables).toEqual(
      Object.fromEntries(names.map((name) => [name, ""])),
    );
  });

  test("keeps every other login of the volume out, for a dashboard", () => {
    const made = pins(
      {},
      { access: oidc, plain: { HERMES_DASHBOARD: "1", HERMES_DASHBOARD_OIDC_CLIENT_ID: "hermes" } },
    );
    expect(made.variables).toMatchObject({
      HERMES_DASHBOARD_OIDC_CLIENT_ID: "hermes",
      HERMES_DASHBOARD_BASIC_AUTH_USERNAME: "",
      HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: "",
      HERMES_DASHBOARD_OAUTH_CLIENT_ID: "",
      HERMES_DASHBOARD_PUBLIC_URL: "",
    });
    expect(made.variables).not.toHaveProperty("HERMES_DASHBOARD");
    expect(leavesOf(made)).toMatchObject({
      "dashboard.basic_auth.username": "",
      "dashboard.basic_auth.password": "",
      "dashboard.oauth.client_id": "",
      "dashboard.oauth.self_hosted.client_secret": "",
      "dashboard.public_url": "",
    });
  });

  test("takes the origins of the volume away, for an API server", () => {
    const made = pins({ apiServer: { key: "k" } });
    expect(made.variables).toMatchObject({ API_SERVER_CORS_ORIGINS: "", API_SERVER_MODEL_NAME: "" });
    expect(leavesOf(made)).toMatchObject({ "platforms.api_server.extra.cors_origins": "" });
  });

  test("never writes over a secret that is there", () => {
    const secrets = [
      { name: "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD", prop: "dashboard.password", value: "x", checks: [] },
    ];
    const made = pins({}, { access: { kind: "basic", username: "ada", sessionSecret: "s" }, secrets });
    expect(made.variables).not.toHaveProperty("HERMES_DASHBOARD_BASIC_AUTH_PASSWORD");
    expect(made.variables).toHaveProperty("HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH", "");
  });

  test("with an empty list lets nobody in, whatever the volume says", () => {
    const made = pins({ messaging: { telegram } }, { plain: { TELEGRAM_ALLOWED_USERS: "" } });
    expect(made.variables["TELEGRAM_ALLOWED_USERS"]).toBe(",");
  });
});

describe("a prop that is left out", () => {
  test("pins nothing: what `hermes setup` wrote stays", () => {
    expect(pins({})).toEqual({ variables: {}, config: undefined, names: { variables: [], leaves: [] } });
  });

  test.each([
    [{ messaging: { telegram } }, /SLACK|DISCORD|HERMES_DASHBOARD|API_SERVER|BASE_URL/],
    [{ model: zai }, /ALLOW|HERMES_DASHBOARD|API_SERVER|OPENROUTER/],
    [{ apiServer: { key: "k" } }, /ALLOW|HERMES_DASHBOARD|BASE_URL/],
  ])("pins nothing beside one that is given: %j", (settings, others) => {
    const { variables, leaves } = pins(settings).names;
    expect([...variables, ...leaves].filter((name) => others.test(name))).toEqual([]);
  });
});

describe("what is given elsewhere wins over what is off", () => {
  test("a variable of `env`", () => {
    const env = { SLACK_ALLOW_BOTS: "mentions", GATEWAY_ALLOWED_USERS: "U7" };
    const slack = { botToken: "b", appToken: "a", allowedUsers: ["U1"] };
    const made = pins({ messaging: { slack }, env }, { plain: env });
    expect(made.variables).toMatchObject({ ...env, SLACK_ALLOW_ALL_USERS: "false" });
    expect(made.names.variables).not.toContain("SLACK_ALLOW_BOTS");
  });

  test("a leaf of `config`", () => {
    const config = {
      model: { context_length: 65536, api_mode: "anthropic_messages" },
      telegram: { reactions: true },
    };
    const made = leavesOf(pins({ model: zai, config, messaging: { telegram } }));
    expect(made).toMatchObject({
      "model.context_length": 65536,
      "model.api_mode": "anthropic_messages",
      "telegram.reactions": true,
      "model.base_url": "",
    });
  });

  test("the model's own endpoint and key", () => {
    const model = { provider: "custom", name: "m", baseUrl: "http://vllm:8000/v1", apiKey: "k" };
    expect(leavesOf(pins({ model }))).toMatchObject({
      "model.base_url": model.baseUrl,
      "model.api_key": "${HERMES_MODEL_API_KEY}",
      "model.default": "m",
    });
  });

  test("whatever `config` says stays as it is, and only names of the rows come beside it", () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { minLength: 1 }));
    const key = fc.stringMatching(/^[a-z_]{1,8}$/);
    const config = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value, { minKeys: 1 })));
    const plain = fc.dictionary(fc.stringMatching(/^X_[A-Z]{1,8}$/), fc.stringMatching(/^[a-z]{1,8}$/));
    fc.assert(
      fc.property(config, plain, (config, env) => {
        const settings = { apiServer: { key: "k" }, messaging: { telegram } };
        const alone = pins(settings);
        const made = pins({ ...settings, config, env }, { plain: env });
        expect(made.variables).toEqual({ ...alone.variables, ...env });
        expect(made.names).toEqual(alone.names);
        fc.pre(!("platforms" in config) && !("telegram" in config));
        expect(made.config).toEqual({ ...alone.config, ...config });
      }),
    );
  });
});

test("a release before the managed scope gets no file, and the names stay known", () => {
  const old = parseRelease("v2026.6.5") ?? fail();
  const made = pins({ messaging: { telegram } }, { release: old });
  expect(leavesOf(made)).not.toHaveProperty("telegram.allow_from");
  expect(made.names.variables).toContain("TELEGRAM_ALLOW_ALL_USERS");
});

test("an agent on Docker gets its pins in the managed files, and not in its environment", () => {
  const stack = newStack();
  agent(stack, {
    messaging: { telegram: { botToken: secretOf(stack), allowedUsers: ["1"] } },
    model: zai,
  });
  const container = containerOf(stack);
  const lines = (uploadOf(container, "/etc/hermes/.env") ?? "").split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "GATEWAY_ALLOWED_USERS=','",
      "TELEGRAM_ALLOW_ALL_USERS='false'",
      "CUSTOM_BASE_URL=''",
    ]),
  );
  expect(container.env.join("\n")).not.toMatch(/GATEWAY_A|ALLOW_ALL|BASE_URL/);
  expect(JSON.parse(uploadOf(container, "/etc/hermes/config.yaml") ?? "")).toMatchObject({
    model: { provider: "zai", base_url: "" },
  });
});
