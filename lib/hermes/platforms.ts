/** The chat platforms that Hermes connects to. A row holds all that this library knows about a platform. */
import { type Feature, firstReleaseWith } from "./releases";
import { startsWith } from "./secret-checks";
import type { AllowListSetting, Settings } from "./settings";

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
}

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
        checks: [startsWith("xoxb-", "Slack's bot token")],
        oneAgent: true,
      },
      /** `xapp-…` */
      appToken: {
        kind: "secret",
        variable: "SLACK_APP_TOKEN",
        checks: [startsWith("xapp-", "Slack's app-level token")],
      },
      /** Member ids (`U…`), or everyone. */
      allowedUsers: {
        kind: "allow-list",
        variable: "SLACK_ALLOWED_USERS",
        everyone: "SLACK_ALLOW_ALL_USERS",
        separator: ",",
        item: "a member id (`U…`)",
      },
    },
  },
  /** Connects by polling: no inbound port. @default - what `hermes setup` wrote to the volume */
  telegram: {
    title: "Telegram",
    connection: "polling",
    ports: [],
    settings: {
      /** As @BotFather prints it. */
      botToken: { kind: "secret", variable: "TELEGRAM_BOT_TOKEN", checks: [], oneAgent: true },
      /** Numeric user ids, or everyone. */
      allowedUsers: {
        kind: "allow-list",
        variable: "TELEGRAM_ALLOWED_USERS",
        everyone: "TELEGRAM_ALLOW_ALL_USERS",
        separator: ",",
        item: "a numeric user id",
      },
    },
  },
  /** The gateway opens the connection: no inbound port. @default - what `hermes setup` wrote to the volume */
  discord: {
    title: "Discord",
    connection: "a connection that the gateway opens",
    ports: [],
    settings: {
      /** As the developer portal shows it. */
      botToken: { kind: "secret", variable: "DISCORD_BOT_TOKEN", checks: [], oneAgent: true },
      /** Numeric user ids or handles, or everyone. */
      allowedUsers: {
        kind: "allow-list",
        variable: "DISCORD_ALLOWED_USERS",
        everyone: "DISCORD_ALLOW_ALL_USERS",
        separator: ",",
        item: "a numeric user id or a handle",
      },
    },
  },
} as const satisfies Readonly<Record<string, Platform>>;

/** The table of docs/hermes-app.md. */
export function platformsMarkdown(platforms: Readonly<Record<string, Platform>> = PLATFORMS): string {
  const rows = Object.entries(platforms).map(([name, { title, connection, ports, since, settings }]) => {
    const all = Object.entries(settings);
    const tokens = all.filter(([, { kind }]) => kind === "secret").map(([prop]) => code(prop));
    const lists = all.flatMap(([prop, setting]) =>
      setting.kind === "allow-list" ? [`${code(prop)}: ${itemsOf(setting)}`] : [],
    );
    const cells = [
      `${code(name)} (${title})`,
      tokens.join(", "),
      lists.join("; "),
      connection,
      ports.join(", ") || "none",
      since === undefined ? "every release" : firstReleaseWith(since),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head = "| platform | secrets | who may talk to it | connects by | inbound port | since |";
  return [head, "|---|---|---|---|---|---|", ...rows, ""].join("\n");
}

function itemsOf({ item, everyone }: AllowListSetting): string {
  return `each ${item}, or \`"everyone"\` (${code(everyone)})`;
}

function code(name: string): string {
  return `\`${name}\``;
}
