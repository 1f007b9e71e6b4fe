/** QQ's official bot. Read in 0.19.0: gateway/platforms/qqbot/adapter.py (policies: 211 and 3167), gateway/authz_mixin.py:345. */
import type { Platform } from "./row";

export const QQ = {
  title: "QQ",
  hermes: "qqbot",
  connection: "a connection that the gateway opens",
  settings: {
    /** App id of the bot. */
    appId: {
      kind: "text",
      variable: "QQ_APP_ID",
      oneAgent: true,
      pattern: /^\d+$/,
      allowed: "the bot's numeric app id",
      example: "100000000",
    },
    /** Its client secret. */
    clientSecret: {
      kind: "secret",
      variable: "QQ_CLIENT_SECRET",
      from: "of the bot, at q.qq.com",
      checks: [],
      oneAgent: true,
      proof: {
        method: "POST",
        url: "https://bots.qq.com/app/getAppAccessToken",
        json: { appId: "{appId}", clientSecret: "{clientSecret}" },
      },
    },
    /** Open ids of people, or everyone. Groups are opened in config.yaml (`platforms.qqbot.extra.group_policy`). */
    allowedUsers: {
      kind: "allow-list",
      variable: "QQ_ALLOWED_USERS",
      everyone: "QQ_ALLOW_ALL_USERS",
      separator: ",",
      item: "an open id, as the log shows it",
      id: /^[^\s,@]+$/,
      nobody: "nobody",
    },
    /** Open ids of groups in which every member may talk to it, where config.yaml opens groups. @default - none */
    allowedGroups: {
      kind: "allow-list",
      variable: "QQ_GROUP_ALLOWED_USERS",
      optional: true,
      separator: ",",
      item: "a group's open id",
      id: /^[^\s,@]+$/,
      nobody: "nowhere",
    },
  },
  shut: {},
} as const satisfies Platform;
