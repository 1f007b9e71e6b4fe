import type { TerraformStack } from "cdktf";
import {
  type DockerTargetProps,
  HermesApp,
  HermesTarget,
  type MessagingProps,
  type PlatformName,
} from "../../lib";
import { reservedVariable } from "../../lib/hermes/environment";
import { platformsMarkdown } from "../../lib/hermes/platform-tables";
import { PLATFORM_ROWS, PLATFORMS, type Platform, portOf } from "../../lib/hermes/platforms";
import { type Setting, variablesOf } from "../../lib/hermes/settings";
import {
  agent,
  containerOf,
  environmentOf,
  imageOf,
  newDataOf,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  uploadOf,
} from "../agents";
import {
  ALL,
  allOf,
  botOf,
  CASES,
  neededBy,
  type PlatformCase,
  plainOf,
  secretsIn,
  secretVariablesOf,
  WITH_PEOPLE,
} from "./platform-cases";

function agentOn(
  stack: TerraformStack,
  platform: string,
  values: Readonly<Record<string, unknown>>,
  further: Readonly<Record<string, unknown>> = {},
  id = "hermes",
): HermesApp {
  const { publish } = new Map<string, PlatformCase>(ALL).get(platform) ?? {};
  const props = {
    image: imageOf(stack),
    data: newDataOf(stack, `${id}-data`),
    messaging: { [platform]: values },
    ...(publish && { target: HermesTarget.docker({ publish: { [platform]: { address: publish } } }) }),
    ...further,
  };
  return Reflect.construct(HermesApp, [stack, id, props]);
}

/** Accounts beside those of the cases, where the account is no secret. */
const OTHER_ACCOUNTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  email: { address: "other@example.com" },
  feishu: { appId: "cli_other" },
  qq: { appId: "200000000" },
  signal: { account: "+4915550199" },
  yuanbao: { appId: "other" },
};

