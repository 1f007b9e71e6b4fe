/**
 * A WeCom app of your own, which calls a webhook. Read in 0.19.0: plugins/platforms/wecom/callback_adapter.py and
 * wecom_crypto.py; the webhook run there.
 */
import { consistsOf } from "../secret-checks";
import type { Platform } from "./row";

export const WECOM_CALLBACK = {
  title: "WeCom app",
  hermes: "wecom_callback",
  connection: "a webhook",
  listens: {
    path: "/wecom/callback",
    signedBy: "`token` in the query's msg_signature, with the message encrypted by `encodingAesKey`",
    health: { path: "/health", contains: "wecom_callback" },
  },
  settings: {
    /** Id of the company (`ww…`). */
    corpId: {
      kind: "text",
      variable: "WECOM_CALLBACK_CORP_ID",
      pattern: /^\S+$/,
      allowed: "a company's id (`ww…`)",
      example: "ww0000000000000000",
    },
    /** Secret of the app. */
    corpSecret: {
      kind: "secret",
      variable: "WECOM_CALLBACK_CORP_SECRET",
      from: "of the app, under App management",
      checks: [],
      oneAgent: true,
      proof: {
        method: "GET",
        url: "https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid={corpId}&corpsecret={corpSecret}",
      },
    },
    /** AgentId of the app. */
    agentId: {
      kind: "text",
      variable: "WECOM_CALLBACK_AGENT_ID",
      pattern: /^\d+$/,
      allowed: "the app's numeric AgentId",
      example: "1000002",
    },
    /** Signs WeCom's calls. */
    token: {
      kind: "secret",
      variable: "WECOM_CALLBACK_TOKEN",
      from: "of the app, under Receive messages",
      checks: [],
      unproven: "only WeCom's own calls are signed with it",
    },
    /** Encrypts the messages. */
    encodingAesKey: {
      kind: "secret",
      variable: "WECOM_CALLBACK_ENCODING_AES_KEY",
      from: "of the app, under Receive messages",
      checks: [consistsOf("A-Za-z0-9", 43, 43, "must be an EncodingAESKey: 43 letters and digits")],
      unproven: "only WeCom's own messages are encrypted with it",
    },
    /** User ids, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "WECOM_CALLBACK_ALLOWED_USERS",
      everyone: "WECOM_CALLBACK_ALLOW_ALL_USERS",
      separator: ",",
      item: "a user id",
      id: /^[^\s,]+$/,
      nobody: "nobody",
    },
    /** Port inside the container. @default 8645 */
    port: { kind: "port", variable: "WECOM_CALLBACK_PORT", optional: true, port: 8645 },
  },
  on: { WECOM_CALLBACK_HOST: "0.0.0.0" },
  shut: {},
} as const satisfies Platform;
