/** DingTalk. Read in 0.19.0: plugins/platforms/dingtalk/adapter.py (ids: 676, chats: 421). */
import type { Platform } from "./row";

export const DINGTALK = {
  title: "DingTalk",
  hermes: "dingtalk",
  connection: "a stream that the gateway opens",
  settings: {
    /** Client id (app key) of the robot. */
    clientId: {
      kind: "text",
      variable: "DINGTALK_CLIENT_ID",
      pattern: /^\S+$/,
      allowed: "a client id, as the developer console shows it",
      example: "ding0000000000000000",
    },
    /** Its client secret. */
    clientSecret: {
      kind: "secret",
      variable: "DINGTALK_CLIENT_SECRET",
      from: "under Credentials of the app",
      checks: [],
      oneAgent: true,
      proof: {
        method: "POST",
        url: "https://api.dingtalk.com/v1.0/oauth2/accessToken",
        json: { appKey: "{clientId}", appSecret: "{clientSecret}" },
      },
    },
    /** Sender ids, as the log shows them; Hermes compares no staff ids. Or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "DINGTALK_ALLOWED_USERS",
      everyone: "DINGTALK_ALLOW_ALL_USERS",
      separator: ",",
      item: "a sender id, as the log shows it",
      id: /^[^\s,@]+$/,
      nobody: "nobody",
    },
    /** Ids of conversations in which those of `allowedUsers` may talk to it. @default - every one that it is in */
    allowedChats: {
      kind: "allow-list",
      variable: "DINGTALK_ALLOWED_CHATS",
      optional: true,
      ofPlaces: true,
      separator: ",",
      item: "a conversation's id (`cid…`)",
      id: /^[^\s,]+$/,
      nobody: "nowhere",
    },
  },
  shut: {},
} as const satisfies Platform;
