/** Weixin (WeChat) of a person, by iLink. Read in 0.19.0: gateway/platforms/weixin.py (policies: 1197 and 1427). */
import type { Platform } from "./row";

export const WEIXIN = {
  title: "Weixin (WeChat)",
  hermes: "weixin",
  connection: "polling",
  settings: {
    /** Id of the account, as the login by QR code prints it. */
    accountId: {
      kind: "text",
      variable: "WEIXIN_ACCOUNT_ID",
      pattern: /^\S+$/,
      allowed: "an account's id, as `hermes gateway setup` prints it",
      example: "account-id",
    },
    /** Its token, from the same login. */
    token: {
      kind: "secret",
      variable: "WEIXIN_TOKEN",
      from: "what the login by QR code prints (`hermes gateway setup`)",
      checks: [],
      oneAgent: true,
      unproven: "the only call that takes it alone also takes messages",
    },
    /** User ids, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "WEIXIN_ALLOWED_USERS",
      everyone: "WEIXIN_ALLOW_ALL_USERS",
      separator: ",",
      item: "a user id, as the log shows it",
      id: /^[^\s,]+$/,
      nobody: "nobody",
    },
    /** Ids of groups in which those of `allowedUsers` may talk to it. @default - none */
    allowedGroups: {
      kind: "allow-list",
      variable: "WEIXIN_GROUP_ALLOWED_USERS",
      optional: true,
      ofPlaces: true,
      with: { WEIXIN_GROUP_POLICY: "allowlist" },
      separator: ",",
      item: "a group's id, as the log shows it",
      id: /^[^\s,]+$/,
      nobody: "nowhere",
    },
  },
  shut: { WEIXIN_DM_POLICY: "pairing", WEIXIN_GROUP_POLICY: "disabled" },
} as const satisfies Platform;
