/**
 * Every row of the table of platforms against the real Hermes, without a network: what it reads, where it listens, and which
 * settings it demands itself. `platforms.test.ts` calls those that listen from outside.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PLATFORM_ROWS, type Platform } from "../../../lib/hermes/platforms";
import { hasFeature, parseRelease } from "../../../lib/hermes/releases";
import { type Setting, variablesOf } from "../../../lib/hermes/settings";
import { Engine } from "../engine";
import { type StandInTag, standIn } from "../images";
import { must } from "../run";

const engine = new Engine();
afterAll(() => engine.reset());

const SCRIPT = readFileSync(join(__dirname, "platforms-known.py"), "utf8");

interface Case {
  readonly platform: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Variables for which Hermes' own files are searched. */
  readonly names: readonly string[];
}

interface Answer {
  readonly known: boolean;
  readonly configured: boolean;
  /** Null where there is no adapter, such as without its package; a text is an error. */
  readonly connected: boolean | string | null;
  readonly ports: readonly (readonly [port: number, atAllAddresses: boolean])[];
  readonly read: readonly string[];
  /** Those of the case's names that stand in the code of gateway and platforms. */
  readonly named: readonly string[];
}

async function answersOf(tag: StandInTag, cases: readonly Case[]): Promise<readonly Answer[]> {
  const python = ["--entrypoint", "/opt/hermes/.venv/bin/python", standIn(tag), "-c", SCRIPT];
  // As in upstream's image.
  const given = ["--interactive", "--network", "none", "--env", "HERMES_DISABLE_LAZY_INSTALLS=1"];
  const run = { env: engine.environment, input: JSON.stringify(cases), timeoutSeconds: 600 };
  return JSON.parse(await must("docker", ["run", "--rm", ...given, ...python], run));
}

let port = 20_000;

/** A value for each variable of the row. Each case has a port of its own. */
function variablesFor({ settings, on = {} }: Platform): Record<string, string> {
  const sampleOf = (setting: Setting): string => {
    switch (setting.kind) {
      case "secret":
        return "a".repeat(43);
      case "port":
        return String(++port);
      case "number":
        return String(setting.min);
      case "list":
        return setting.example.join(setting.separator);
      case "allow-list":
        return setting.nobody;
      case "text":
      case "choice":
        return setting.example;
    }
  };
  const rows = Object.values(settings);
  return {
    ...on,
    ...Object.fromEntries(rows.map((setting) => [setting.variable, sampleOf(setting)])),
    ...Object.assign({}, ...rows.map((setting) => setting.with ?? {})),
  };
}

/** The words of the row's closed sets. */
const wordsOf = ({ settings }: Platform): readonly string[] =>
  Object.values<Setting>(settings).flatMap((row) => (row.kind === "choice" ? row.values : []));

/** Every variable that the row names. */
const namesOf = ({ settings, on = {}, shut }: Platform): readonly string[] => [
  ...Object.keys({ ...on, ...shut }),
  ...Object.values<Setting>(settings).flatMap((row) => [...variablesOf(row), ...Object.keys(row.with ?? {})]),
];

const portIn = ({ settings }: Platform, variables: Readonly<Record<string, string>>) =>
  Object.values(settings).flatMap(({ kind, variable }) =>
    kind === "port" ? [Number(variables[variable])] : [],
  )[0];

/** Not taken for configured without a Python package or a program that the stand-in lacks. */
const LACKING = ["teams", "googleChat", "photon", "raft"];

/** Read when a message arrives, or by an adapter whose package the stand-in lacks. Its code names them. */
const READ_LATER = [
  ...["TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_WEBHOOK_PORT", "DISCORD_ALLOWED_ROLES"],
  ...["WHATSAPP_GROUP_ALLOWED_USERS", "WHATSAPP_MODE", "MATTERMOST_ALLOWED_CHANNELS"],
  ...["MATRIX_RECOVERY_KEY", "MATRIX_ALLOWED_ROOMS", "DINGTALK_ALLOWED_CHATS"],
  ...["FEISHU_WEBHOOK_HOST", "FEISHU_WEBHOOK_PORT", "FEISHU_GROUP_POLICY"],
];

