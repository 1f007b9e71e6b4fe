/** Yuanbao. Read in 0.19.0: gateway/platforms/yuanbao.py (policies: 5219 to 5245), gateway/config.py:2323. */
import type { Platform } from "./row";

export const YUANBAO = {
  title: "Yuanbao",
  hermes: "yuanbao",
  connection: "a connection that the gateway opens",
  settings: {
    /** App id of the bot. */
    appId: {
      kind: "text",
      variable: "YUANBAO_APP_ID",
      oneAgent: true,
      pattern: /^\S+$/,
      allowed: "the bot's app id",
      example: "app-id",
    },
    /** Its app secret. */
    appSecret: {
      kind: "secret",
      variable: "YUANBAO_APP_SECRET",
      from: "of the bot, in Yuanbao's settings",
      checks: [],
      oneAgent: true,
      unproven: "a request would have to be signed with it in Yuanbao's own way",
    },
    /** User ids, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "YUANBAO_ALLOWED_USERS",
      everyone: "YUANBAO_ALLOW_ALL_USERS",
      separator: ",",
      item: "a user id, as the log shows it",
      id: /^[^\s,@]+$/,
      nobody: "nobody",
    },
    /** Codes of groups in which those of `allowedUsers` may talk to it. @default - none */
    allowedGroups: {
      kind: "allow-list",
      variable: "YUANBAO_GROUP_ALLOW_FROM",
      optional: true,
      ofPlaces: true,
      with: { YUANBAO_GROUP_POLICY: "allowlist" },
      separator: ",",
      item: "a group's code",
      id: /^[^\s,]+$/,
      nobody: "nowhere",
    },
  },
  shut: { YUANBAO_DM_POLICY: "pairing", YUANBAO_GROUP_POLICY: "pairing", YUANBAO_DM_ALLOW_FROM: "" },
} as const satisfies Platform;