describe.each(ALL)("%s", (name, platform) => {
  test("an agent on the platform gets its variables, with the tokens among the secrets", () => {
    const stack = newStack();
    agentOn(stack, name, allOf(stack, platform));
    const container = containerOf(stack);
    const file = uploadOf(container, "/etc/hermes/.env") ?? "";
    for (const variable of secretVariablesOf(platform)) {
      expect(file).toMatch(new RegExp(`^${variable}=`, "m"));
      expect(environmentOf(container)).not.toHaveProperty(variable);
    }
    expect(environmentOf(container)).toMatchObject(plainOf(platform));
    if (platform.people) expect(environmentOf(container)).not.toHaveProperty(platform.people[1]);
  });

  test("Terraform checks each of the platform's secrets", () => {
    const stack = newStack();
    agentOn(stack, name, allOf(stack, platform));
    const messages = (containerOf(stack).lifecycle?.precondition ?? []).map((check) => check.error_message);
    for (const prop of Object.keys({ ...platform.secrets, ...platform.optionalSecrets }))
      expect(messages).toContainEqual(expect.stringContaining(`messaging.${name}.${prop} must be`));
  });

  test("the platform's bot can serve only one agent of an app", () => {
    const bot = botOf(platform);
    const stack = newStack();
    const second = (values: Readonly<Record<string, unknown>>, id: string) =>
      agentOn(stack, name, values, { target: HermesTarget.docker({ publish: publishing(name, id) }) }, id);
    agentOn(stack, name, neededBy(stack, platform));
    const account = OTHER_ACCOUNTS[name] ?? {};
    const tokens = [...(bot === undefined ? [] : [bot]), ...(name === "slack" ? ["appToken"] : [])];
    const ofOneAgent = [...Object.keys(account), ...tokens].map((prop) => `messaging.${name}.${prop}`);
    if (ofOneAgent.length === 0) return void second(neededBy(stack, platform), "second");
    const refused = refusalOf(() => second(neededBy(stack, platform), "second"));
    expect(refused.problems.map(({ prop }) => prop)).toEqual(ofOneAgent);
    const others = Object.keys(platform.secrets ?? {}).map((prop) => [
      prop,
      secretOf(stack, `other-${prop}`),
    ]);
    const values = { ...neededBy(stack, platform), ...Object.fromEntries(others), ...account };
    second({ ...values, ...(bot !== undefined && { [bot]: secretOf(stack, "other") }) }, "third");
  });

  test("the platform's variables are set only by its props", () => {
    const { people, alternative = {}, elsewhere = [] } = platform;
    const variables = [
      ...secretVariablesOf(platform),
      ...Object.keys(plainOf(platform)),
      ...Object.values(alternative),
      ...elsewhere,
      ...(people ? [people[0], people[1]] : []),
    ];
    for (const variable of variables)
      expect([variable, reservedVariable(variable)]).toEqual([
        variable,
        expect.objectContaining({ reason: "owned", fix: `use \`messaging.${name}\`` }),
      ]);
    const { settings }: Platform = PLATFORMS[nameOf(name)];
    expect(new Set(variables)).toEqual(
      new Set([...Object.values(settings).flatMap(variablesOf), ...Object.keys(platform.sets ?? {})]),
    );
  });

  test("people may be let in by another list alone, where there is one", () => {
    for (const [list, [variable, id]] of Object.entries(platform.lists ?? {})) {
      const stack = newStack();
      const { allowedUsers: _, ...values } = neededBy(stack, platform);
      agentOn(stack, name, { ...values, [list]: [id] });
      const file = uploadOf(containerOf(stack), "/etc/hermes/.env") ?? "";
      expect(file).toContain(`${variable}='${id}'\n`);
      expect(file).toContain(`${platform.people?.[0]}=','\n`);
      expect(file).toContain(`${platform.people?.[1]}='false'\n`);
    }
  });

  test("a list of places lets nobody in by itself", () => {
    for (const [list, [, id]] of Object.entries(platform.places ?? {})) {
      const stack = newStack();
      const values = { ...neededBy(stack, platform), allowedUsers: [], [list]: [id] };
      const refused = refusalOf(() => agentOn(stack, name, values));
      expect(rulesOf(refused)).toEqual(["messaging-nobody-allowed"]);
    }
  });

  test("no prop is required but its secrets, its addresses and, where there is no other list, its users", () => {
    const { secrets = {}, further = {}, furtherLists = {}, people, lists } = platform;
    const needed = [
      ...Object.keys({ ...secrets, ...further, ...furtherLists }),
      ...(people && lists === undefined ? ["allowedUsers"] : []),
    ];
    const found = needed.length === 0 ? [] : refusalOf(() => agentOn(newStack(), name, {})).problems;
    expect(found.map(({ prop }) => prop).sort()).toEqual(
      needed.map((prop) => `messaging.${name}.${prop}`).sort(),
    );
  });

  test("the platform is called on its own port, which is published or left to the container's network", () => {
    const { port } = platform;
    const stack = newStack();
    agentOn(stack, name, allOf(stack, platform));
    const ports = containerOf(stack).ports ?? [];
    if (port === undefined) return expect(ports).toEqual([]);
    const ip = platform.publish ?? "127.0.0.1";
    expect(ports).toEqual([{ internal: port[1], external: port[1], ip }]);
    if (platform.publish) return;
    const inside = { target: HermesTarget.docker({ publish: Object.fromEntries([[name, false] as const]) }) };
    const other = newStack();
    agentOn(other, name, { ...allOf(other, platform), [port[2]]: 7000 }, inside);
    expect(containerOf(other).ports).toBeUndefined();
    expect(environmentOf(containerOf(other))).toMatchObject({ [port[0]]: "7000" });
  });

  test("the table says what Hermes calls the platform", () => {
    expect(PLATFORMS[nameOf(name)].hermes).toBe(platform.hermes);
  });

  test("the docs name the platform's props", () => {
    const line = platformsMarkdown()
      .split("\n")
      .find((row) => row.startsWith(`| \`${name}\``));
    const stack = newStack();
    for (const prop of Object.keys(allOf(stack, platform))) expect(line).toContain(`\`${prop}\``);
    for (const prop of Object.keys(platform.secrets ?? {})) expect(line).toContain(`\`${prop}\` (secret)`);
    if (platform.port) expect(line).toContain(`| ${platform.port[1]}`);
  });
});

