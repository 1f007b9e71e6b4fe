/** Props of chat platforms that are right or wrong beside others. */
import { CapRoverProvider, type CapRoverTargetProps, HermesTarget, type PublishedPlatforms } from "../../lib";
import { type AgentProps, agent, newStack, refusalOf, rulesOf, warningsOf } from "../agents";
import { ALL, CASES, neededBy } from "../hermes/platform-cases";

const stackWithBoth = () => {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover");
  return stack;
};

type Platform = keyof typeof CASES;

/** An agent on the platform with all that it needs, and more. */
const on = (platform: Platform, more: object = {}, props: AgentProps = {}) => {
  return (stack: ReturnType<typeof newStack>): AgentProps => ({
    messaging: { [platform]: { ...neededBy(stack, CASES[platform]), ...more } },
    ...props,
  });
};

/** Two platforms of one agent. */
const both = (one: Platform, more: object, other: Platform, further: object, props: AgentProps = {}) => {
  return (stack: ReturnType<typeof newStack>): AgentProps => ({
    messaging: { ...on(one, more)(stack).messaging, ...on(other, further)(stack).messaging },
    ...props,
  });
};

/** At an app of its own, or under another place of the agent. */
const onCapRover = (target: CapRoverTargetProps): AgentProps => ({ target: HermesTarget.caprover(target) });
const atApp = (platform: "sms" | "line" | "telegram", app: object = { domains: ["bot.example"] }) =>
  onCapRover({ address: false, apps: { [platform]: { name: "hermes-bot", ...app } } });

const api = { apiServer: { key: "${var.key}" } };
const published = (publish: PublishedPlatforms): AgentProps => ({ target: HermesTarget.docker({ publish }) });

test.each<[string, string, (stack: ReturnType<typeof newStack>) => AgentProps]>([
  [
    "a secret of Telegram's webhook without its address",
    "messaging-incomplete",
    on("telegram", { webhookSecret: "${var.s}" }),
  ],
  ["a port of Telegram's webhook without one", "messaging-incomplete", on("telegram", { webhookPort: 8443 })],
  ["a port for Feishu, which opens the connection", "messaging-incomplete", on("feishu", { port: 8765 })],
  [
    "two logins to Matrix",
    "messaging-incomplete",
    on("matrix", { password: "${var.p}", userId: "@h:m.example" }),
  ],
  ["no login to Matrix", "messaging-incomplete", on("matrix", { accessToken: undefined })],
  [
    "a password of Matrix without an account",
    "messaging-incomplete",
    on("matrix", { accessToken: undefined, password: "${var.p}" }),
  ],
  [
    "a recovery key of Matrix without encryption",
    "messaging-incomplete",
    on("matrix", { recoveryKey: "${var.r}" }),
  ],
  ["no way for Google's events", "messaging-incomplete", on("googleChat", { subscription: undefined })],
  [
    "LINE and Microsoft Graph on one port",
    "messaging-port-taken",
    both("line", {}, "microsoftGraph", {}, published({ line: { port: 1 } })),
  ],
  [
    "webhooks on the API server's port",
    "messaging-port-taken",
    on("webhook", { port: 8642 }, { ...api, ...published({ webhook: { port: 1 } }) }),
  ],
  [
    "webhooks on the port of WhatsApp's bridge",
    "messaging-port-taken",
    both("whatsapp", {}, "webhook", { port: 3000 }),
  ],
  [
    "two platforms on one port of the host",
    "duplicate-port",
    both("sms", {}, "webhook", {}, published({ webhook: { port: 8080 } })),
  ],
  [
    "a signal-cli daemon in the container itself",
    "address-of-container",
    on("signal", { httpUrl: "http://localhost:8080" }),
  ],
  [
    "a homeserver at the container's loopback",
    "address-of-container",
    on("matrix", { homeserver: "http://127.0.0.1:8008" }),
  ],
  ["a mail server in the container itself", "address-of-container", on("email", { imapHost: "localhost" })],
  [
    "a server of the host without its entry",
    "address-of-host-unknown",
    on("mattermost", { url: "http://host.docker.internal:8065" }),
  ],
  [
    "a phone number with a plus where WhatsApp writes none",
    "messaging-id-malformed",
    on("whatsappCloud", { allowedUsers: ["+4915550100"] }),
  ],
  [
    "an e-mail address in capitals",
    "messaging-id-malformed",
    on("email", { allowedUsers: ["Ada@example.com"] }),
  ],
  [
    "`*` for rooms of Matrix, which compares it as it is",
    "messaging-id-malformed",
    on("matrix", { allowedRooms: ["*"] }),
  ],
  [
    "Matrix' encryption before it was known",
    "messaging-unsupported",
    on("matrix", { encryption: "optional" }, { release: "v2026.6.5" }),
  ],
  ["ntfy before it was known", "messaging-unsupported", on("ntfy", {}, { release: "v2026.5.16" })],
  [
    "a published port of a platform without webhook",
    "docker-publish-without-service",
    on("telegram", {}, published({ telegram: { port: 8443 } })),
  ],
  [
    "SMS on CapRover beside an API server, with no app",
    "caprover-platform-unrouted",
    on("sms", {}, { ...api, target: HermesTarget.caprover() }),
  ],
  [
    "SMS on CapRover without an address",
    "caprover-platform-unrouted",
    on("sms", {}, { target: HermesTarget.caprover({ address: false }) }),
  ],
  [
    "two platforms on CapRover with one address",
    "caprover-platform-unrouted",
    both("sms", {}, "webhook", {}, { target: HermesTarget.caprover() }),
  ],
  [
    "the variable of a platform in secrets",
    "env-owned",
    () => ({ secrets: { MATTERMOST_TOKEN: "${var.t}" } }),
  ],
  ["the switch of a platform in env", "env-owned", () => ({ env: { WEBHOOK_ENABLED: "true" } })],
])("%s is refused by %s", (_, rule, props) => {
  const stack = stackWithBoth();
  expect(new Set(rulesOf(refusalOf(() => agent(stack, props(stack)))))).toEqual(new Set([rule]));
});

