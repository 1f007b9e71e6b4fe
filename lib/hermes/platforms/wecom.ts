/** WeCom's smart bot. Read in 0.19.0: plugins/platforms/wecom/adapter.py (policies: 164 to 176 and 869 to 910). */
import type { Platform } from "./row";

export const WECOM = {
  title: "WeCom",
  hermes: "wecom",
  connection: "a connection that the gateway opens",
  settings: {
    /** Id of the bot. */
    botId: {
      kind: "text",
      variable: "WECOM_BOT_ID",
      pattern: /^\S+$/,
      allowed: "a bot's id, as WeCom shows it",
      example: "aib0000000000000000",
    },
    /** Its secret. */
    secret: {
      kind: "secret",
      variable: "WECOM_SECRET",
      from: "of the bot, in WeCom's API mode with a long connection",
      checks: [],
      oneAgent: true,
      unproven: "WeCom takes it in a bot's own connection only",
    },
    /** User ids, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "WECOM_ALLOWED_USERS",
      everyone: "WECOM_ALLOW_ALL_USERS",
      separator: ",",
      item: "a user id",
      id: /^[^\s,]+$/,
      nobody: "nobody",
    },
  },
  shut: { WECOM_DM_POLICY: "pairing", WECOM_GROUP_POLICY: "pairing" },
} as const satisfies Platform;
