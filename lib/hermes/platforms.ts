/** The chat platforms that Hermes connects to. A row holds all that this library knows about a platform. */
import { type Feature, firstReleaseWith } from "./releases";
import { startsWith } from "./secret-checks";
import { type AllowListSetting, NOBODY, offVariables, type Settings } from "./settings";

export interface Platform {
  /** As its makers write it. */
  readonly title: string;
  /** How messages arrive, for the docs. */
  readonly connection: string;
  /** Ports that it listens on inside the container. */
  readonly ports: readonly number[];
  /** The feature that a release needs to know it. Without one, every release does. */
  readonly since?: Feature;
  /** By the names of their props. */
  readonly settings: Settings;
  /** Variables that are no props and let others in than the lists do, each with the value that keeps them out. */
  readonly shut: Readonly<Record<string, string>>;
}

/** The variables that let people in on whichever platform, each with the value that keeps them out. */
export const EVERY_PLATFORM_SHUT: Readonly<Record<string, string>> = {
  GATEWAY_ALLOWED_USERS: NOBODY,
  GATEWAY_ALLOW_ALL_USERS: "false",
};

/** An id, what Discord's app pastes for one, or a name, which Hermes looks up; `everyone` and `here` are nobody's. */
const DISCORD_USER =
  /^(?!(?:everyone|here)$)(?:\d+|<@!?\d+>|(?:user:)?[^\s,*@#<>:](?:[^,*@#<>:]{0,30}[^\s,*@#<>:])?)$/i;

export const PLATFORMS = {
  /** Connects by Socket Mode: no inbound port. @default - what `hermes setup` wrote to the volume */
  slack: {
    title: "Slack",
    connection: "Socket Mode",
    ports: [],
    settings: {
      /** `xoxb-…`. Socket Mode needs both tokens and no inbound port. */
      botToken: {
        kind: "secret",
        variable: "SLACK_BOT_TOKEN",
        from: "`xoxb-…`, under OAuth & Permissions",
        checks: [startsWith("xoxb-", "Slack's bot token")],
        oneAgent: true,
        proof: { method: "POST", url: "https://slack.com/api/auth.test", scheme: "Bearer" },
      },
      /** `xapp-…` */
      appToken: {
        kind: "secret",
        variable: "SLACK_APP_TOKEN",
        from: "`xapp-…` with connections:write, under Basic Information",
        checks: [startsWith("xapp-", "Slack's app-level token")],
        proof: { method: "POST", url: "https://slack.com/api/apps.connections.open", scheme: "Bearer" },
      },
      /** Member ids (`U…`), or everyone. */
      allowedUsers: {
        kind: "allow-list",
        variable: "SLACK_ALLOWED_USERS",
        everyone: "SLACK_ALLOW_ALL_USERS",
        separator: ",",
        item: "a member id (`U…`)",
        id: /^[UW][A-Z0-9]+$/,
        nobody: "U00000000",
      },
    },
    shut: { SLACK_ALLOW_BOTS: "none" },
  },
  /** Connects by polling: no inbound port. @default - what `hermes setup` wrote to the volume */
  telegram: {
    title: "Telegram",
    connection: "polling",
    ports: [],
    settings: {
      /** As @BotFather prints it. */
      botToken: {
        kind: "secret",
        variable: "TELEGRAM_BOT_TOKEN",
        from: "as @BotFather prints it",
        checks: [],
        oneAgent: true,
        proof: { method: "GET", url: "https://api.telegram.org/bot{token}/getMe" },
      },
      /** Numeric user ids, or everyone. @default - nobody */
      allowedUsers: {
        kind: "allow-list",
        variable: "TELEGRAM_ALLOWED_USERS",
        everyone: "TELEGRAM_ALLOW_ALL_USERS",
        optional: true,
        configPath: "telegram.allow_from",
        separator: ",",
        item: "a numeric user id",
        id: /^\d+$/,
        nobody: "0",
      },
      /** Numeric user ids that may talk to it in groups, and there alone. @default - nobody */
      allowedGroupUsers: {
        kind: "allow-list",
        variable: "TELEGRAM_GROUP_ALLOWED_USERS",
        optional: true,
        configPath: "telegram.group_allow_from",
        separator: ",",
        item: "a numeric user id",
        id: /^\d+$/,
        nobody: "0",
      },
      /** Ids of groups in which every member may talk to it; they begin with `-`. @default - none */
      allowedGroups: {
        kind: "allow-list",
        variable: "TELEGRAM_GROUP_ALLOWED_CHATS",
        optional: true,
        configPath: "telegram.group_allowed_chats",
        separator: ",",
        item: "a group's id (`-…`)",
        id: /^-\d+$/,
        nobody: "-0",
      },
    },
    shut: { TELEGRAM_ALLOW_BOTS: "none" },
  },
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  discord: {
    title: "Discord",
    connection: "a connection that the gateway opens",
    ports: [],
    settings: {
      /** As the developer portal shows it. */
      botToken: {
        kind: "secret",
        variable: "DISCORD_BOT_TOKEN",
        from: "under Bot in the developer portal",
        checks: [],
        oneAgent: true,
        proof: { method: "GET", url: "https://discord.com/api/v10/users/@me", scheme: "Bot" },
      },
      /** Numeric user ids or handles, or everyone. @default - nobody */
      allowedUsers: {
        kind: "allow-list",
        variable: "DISCORD_ALLOWED_USERS",
        everyone: "DISCORD_ALLOW_ALL_USERS",
        optional: true,
        configPath: "discord.allow_from",
        separator: ",",
        item: "a numeric user id or a handle",
        id: DISCORD_USER,
        nobody: "0",
      },
      /** Numeric ids of roles, of which every member may talk to it on the role's server. @default - none */
      allowedRoles: {
        kind: "allow-list",
        variable: "DISCORD_ALLOWED_ROLES",
        optional: true,
        separator: ",",
        item: "a role's numeric id",
        id: /^\d+$/,
        nobody: "0",
      },
    },
    shut: { DISCORD_ALLOW_BOTS: "none" },
  },
} as const satisfies Readonly<Record<string, Platform>>;

/** Variables of the tokens by which one agent only can connect; beside the table's those of which 0.19.0 says so. */
export const BOT_TOKEN_VARIABLES: ReadonlySet<string> = new Set([
  ...Object.values<Platform>(PLATFORMS).flatMap(({ settings }) =>
    Object.values(settings).flatMap((row) => (row.kind === "secret" && row.oneAgent ? [row.variable] : [])),
  ),
  "MATRIX_ACCESS_TOKEN",
  "MATTERMOST_TOKEN",
  "WEIXIN_TOKEN",
  "YUANBAO_APP_KEY",
]);

/** Whether a variable with that value only keeps somebody out, or takes away what the volume says. */
export function isOff(variable: string, value: string): boolean {
  return value === "" || SHUT.get(variable) === value;
}

const SHUT: ReadonlyMap<string, string> = new Map(
  [
    EVERY_PLATFORM_SHUT,
    ...Object.values<Platform>(PLATFORMS).flatMap(({ settings, shut }) => [
      shut,
      ...Object.values(settings).map(offVariables),
    ]),
  ].flatMap((row) => Object.entries(row)),
);

/** The table of docs/hermes-app.md. */
export function platformsMarkdown(platforms: Readonly<Record<string, Platform>> = PLATFORMS): string {
  const rows = Object.entries(platforms).map(([name, { title, connection, ports, since, settings }]) => {
    const all = Object.entries(settings);
    const others = all
      .filter(([, { kind }]) => kind !== "allow-list")
      .map(([prop, { kind }]) => (kind === "secret" ? `${code(prop)} (secret)` : code(prop)));
    const lists = all.flatMap(([prop, setting]) =>
      setting.kind === "allow-list" ? [`${code(prop)}: ${itemsOf(setting)}`] : [],
    );
    const cells = [
      `${code(name)} (${title})`,
      others.join(", "),
      lists.join("; "),
      connection,
      ports.join(", ") || "none",
      since === undefined ? "every release" : firstReleaseWith(since),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head = "| platform | props | who may talk to it | connects by | inbound port | since |";
  return [head, "|---|---|---|---|---|---|", ...rows, ""].join("\n");
}

function itemsOf({ item, everyone }: AllowListSetting): string {
  return everyone === undefined ? `each ${item}` : `each ${item}, or \`"everyone"\` (${code(everyone)})`;
}

function code(name: string): string {
  return `\`${name}\``;
}