describe.each(WITH_PEOPLE)("%s", (name, platform, [allowed, everyone]) => {
  test("everyone may talk to the agent only with an acknowledgement, and through the platform's own variable", () => {
    const open = (stack: TerraformStack, acknowledge: object = {}) =>
      agentOn(stack, name, { ...neededBy(stack, platform), allowedUsers: "everyone" }, { acknowledge });
    const refused = refusalOf(() => open(newStack()));
    expect(refused.problems.map(({ prop }) => prop)).toEqual([`messaging.${name}.allowedUsers`]);
    const stack = newStack();
    open(stack, Object.fromEntries(rulesOf(refused).map((rule) => [rule, "a public demo"])));
    expect(environmentOf(containerOf(stack))).toMatchObject({ [everyone]: "true" });
    expect(environmentOf(containerOf(stack))).not.toHaveProperty(allowed);
  });

  test("an empty list of the platform's users is refused, and so is `*`", () => {
    for (const [users, rule] of [
      [[], "messaging-nobody-allowed"],
      [["*"], "messaging-open-to-everyone"],
    ] as const) {
      const stack = newStack();
      const values = { ...neededBy(stack, platform), allowedUsers: users };
      const refused = refusalOf(() => agentOn(stack, name, values));
      expect(refused.problems).toMatchObject([{ prop: `messaging.${name}.allowedUsers`, rule }]);
    }
  });

  test("what a new program writes for nobody is a valid id, and nobody's", () => {
    for (const setting of Object.values<Setting>(PLATFORMS[nameOf(name)].settings))
      if (setting.kind === "allow-list") expect(setting.nobody).toMatch(setting.id);
  });
});

/** A port of its own on the host for each agent, where the platform is called. */
function publishing(name: string, id: string): NonNullable<DockerTargetProps["publish"]> {
  const { port, publish } = new Map<string, PlatformCase>(ALL).get(name) ?? {};
  if (port === undefined || PLATFORMS[nameOf(name)].hermes === "telegram" || name === "feishu") return {};
  if (publish !== undefined)
    return { [name]: { address: id === "second" ? "192.168.1.21" : "192.168.1.22" } };
  return { [name]: { port: id === "second" ? 7001 : 7002 } };
}

function nameOf(name: string): PlatformName {
  if (!isPlatform(name)) throw new Error(name);
  return name;
}

function isPlatform(name: string): name is PlatformName {
  return Object.hasOwn(CASES, name);
}

test("every platform of the table has a case here", () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(PLATFORMS));
});

test("every secret of the table can be proven, or says why it can't", () => {
  for (const [name, { settings }] of PLATFORM_ROWS)
    for (const [prop, row] of Object.entries(settings))
      if (row.kind === "secret")
        expect([name, prop, (row.proof === undefined) !== (row.unproven === undefined)]).toEqual([
          name,
          prop,
          true,
        ]);
});

test("a proof names only props of its own platform", () => {
  for (const [name, { settings }] of PLATFORM_ROWS)
    for (const { proof } of Object.values(settings))
      for (const [, prop = ""] of JSON.stringify(proof ?? {}).matchAll(/\{(\w+)(?::-[^}]*)?\}/g))
        expect([name, Object.keys(settings)]).toEqual([name, expect.arrayContaining([prop])]);
});

test("needs and alternatives of the table name props of their own platform", () => {
  for (const [name, { settings, oneOf = [], listens, calledByApi }] of PLATFORM_ROWS) {
    const named = [
      ...oneOf,
      ...Object.values(settings).flatMap(({ needs = [] }) => needs),
      ...Object.values(settings).flatMap((row) =>
        row.kind === "allow-list" && row.names ? [row.names] : [],
      ),
      ...[listens?.when, listens?.ownName, calledByApi].filter((prop) => prop !== undefined),
    ];
    expect([name, Object.keys(settings)]).toEqual([name, expect.arrayContaining(named)]);
  }
});

