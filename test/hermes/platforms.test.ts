import type { TerraformStack } from "cdktf";
import { HermesApp, type PlatformName } from "../../lib";
import { reservedVariable } from "../../lib/hermes/environment";
import { PLATFORMS, type Platform, platformsMarkdown } from "../../lib/hermes/platforms";
import {
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

/** Written out here, so that a mistake in the table is noticed. A new platform needs a case. */
const CASES: { readonly [Name in PlatformName]: PlatformCase } = {
  slack: {
    secrets: { botToken: "SLACK_BOT_TOKEN", appToken: "SLACK_APP_TOKEN" },
    ids: ["U012AB3CD", "U4"],
    allowed: "SLACK_ALLOWED_USERS",
    everyone: "SLACK_ALLOW_ALL_USERS",
  },
  telegram: {
    secrets: { botToken: "TELEGRAM_BOT_TOKEN" },
    ids: ["123456789", "1"],
    allowed: "TELEGRAM_ALLOWED_USERS",
    everyone: "TELEGRAM_ALLOW_ALL_USERS",
    lists: {
      allowedGroupUsers: ["TELEGRAM_GROUP_ALLOWED_USERS", "7"],
      allowedGroups: ["TELEGRAM_GROUP_ALLOWED_CHATS", "-1001234567890"],
    },
  },
  discord: {
    secrets: { botToken: "DISCORD_BOT_TOKEN" },
    ids: ["81384788765712384", "ada"],
    allowed: "DISCORD_ALLOWED_USERS",
    everyone: "DISCORD_ALLOW_ALL_USERS",
    lists: { allowedRoles: ["DISCORD_ALLOWED_ROLES", "81384788765712385"] },
  },
};

interface PlatformCase {
  /** The variable of each secret prop, beginning with the bot's. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Variable and value of each further required prop. */
  readonly further?: Readonly<Record<string, readonly [string, string]>>;
  readonly ids: readonly string[];
  readonly allowed: string;
  readonly everyone: string;
  /** Further lists that let people in, each with its variable and an id. With one of them `allowedUsers` may be left out. */
  readonly lists?: Readonly<Record<string, readonly [string, string]>>;
}

const ALL = Object.entries(CASES);

function agentOn(
  stack: TerraformStack,
  platform: string,
  values: Readonly<Record<string, unknown>>,
  further: Readonly<Record<string, unknown>> = {},
  id = "hermes",
): HermesApp {
  const props = {
    image: imageOf(stack),
    data: newDataOf(stack, `${id}-data`),
    messaging: { [platform]: values },
    ...further,
  };
  return Reflect.construct(HermesApp, [stack, id, props]);
}

/** Valid values for every prop of the platform. */
function valuesOf(stack: TerraformStack, { secrets, further = {}, ids }: PlatformCase) {
  const tokens = Object.keys(secrets).map((prop) => [prop, secretOf(stack, prop)]);
  const others = Object.entries(further).map(([prop, [, value]]) => [prop, value]);
  return { ...Object.fromEntries([...tokens, ...others]), allowedUsers: ids };
}

function botOf({ secrets }: PlatformCase): string {
  const [bot = ""] = Object.keys(secrets);
  return bot;
}

function propsOf({ secrets, further = {}, lists }: PlatformCase): readonly string[] {
  const users = lists === undefined ? ["allowedUsers"] : [];
  return [...Object.keys(secrets), ...Object.keys(further), ...users];
}

function variablesOf({
  secrets,
  further = {},
  allowed,
  everyone,
  lists = {},
}: PlatformCase): readonly string[] {
  const others = [...Object.values(further), ...Object.values(lists)].map(([variable]) => variable);
  return [...Object.values(secrets), ...others, allowed, everyone];
}

describe.each(ALL)("%s", (name, platform) => {
  test("an agent on the platform gets its variables, with the tokens among the secrets", () => {
    const stack = newStack();
    agentOn(stack, name, valuesOf(stack, platform));
    const container = containerOf(stack);
    const file = uploadOf(container, "/etc/hermes/.env") ?? "";
    for (const variable of Object.values(platform.secrets)) {
      expect(file).toMatch(new RegExp(`^${variable}=`, "m"));
      expect(environmentOf(container)).not.toHaveProperty(variable);
    }
    expect(environmentOf(container)).toMatchObject({
      ...Object.fromEntries(Object.values(platform.further ?? {})),
      [platform.allowed]: platform.ids.join(","),
    });
    expect(environmentOf(container)).not.toHaveProperty(platform.everyone);
  });

  test("Terraform checks each of the platform's tokens", () => {
    const stack = newStack();
    agentOn(stack, name, valuesOf(stack, platform));
    const messages = containerOf(stack).lifecycle?.precondition.map((check) => check.error_message);
    for (const prop of Object.keys(platform.secrets))
      expect(messages).toContainEqual(expect.stringContaining(`messaging.${name}.${prop} must be`));
  });

  test("everyone may talk to the agent only with an acknowledgement, and through the platform's own variable", () => {
    const open = (stack: TerraformStack, acknowledge: object = {}) =>
      agentOn(stack, name, { ...valuesOf(stack, platform), allowedUsers: "everyone" }, { acknowledge });
    const refused = refusalOf(() => open(newStack()));
    expect(refused.problems.map(({ prop }) => prop)).toEqual([`messaging.${name}.allowedUsers`]);
    const stack = newStack();
    open(stack, Object.fromEntries(rulesOf(refused).map((rule) => [rule, "a public demo"])));
    expect(environmentOf(containerOf(stack))).toMatchObject({ [platform.everyone]: "true" });
    expect(environmentOf(containerOf(stack))).not.toHaveProperty(platform.allowed);
  });

  test("an empty list of the platform's users is refused", () => {
    const stack = newStack();
    const nobody = { ...valuesOf(stack, platform), allowedUsers: [] };
    const refused = refusalOf(() => agentOn(stack, name, nobody));
    expect(refused.problems.map(({ prop }) => prop)).toEqual([`messaging.${name}.allowedUsers`]);
  });

  test("the platform's bot can serve only one agent of an app", () => {
    const stack = newStack();
    agentOn(stack, name, valuesOf(stack, platform));
    const refused = refusalOf(() => agentOn(stack, name, valuesOf(stack, platform), {}, "second"));
    expect(refused.problems.map(({ prop }) => prop)).toEqual([`messaging.${name}.${botOf(platform)}`]);
    const other = { ...valuesOf(stack, platform), [botOf(platform)]: secretOf(stack, "other") };
    agentOn(stack, name, other, {}, "third");
  });

  test("the platform's variables are set only by its props", () => {
    for (const variable of variablesOf(platform))
      expect([variable, reservedVariable(variable)]).toEqual([
        variable,
        expect.objectContaining({ reason: "owned", fix: `use \`messaging.${name}\`` }),
      ]);
  });

  test("people may be let in by another list alone, where there is one", () => {
    for (const [list, [variable, id]] of Object.entries(platform.lists ?? {})) {
      const stack = newStack();
      const { allowedUsers: _, ...values } = valuesOf(stack, platform);
      agentOn(stack, name, { ...values, [list]: [id] });
      const file = uploadOf(containerOf(stack), "/etc/hermes/.env") ?? "";
      expect(file).toContain(`${variable}='${id}'\n`);
      expect(file).toContain(`${platform.allowed}=','\n`);
      expect(file).toContain(`${platform.everyone}='false'\n`);
    }
  });

  test("no prop is required but its secrets and, where there is no other list, its users", () => {
    const { problems } = refusalOf(() => agentOn(newStack(), name, {}));
    expect(problems.map(({ prop }) => prop).sort()).toEqual(
      propsOf(platform)
        .map((prop) => `messaging.${name}.${prop}`)
        .sort(),
    );
  });

  test("the docs name the platform's props", () => {
    const line = platformsMarkdown()
      .split("\n")
      .find((row) => row.startsWith(`| \`${name}\``));
    for (const prop of propsOf(platform)) expect(line).toContain(`\`${prop}\``);
    for (const prop of Object.keys(platform.secrets)) expect(line).toContain(`\`${prop}\` (secret)`);
  });
});

test("every platform of the table has a case here", () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(PLATFORMS));
});

test("the docs say of a platform its props, the port it listens on, and since when it exists", () => {
  const webhook: Platform = {
    title: "Web Hook",
    connection: "http requests",
    ports: [8644],
    since: "managedScope",
    settings: {
      secret: { kind: "secret", variable: "WEB_HOOK_SECRET", from: "your choice", checks: [] },
      path: { kind: "text", variable: "WEB_HOOK_PATH", allowed: "a path", example: "/hook" },
    },
    shut: {},
  };
  expect(platformsMarkdown({ webhook })).toContain(
    "| `webhook` (Web Hook) | `secret` (secret), `path` |  | http requests | 8644 | v2026.6.19 |",
  );
});