test.each<[string, (stack: ReturnType<typeof newStack>) => AgentProps]>([
  ["Telegram by polling", on("telegram")],
  [
    "Telegram by a webhook",
    on("telegram", { webhookUrl: "https://h.example/telegram", webhookSecret: "${var.s}" }),
  ],
  [
    "Telegram's webhook at an address that Terraform knows",
    on("telegram", { webhookUrl: "${var.u}", webhookSecret: "${var.s}" }),
  ],
  ["Feishu by a webhook", on("feishu", { verificationToken: "${var.v}" })],
  [
    "Matrix with encryption, a device and a recovery key",
    on("matrix", { encryption: "required", deviceId: "H1", recoveryKey: "${var.r}" }),
  ],
  ["LINE and Microsoft Graph on ports of their own", both("line", { port: 8647 }, "microsoftGraph", {})],
  ["WhatsApp beside its Cloud API", both("whatsapp", {}, "whatsappCloud", {})],
  ["every group of Signal, for those on its list", on("signal", { allowedGroups: ["*"] })],
  ["a signal-cli daemon in another container", on("signal", { httpUrl: "http://signal:8080" })],
  [
    "a server of the host with its entry",
    on(
      "mattermost",
      { url: "http://host.docker.internal:8065" },
      { extraHosts: { "host.docker.internal": "host-gateway" } },
    ),
  ],
  ["a mail server in the office", on("email", { imapHost: "10.1.2.3" })],
  [
    "people and ids that only Terraform knows",
    on("sms", { allowedUsers: ["${var.ada}"], accountSid: "${var.sid}" }),
  ],
  ["a list that only Terraform knows", on("line", { allowedUsers: ["${var.ada}", `U${"0".repeat(32)}`] })],
  ["another variable of the platform in env", on("matrix", {}, { env: { MATRIX_REQUIRE_MENTION: "false" } })],
  ["a home channel in env without the prop", () => ({ env: { SLACK_HOME_CHANNEL: "C1" } })],
  ["SMS for a proxy in a container", on("sms", {}, published({ sms: false }))],
  ["SMS at another port of the host", on("sms", {}, published({ sms: { port: 9000 } }))],
  ["SMS as what a CapRover app leads to", on("sms", {}, { target: HermesTarget.caprover() })],
  [
    "SMS beside the API server on CapRover",
    on(
      "sms",
      {},
      {
        ...api,
        target: HermesTarget.caprover({ apps: { sms: { name: "sms", domains: ["hermes.example"] } } }),
      },
    ),
  ],
  [
    "the API server beside SMS on CapRover",
    on(
      "sms",
      {},
      {
        ...api,
        target: HermesTarget.caprover({ address: { to: "sms" }, apps: { apiServer: { name: "api" } } }),
      },
    ),
  ],
  [
    "Slack on CapRover without an address",
    on("slack", {}, { target: HermesTarget.caprover({ address: false }) }),
  ],
  ["a platform on a release from before its newer props", on("matrix", {}, { release: "v2026.6.19" })],
])("%s is accepted", (_, props) => {
  const stack = stackWithBoth();
  const made = agent(stack, props(stack));
  expect(warningsOf(made).filter((warning) => warning.includes("messaging"))).toEqual([]);
});

test("a webhook on every address of the host without TLS causes a warning, and one behind CapRover's https none", () => {
  const open = newStack();
  expect(
    warningsOf(agent(open, on("sms", {}, published({ sms: { address: "0.0.0.0" } }))(open))),
  ).toContainEqual(expect.stringContaining("messaging-without-tls"));
  const routed = stackWithBoth();
  const app = agent(routed, on("sms", {}, { target: HermesTarget.caprover() })(routed));
  expect(warningsOf(app).filter((warning) => warning.includes("tls"))).toEqual([]);
});

test("no platform's own values are refused as credentials, or warned of", () => {
  for (const [name, platform] of ALL) {
    const stack = newStack();
    const target = platform.publish ? published({ [name]: { address: platform.publish } }) : {};
    const made = agent(stack, { messaging: { [name]: neededBy(stack, platform) }, ...target });
    const warnings = warningsOf(made).filter((warning) => !warning.includes("messaging-without-tls"));
    expect([name, warnings]).toEqual([name, []]);
  }
});

