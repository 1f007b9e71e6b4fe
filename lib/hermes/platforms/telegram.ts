/** Telegram. Read in 0.19.0: plugins/platforms/telegram/adapter.py (the webhook: 3658 to 3710); run there. */
import { consistsOf } from "../secret-checks";
import type { Platform } from "./row";

export const TELEGRAM = {
  title: "Telegram",
  hermes: "telegram",
  connection: "polling, or a webhook",
  listens: {
    when: "webhookUrl",
    path: "the path of `webhookUrl`",
    signedBy: "`webhookSecret`, in the header X-Telegram-Bot-Api-Secret-Token",
  },
  settings: {
    /** As @BotFather prints it. */
    botToken: {
      kind: "secret",
      variable: "TELEGRAM_BOT_TOKEN",
      from: "as @BotFather prints it",
      checks: [],
      oneAgent: true,
      proof: { method: "GET", url: "https://api.telegram.org/bot{botToken}/getMe" },
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
    /**
     * The https address at which Telegram calls the agent, instead of being asked by it; it leads to `webhookPort`. Needs
     * `webhookSecret`.
     * @default - polling, without an inbound port
     */
    webhookUrl: {
      kind: "text",
      variable: "TELEGRAM_WEBHOOK_URL",
      optional: true,
      ownAddress: {},
      needs: ["webhookSecret"],
      pattern: /^https:\/\/[^\s/:]+(?::(?:443|80|88|8443))?\/\S+$/,
      allowed:
        "an https URL with a path, such as https://hermes.example.com/telegram; of ports Telegram calls 443, 80, 88 and 8443",
      example: "https://hermes.example.com/telegram",
    },
    /** What Telegram sends along with each call. Needs `webhookUrl`. @default - none: there is no webhook */
    webhookSecret: {
      kind: "secret",
      variable: "TELEGRAM_WEBHOOK_SECRET",
      optional: true,
      needs: ["webhookUrl"],
      madeBy: "npx cdktf-hermes session-secret",
      checks: [
        consistsOf("A-Za-z0-9_-", 1, 256, "must have only letters, digits, `_` and `-`, at most 256 of them"),
      ],
      unproven: "only Telegram's own calls carry it",
    },
    /** Port of the webhook inside the container. @default 8443 */
    webhookPort: {
      kind: "port",
      variable: "TELEGRAM_WEBHOOK_PORT",
      optional: true,
      needs: ["webhookUrl"],
      port: 8443,
    },
  },
  shut: { TELEGRAM_ALLOW_BOTS: "none" },
} as const satisfies Platform;
