import type { TerraformStack } from "cdktf";
import { DashboardAuth, HermesTarget, inSecretsFile } from "../lib";
import {
  type AgentProps,
  agent,
  containerWith,
  environmentOf,
  managedFilesOf,
  NEWEST,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  uploadOf,
} from "./agents";

const HASH = "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH";

function namesIn(envFile: string): readonly string[] {
  return [...envFile.matchAll(/^([A-Z_0-9]+)='/gm)].map(([, name = ""]) => name);
}

describe("secrets", () => {
  const everySecret = (release: string) =>
    containerWith((stack) => ({
      release,
      apiServer: { key: secretOf(stack, "api_key") },
      dashboard: DashboardAuth.basic(stack, "auth", {
        username: "ada",
        passwordHash: secretOf(stack, "hash"),
        sessionSecret: secretOf(stack, "session"),
      }),
      messaging: {
        slack: {
          botToken: secretOf(stack, "bot"),
          appToken: secretOf(stack, "app"),
          allowedUsers: ["U1", "U2"],
        },
        telegram: { botToken: secretOf(stack, "telegram"), allowedUsers: ["1"] },
        discord: { botToken: secretOf(stack, "discord"), allowedUsers: ["2"] },
      },
      secrets: { OPENROUTER_API_KEY: secretOf(stack, "router") },
    }));
  const names = [
    "API_SERVER_KEY",
    "DISCORD_BOT_TOKEN",
    HASH,
    "HERMES_DASHBOARD_BASIC_AUTH_SECRET",
    "OPENROUTER_API_KEY",
    "SLACK_APP_TOKEN",
    "SLACK_BOT_TOKEN",
    "TELEGRAM_BOT_TOKEN",
  ];

  test.each([
    "v2026.6.19",
    "v2026.7.30",
    NEWEST,
  ])("secrets are in the managed file from v2026.6.19 on: %s", (release) => {
    const made = everySecret(release);
    const file = uploadOf(made, "/etc/hermes/.env") ?? "";
    expect(namesIn(file)).toEqual(expect.arrayContaining(names));
    expect(Object.keys(environmentOf(made)).filter((name) => names.includes(name))).toEqual([]);
  });

  test.each(["v2026.6.5"])("secrets are in the environment before v2026.6.19: %s", (release) => {
    const made = everySecret(release);
    expect(managedFilesOf(made)).toEqual([]);
    expect(Object.keys(environmentOf(made))).toEqual(expect.arrayContaining(names));
  });

  test("Terraform checks each secret before the container changes", () => {
    const messages = everySecret(NEWEST).lifecycle?.precondition.map((check) => check.error_message) ?? [];
    for (const prop of [
      "apiServer.key must have at least 16",
      "dashboard.passwordHash must be a scrypt hash",
      "dashboard.sessionSecret must have at least 16",
      "messaging.slack.botToken must be Slack's",
      "messaging.slack.appToken must be Slack's",
      "messaging.telegram.botToken must be one non-empty line",
      "messaging.discord.botToken must be one non-empty line",
      "secrets.OPENROUTER_API_KEY must be one non-empty line",
    ])
      expect(messages).toContainEqual(expect.stringContaining(`agents/hermes: ${prop}`));
  });

  test("a secret is checked by what Hermes requires of its variable", () => {
    const { lifecycle } = containerWith((stack) => ({
      secrets: { HERMES_DASHBOARD_DRAIN_SECRET: secretOf(stack) },
    }));
    const messages = lifecycle?.precondition.map((check) => check.error_message);
    expect(messages).toContainEqual(expect.stringContaining("DRAIN_SECRET must have at least 43 characters"));
  });

  test("the required length of a secret is that of the release", () => {
    const limit = (release: string) =>
      containerWith((stack) => ({ release, apiServer: { key: secretOf(stack) } }))
        .lifecycle?.precondition.map((check) => check.error_message)
        .find((message) => message.includes("characters"));
    expect(limit("v2026.6.19")).toContain("at least 8 ");
    expect(limit("v2026.7.1")).toContain("at least 16 ");
  });

  test("with a secrets file of the host, no secret is in the plan or in the state", () => {
    const made = containerWith({
      target: HermesTarget.docker({ secretsFile: "/srv/hermes/secrets.env" }),
      apiServer: { key: inSecretsFile },
      secrets: { OPENROUTER_API_KEY: inSecretsFile },
    });
    expect(made.mounts).toContainEqual({
      type: "bind",
      source: "/srv/hermes/secrets.env",
      target: "/etc/hermes/.env",
      read_only: true,
    });
    expect(managedFilesOf(made)).toEqual(["/etc/hermes/config.yaml"]);
    expect(made).not.toHaveProperty("lifecycle");
    expect(JSON.stringify(made.env)).not.toMatch(/API_SERVER_KEY|OPENROUTER/);
  });

  test("a name in secrets that a prop already sets is refused", () => {
    const stack = newStack();
    const refused = refusalOf(() =>
      agent(stack, {
        model: {
          provider: "custom",
          name: "m",
          baseUrl: "http://vllm:8000/v1",
          apiKey: secretOf(stack, "a"),
        },
        secrets: { HERMES_MODEL_API_KEY: secretOf(stack, "b") },
      }),
    );
    expect(rulesOf(refused)).toEqual(["env-owned"]);
  });
});

describe("what the program sets about access and address", () => {
  const props = (stack: TerraformStack, release: string): AgentProps => ({
    release,
    apiServer: { key: secretOf(stack, "key"), corsOrigins: ["https://chat.example.com"] },
    dashboard: DashboardAuth.oidc(stack, "login", {
      issuer: "https://id.example.com",
      clientId: "hermes",
      publicUrl: "https://hermes.example.com",
    }),
    trustedProxies: ["172.17.0.0/16"],
    messaging: { telegram: { botToken: secretOf(stack, "telegram"), allowedUsers: ["1", "2"] } },
    env: { OTHER_CHAT_ALLOWED_USERS: "@ada:example.com", TZ: "Europe/Berlin", TWO_LINES: "a\nb" },
  });

  test.each([
    "v2026.6.19",
    NEWEST,
  ])("an access setting overrides a `.env` on the volume, and stays readable in the environment: %s", (release) => {
    const made = containerWith((stack) => props(stack, release));
    const file = uploadOf(made, "/etc/hermes/.env") ?? "";
    expect(file).toContain("TELEGRAM_ALLOWED_USERS='1,2'\n");
    expect(environmentOf(made)).toMatchObject({ TELEGRAM_ALLOWED_USERS: "1,2" });
    expect(namesIn(file)).toEqual(
      expect.arrayContaining([
        "API_SERVER_CORS_ORIGINS",
        "API_SERVER_HOST",
        "API_SERVER_PORT",
        "FORWARDED_ALLOW_IPS",
        "HERMES_DASHBOARD_OIDC_CLIENT_ID",
        "HERMES_DASHBOARD_OIDC_ISSUER",
        "HERMES_DASHBOARD_PUBLIC_URL",
        "OTHER_CHAT_ALLOWED_USERS",
        "TZ",
      ]),
    );
  });

  test("a variable is in the environment only if the boot reads it or one line can't hold it", () => {
    const names = namesIn(
      uploadOf(
        containerWith((stack) => props(stack, NEWEST)),
        "/etc/hermes/.env",
      ) ?? "",
    );
    for (const name of [
      "HOME",
      "HERMES_DASHBOARD",
      "HERMES_DASHBOARD_HOST",
      "S6_KILL_GRACETIME",
      "TWO_LINES",
    ])
      expect(names).not.toContain(name);
  });

  test("the host's secrets file is mounted, and nothing is written over it", () => {
    const made = containerWith({
      target: HermesTarget.docker({ secretsFile: "/srv/hermes/secrets.env" }),
      env: { TZ: "Europe/Berlin" },
    });
    expect(managedFilesOf(made)).toEqual([]);
  });
});

describe("the model", () => {
  const pinned = (props: AgentProps): unknown =>
    JSON.parse(uploadOf(containerWith(props), "/etc/hermes/config.yaml") ?? "null");

  test("the model is pinned in the managed config.yaml", () => {
    expect(pinned({ model: { provider: "openai-codex", name: "gpt-5" } })).toMatchObject({
      model: { provider: "openai-codex", default: "gpt-5" },
    });
  });

  test("the model may be of any OpenAI-compatible server, and its key is a reference", () => {
    const made = containerWith((stack) => ({
      model: { provider: "custom", name: "m", baseUrl: "http://vllm:8000/v1", apiKey: secretOf(stack) },
    }));
    expect(uploadOf(made, "/etc/hermes/config.yaml")).toContain('"api_key": "$${HERMES_MODEL_API_KEY}"');
    expect(uploadOf(made, "/etc/hermes/.env")).toMatch(/^HERMES_MODEL_API_KEY='/m);
  });

  test("the model prop overrides the same keys of config, and leaves the others", () => {
    const config = { model: { default: "other", max_tokens: 5 }, agent: { verbose: true } };
    expect(pinned({ model: { provider: "openai-codex", name: "gpt-5" }, config })).toMatchObject({
      model: { provider: "openai-codex", default: "gpt-5", max_tokens: 5 },
      agent: { verbose: true },
    });
  });

  test("the model is not pinned by default", () => {
    expect(managedFilesOf(containerWith({}))).not.toContain("/etc/hermes/config.yaml");
  });
});