describe("an address of the agent itself in a platform's props", () => {
  type Case = [string, (stack: ReturnType<typeof newStack>) => AgentProps];
  const sms = (webhookUrl: string, target: AgentProps) => on("sms", { webhookUrl }, target);
  const ofTelegram = (webhookUrl: string, target: AgentProps) =>
    on("telegram", { webhookUrl, webhookSecret: "${var.s}" }, target);
  const events = (eventsUrl: string, target: CapRoverTargetProps) =>
    on(
      "googleChat",
      { subscription: undefined, eventsUrl, eventsAccounts: ["chat@system.gserviceaccount.com"] },
      { ...api, ...onCapRover(target) },
    );

  test.each<Case>([
    ["another host", sms("https://other.example/webhooks/twilio", atApp("sms"))],
    ["without TLS", sms("http://bot.example/webhooks/twilio", atApp("sms"))],
    ["another port", sms("https://bot.example:8080/webhooks/twilio", atApp("sms"))],
    ["another path", sms("https://bot.example/hermes/webhooks/twilio", atApp("sms"))],
    [
      "another path of an app without names",
      sms("https://hermes-bot.apps.example/x/webhooks/twilio", atApp("sms", {})),
    ],
    ["another host for Telegram", ofTelegram("https://other.example/telegram", atApp("telegram"))],
    ["a path for LINE's files", on("line", { publicUrl: "https://bot.example/line" }, atApp("line"))],
    [
      "the dashboard's name for Google's events",
      events("https://dash.example/api/platforms/google_chat/events", {
        address: { to: "apiServer", domains: ["api.example"] },
      }),
    ],
  ])("is refused where the target knows another: %s", (_, props) => {
    const stack = stackWithBoth();
    const refused = refusalOf(() => agent(stack, props(stack)));
    expect(rulesOf(refused)).toEqual(["messaging-url-elsewhere"]);
  });

  test.each<Case>([
    ["its domain", sms("https://bot.example/webhooks/twilio", atApp("sms"))],
    ["the name that CapRover gives", sms("https://hermes-bot.apps.example/webhooks/twilio", atApp("sms"))],
    [
      "TLS that something in front ends, where the app has none",
      sms("https://bot.example/webhooks/twilio", atApp("sms", { https: false, domains: ["bot.example"] })),
    ],
    [
      "no TLS, where the app has none",
      sms("http://bot.example/webhooks/twilio", atApp("sms", { https: false, domains: ["bot.example"] })),
    ],
    ["any path of Telegram's", ofTelegram("https://bot.example/a/b", atApp("telegram"))],
    ["LINE's files", on("line", { publicUrl: "https://bot.example" }, atApp("line"))],
    ["LINE's files, with a slash", on("line", { publicUrl: "https://bot.example/" }, atApp("line"))],
    ["a value of Terraform", sms("https://${var.host}/webhooks/twilio", atApp("sms"))],
    [
      "Google's events at the API server",
      events("https://api.example/api/platforms/google_chat/events", {
        address: { to: "apiServer", domains: ["api.example"] },
      }),
    ],
    [
      "behind a proxy of one's own",
      sms("https://proxy.example/twilio/webhooks/twilio", published({ sms: { port: 18_080 } })),
    ],
  ])("is accepted without a warning: %s", (_, props) => {
    const stack = stackWithBoth();
    const warnings = warningsOf(agent(stack, props(stack)));
    expect(warnings.filter((warning) => warning.includes("[rule messaging-url"))).toEqual([]);
  });

  test("that the app does not have by its props causes a warning", () => {
    const stack = stackWithBoth();
    const props = sms("https://bot.example/webhooks/twilio", atApp("sms", {}))(stack);
    expect(warningsOf(agent(stack, props))).toEqual([
      expect.stringContaining('fix: write domains: ["bot.example"] in target.apps.sms'),
    ]);
  });

  test("in a profile is one of the app that leads to the profile", () => {
    const inProfile = (app: object, webhookUrl: string) => {
      const stack = stackWithBoth();
      const { messaging = {} } = on("sms", { webhookUrl })(stack);
      const apps = { "work.sms": { name: "work-sms", ...app } };
      return agent(stack, {
        release: "v2026.7.30",
        multiplexProfiles: false,
        profiles: { work: { messaging } },
        ...onCapRover({ address: false, apps }),
      });
    };
    const named = { domains: ["sms.example"] };
    const refused = refusalOf(() => inProfile(named, "https://other.example/webhooks/twilio"));
    expect(refused.problems).toMatchObject([
      { prop: "profiles.work.messaging.sms.webhookUrl", rule: "messaging-url-elsewhere" },
    ]);
    expect(warningsOf(inProfile({}, "https://sms.example/webhooks/twilio"))).toEqual([
      expect.stringContaining("fix: write domains"),
    ]);
    expect(warningsOf(inProfile(named, "https://sms.example/webhooks/twilio"))).toEqual([]);
  });
});
