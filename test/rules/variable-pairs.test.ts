/** Variables and settings that Hermes uses only together. */
import { VARIABLE_PAIRS } from "../../lib/hermes/variable-pairs";
import { type AgentProps, agent, newStack, refusalOf, rulesOf, warningsOf } from "../agents";

const rulesAgainst = (props: AgentProps) => rulesOf(refusalOf(() => agent(newStack(), props)));
const secrets = (...names: readonly string[]): AgentProps => ({
  secrets: Object.fromEntries(names.map((name) => [name, `\${var.${name.toLowerCase()}}`])),
});
const routes = (routes: NonNullable<AgentProps["config"]>[string], more = {}): AgentProps => ({
  config: { platforms: { webhook: { enabled: true, extra: { routes, ...more } } } },
});
const URL = "https://hermes.example/hook";

describe("a webhook without what signs it", () => {
  test.each<[string, AgentProps]>([
    ["Telegram's webhook without its secret", { env: { TELEGRAM_WEBHOOK_URL: URL } }],
    [
      "Telegram's webhook with an empty secret",
      { env: { TELEGRAM_WEBHOOK_URL: URL, TELEGRAM_WEBHOOK_SECRET: "" } },
    ],
    ["Graph's webhook without its state", { env: { MSGRAPH_WEBHOOK_ENABLED: "true" } }],
    ["Feishu's webhook mode without a token", { env: { FEISHU_CONNECTION_MODE: "webhook" } }],
    [
      "SMS without the address for the signature",
      {
        ...secrets("TWILIO_AUTH_TOKEN"),
        env: { TWILIO_ACCOUNT_SID: "AC1", TWILIO_PHONE_NUMBER: "+15550100" },
      },
    ],
    [
      "WhatsApp Cloud without the app's secret",
      {
        ...secrets("WHATSAPP_CLOUD_ACCESS_TOKEN", "WHATSAPP_CLOUD_VERIFY_TOKEN"),
        env: { WHATSAPP_CLOUD_PHONE_NUMBER_ID: "1" },
      },
    ],
  ])("is refused: %s", (_, props) => {
    expect(new Set(rulesAgainst(props))).toEqual(new Set(["env-webhook-unsigned"]));
  });

  test.each<[string, AgentProps]>([
    ["Telegram with both", { ...secrets("TELEGRAM_WEBHOOK_SECRET"), env: { TELEGRAM_WEBHOOK_URL: URL } }],
    ["Telegram's polling", { messaging: { telegram: { botToken: "${var.b}", allowedUsers: ["1"] } } }],
    ["an empty address", { env: { TELEGRAM_WEBHOOK_URL: "" } }],
    ["webhooks whose routes people subscribe", { env: { WEBHOOK_ENABLED: "true" } }],
    ["webhooks with a secret", { ...secrets("WEBHOOK_SECRET"), env: { WEBHOOK_ENABLED: "true" } }],
    ["a switch that is off", { env: { MSGRAPH_WEBHOOK_ENABLED: "false" } }],
    ["Feishu's other mode", { env: { FEISHU_CONNECTION_MODE: "websocket" } }],
    [
      "Feishu's webhook with one of its two",
      { ...secrets("FEISHU_ENCRYPT_KEY"), env: { FEISHU_CONNECTION_MODE: "webhook" } },
    ],
    [
      "Matrix with a password",
      { ...secrets("MATRIX_PASSWORD"), env: { MATRIX_HOMESERVER: "https://m.example" } },
    ],
    [
      "a platform of which config says the rest",
      { ...secrets("MATTERMOST_TOKEN"), config: { platforms: { mattermost: { extra: { url: URL } } } } },
    ],
    ["variables of no platform", { env: { MY_WEBHOOK_URL: URL } }],
  ])("is not: %s", (_, props) => expect(agent(newStack(), props)).toBeDefined());

  test("may be on the volume, with a reason", () => {
    const acknowledge = { "env-webhook-unsigned": "the secret is on the volume" };
    expect(agent(newStack(), { env: { TELEGRAM_WEBHOOK_URL: URL }, acknowledge })).toBeDefined();
  });
});