test("a platform that is called has a port, and no other has one", () => {
  for (const [name, platform] of PLATFORM_ROWS)
    expect([name, portOf(platform) !== undefined]).toEqual([name, platform.listens !== undefined]);
});

test("an agent on Matrix may log in by a password, with its own id", () => {
  const stack = newStack();
  const { accessToken: _, ...values } = neededBy(stack, CASES.matrix);
  const login = { ...values, password: secretOf(stack, "password"), userId: "@hermes:matrix.example" };
  agentOn(stack, "matrix", login);
  expect(uploadOf(containerOf(stack), "/etc/hermes/.env")).toMatch(/^MATRIX_PASSWORD=/m);
});

test("an agent on Google Chat may be called at its API server instead of reading Pub/Sub", () => {
  const stack = newStack();
  const { subscription: _, ...values } = neededBy(stack, CASES.googleChat);
  const called = {
    ...values,
    eventsUrl: "https://hermes.example/api/platforms/google_chat/events",
    eventsAccounts: ["chat@system.gserviceaccount.com"],
  };
  expect(rulesOf(refusalOf(() => agentOn(stack, "googleChat", called)))).toEqual(["messaging-incomplete"]);
  const other = newStack();
  const again = { ...called, ...secretsIn(other, CASES.googleChat.secrets) };
  agentOn(other, "googleChat", again, { apiServer: { key: secretOf(other, "key") } });
  expect(environmentOf(containerOf(other))).toMatchObject({
    GOOGLE_CHAT_HTTP_EVENTS_SERVICE_ACCOUNT_EMAIL: "chat@system.gserviceaccount.com",
  });
});

test("an agent for BlueBubbles is itself under the name that the Mac calls", () => {
  const stack = newStack();
  agentOn(stack, "bluebubbles", neededBy(stack, CASES.bluebubbles), {
    extraHosts: { "mac.lan": "192.168.1.20" },
  });
  expect(containerOf(stack)["host"]).toEqual([
    { host: "mac.lan", ip: "192.168.1.20" },
    { host: "hermes.lan", ip: "0.0.0.0" },
  ]);
});

test("the list of an agent on ntfy has to name its topic", () => {
  const stack = newStack();
  const values = { ...neededBy(stack, CASES.ntfy), allowedUsers: ["another"] };
  expect(refusalOf(() => agentOn(stack, "ntfy", values)).problems).toMatchObject([
    { rule: "messaging-nobody-allowed", fix: 'add "hermes-in"' },
  ]);
});

test("the docs say of a platform its props, the port on which it is called, and since when it exists", () => {
  const hook: Platform = {
    title: "Web Hook",
    hermes: "web_hook",
    connection: "http requests",
    listens: { path: "/hook", signedBy: "`secret`" },
    since: "managedScope",
    settings: {
      secret: { kind: "secret", variable: "WEB_HOOK_SECRET", from: "your choice", checks: [] },
      port: { kind: "port", variable: "WEB_HOOK_PORT", optional: true, port: 8644 },
      path: { kind: "text", variable: "WEB_HOOK_PATH", allowed: "a path", example: "/hook" },
    },
    shut: {},
  };
  expect(platformsMarkdown({ hook })).toContain(
    "| `hook` (Web Hook) | `secret` (secret), `port`, `path` |  | http requests | 8644; `/hook`; signed: `secret` | v2026.6.19 |",
  );
});

test("a word of a closed set compiles, and no other does", () => {
  const stack = newStack();
  const bot = {
    homeserver: "https://m.example",
    accessToken: secretOf(stack),
    allowedUsers: ["@ada:m.example"],
  };
  const right: MessagingProps = { matrix: { ...bot, encryption: "required" } };
  // @ts-expect-error Hermes does not know the word
  const wrong: MessagingProps = { matrix: { ...bot, encryption: "on" } };
  agent(stack, { messaging: right });
  const refused = refusalOf(() => agent(newStack(), { messaging: wrong }));
  expect(refused.problems).toMatchObject([
    { prop: "messaging.matrix.encryption", allowed: 'one of "off", "optional", "required"' },
  ]);
});