/** Without one of these, Hermes 0.19.0 itself does not start the platform. What is demanded beyond them is this library's. */
const DEMANDED: Readonly<Record<string, readonly string[]>> = {
  slack: ["botToken"],
  telegram: ["botToken"],
  discord: ["botToken"],
  whatsapp: [],
  whatsappCloud: ["phoneNumberId", "accessToken"],
  signal: ["httpUrl", "account"],
  matrix: [],
  mattermost: ["url", "token"],
  email: ["address", "password", "imapHost", "smtpHost"],
  sms: ["accountSid", "authToken", "phoneNumber", "webhookUrl"],
  microsoftGraph: ["clientState", "allowedSourceNetworks"],
  line: ["channelAccessToken", "channelSecret"],
  homeAssistant: ["token"],
  ntfy: ["topic"],
  webhook: [],
  dingtalk: ["clientId", "clientSecret"],
  feishu: ["appId", "appSecret"],
  wecom: ["botId", "secret"],
  wecomCallback: ["corpId", "corpSecret"],
  weixin: ["accountId", "token"],
  bluebubbles: ["serverUrl", "password"],
  qq: ["appId", "clientSecret"],
  yuanbao: ["appId", "appSecret"],
  irc: ["server", "channels"],
  simplex: ["websocketUrl"],
};

describe("Hermes 0.19.0", () => {
  const whole = PLATFORM_ROWS.map(([name, row]) => ({ name, row, variables: variablesFor(row) }));
  const lacking = PLATFORM_ROWS.flatMap(([name, row]) =>
    Object.entries(row.settings)
      .filter(([, { optional }]) => optional !== true)
      .map(([prop, { variable }]) => {
        const { [variable]: _, ...variables } = variablesFor(row);
        return { name, row, prop, variables };
      }),
  );
  const answers = new Map<string, Answer>();

  beforeAll(async () => {
    const cases = [...whole, ...lacking].map(({ row, variables }) => ({
      platform: row.hermes,
      variables,
      names: [...namesOf(row), ...wordsOf(row)],
    }));
    const all = await answersOf("v2026.7.20", cases);
    for (const [i, one] of [...whole, ...lacking].entries()) {
      const answer = all[i];
      if (answer !== undefined) answers.set("prop" in one ? `${one.name} ${one.prop}` : one.name, answer);
    }
  });
  const answer = (key: string): Answer => {
    const found = answers.get(key);
    if (found === undefined) throw new Error(`no answer about ${key}`);
    return found;
  };

  test.each(whole)("$name: with all settings it is configured, and each of its variables is read", ({
    name,
    row,
  }) => {
    const { known, configured, read, named } = answer(name);
    expect({ known, configured }).toEqual({ known: true, configured: !LACKING.includes(name) });
    const unread = namesOf(row).filter((variable) => !read.includes(variable));
    expect(unread.filter((variable) => !READ_LATER.includes(variable) || !named.includes(variable))).toEqual(
      [],
    );
  });

  test.each(whole)("$name: each word that a prop allows stands in Hermes' own code", ({ name, row }) => {
    expect(wordsOf(row).filter((word) => !answer(name).named.includes(word))).toEqual([]);
  });

  test("what connects listens at the row's own port, at all addresses, or at none", () => {
    const connected = whole.filter(({ name }) => answer(name).connected === true);
    expect(connected.map(({ name }) => name)).toEqual([
      ...["whatsappCloud", "sms", "microsoftGraph", "line", "ntfy", "webhook", "weixin"],
    ]);
    for (const { name, row, variables } of connected) {
      const own = portIn(row, variables);
      expect([name, answer(name).ports]).toEqual([name, own === undefined ? [] : [[own, true]]]);
    }
  });

  test("Hermes itself demands the settings that the list here names, and no others", () => {
    const refuses = (name: string, prop: string) => {
      const { configured, connected } = answer(`${name} ${prop}`);
      const before = answer(name).connected;
      // Without some of them there is not even an adapter.
      return (
        !configured || (before === true && connected !== true) || (before !== null && connected === null)
      );
    };
    const found = Object.fromEntries(
      PLATFORM_ROWS.filter(([name]) => !LACKING.includes(name)).map(([name]) => [
        name,
        lacking.filter((one) => one.name === name && refuses(name, one.prop)).map(({ prop }) => prop),
      ]),
    );
    expect(found).toEqual(DEMANDED);
  });
});

// The package of 0.14.0 lacks the manifests of its platforms, and knows none that is a plugin; upstream's image has them.
test.each([
  ["v2026.6.5"],
  ["v2026.7.20"],
] as const)("Hermes of %s knows the platforms that the table says it does", async (tag) => {
  const release = parseRelease(tag);
  if (release === undefined) throw new Error(`${tag} is no release`);
  const cases = PLATFORM_ROWS.map(([, { hermes }]) => ({ platform: hermes, variables: {}, names: [] }));
  const known = (await answersOf(tag, cases)).map((answer) => answer.known);
  expect(PLATFORM_ROWS.map(([name], i) => [name, known[i]])).toEqual(
    PLATFORM_ROWS.map(([name, { since }]) => [name, since === undefined || hasFeature(release, since)]),
  );
});