describe("half of what a platform needs", () => {
  const warned = (props: AgentProps) =>
    warningsOf(agent(newStack(), props)).filter((warning) => warning.includes("env-incomplete"));

  test.each<[string, AgentProps]>([
    ["LINE without its channel's secret", secrets("LINE_CHANNEL_ACCESS_TOKEN")],
    ["Teams without its tenant", { ...secrets("TEAMS_CLIENT_SECRET"), env: { TEAMS_CLIENT_ID: "1" } }],
    ["Matrix without a token", { env: { MATRIX_HOMESERVER: "https://matrix.example" } }],
    ["Mattermost without an address", secrets("MATTERMOST_TOKEN")],
    ["mail without a server", { ...secrets("EMAIL_PASSWORD"), env: { EMAIL_ADDRESS: "a@example.com" } }],
  ])("causes a warning: %s", (_, props) => expect(warned(props)).not.toEqual([]));

  test.each<[string, AgentProps]>([
    ["all of it", { ...secrets("MATTERMOST_TOKEN"), env: { MATTERMOST_URL: URL } }],
    ["one of two ways", { ...secrets("MATRIX_PASSWORD"), env: { MATRIX_HOMESERVER: "https://m.example" } }],
    [
      "the rest in config",
      { ...secrets("MATTERMOST_TOKEN"), config: { platforms: { mattermost: { extra: { url: URL } } } } },
    ],
    ["nothing of it", {}],
  ])("causes none: %s", (_, props) => expect(warned(props)).toEqual([]));
});

describe("a companion without the variable that it goes with", () => {
  const warned = (props: AgentProps) =>
    warningsOf(agent(newStack(), props)).filter((warning) => warning.includes("env-without-effect"));

  test.each<[string, AgentProps]>([
    ["Telegram's secret", secrets("TELEGRAM_WEBHOOK_SECRET")],
    ["Telegram's port", { env: { TELEGRAM_WEBHOOK_PORT: "8443" } }],
    ["the webhooks' secret", secrets("WEBHOOK_SECRET")],
    [
      "the webhooks' port beside a switch that is off",
      { env: { WEBHOOK_PORT: "8644", WEBHOOK_ENABLED: "no" } },
    ],
  ])("causes a warning: %s", (_, props) => expect(warned(props)).toHaveLength(1));

  test.each<[string, AgentProps]>([
    [
      "beside it",
      {
        env: { TELEGRAM_WEBHOOK_URL: URL, TELEGRAM_WEBHOOK_PORT: "8443" },
        ...secrets("TELEGRAM_WEBHOOK_SECRET"),
      },
    ],
    ["for webhooks of config", { ...routes({}), ...secrets("WEBHOOK_SECRET") }],
  ])("causes none %s", (_, props) => expect(warned(props)).toEqual([]));
});

describe("a webhook route in config", () => {
  test.each<[string, AgentProps]>([
    ["one", routes({ ci: { prompt: "read it" } })],
    ["one of two", routes({ ci: { prompt: "p", secret: "${A}" }, issues: { prompt: "p" } })],
  ])("without a secret is refused: %s", (_, props) => {
    expect(rulesAgainst(props)).toEqual(["config-webhook-unsigned"]);
  });

  test.each<[string, AgentProps]>([
    ["its own", routes({ ci: { prompt: "p", secret: "${A}" } })],
    ["that of all routes", routes({ ci: { prompt: "p" } }, { secret: "${A}" })],
    ["the variable's", { ...routes({ ci: { prompt: "p" } }), ...secrets("WEBHOOK_SECRET") }],
    ["no route", routes({})],
  ])("with a secret is accepted: %s", (_, props) => expect(agent(newStack(), props)).toBeDefined());
});

test("no row asks for a variable of its own", () => {
  for (const { name, needs } of VARIABLE_PAIRS) expect(needs.flat()).not.toContain(name);
});
