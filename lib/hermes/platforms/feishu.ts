/**
 * Feishu, and Lark outside China: a connection, or a webhook. Read in 0.19.0: plugins/platforms/feishu/adapter.py (1731 to
 * 1750, 3483 to 3600). With an encrypt key, Feishu sends what Hermes' webhook answers with 400, so there is no prop for it.
 */
import type { Platform } from "./row";

export const FEISHU = {
  title: "Feishu and Lark",
  hermes: "feishu",
  connection: "a connection that the gateway opens, or a webhook",
  listens: {
    when: "verificationToken",
    path: "/feishu/webhook",
    signedBy: "`verificationToken` in each call",
  },
  settings: {
    /** App id (`cli_…`). */
    appId: {
      kind: "text",
      variable: "FEISHU_APP_ID",
      oneAgent: true,
      pattern: /^cli_\S+$/,
      allowed: "an app id (`cli_…`)",
      example: "cli_0000000000000000",
    },
    /** App secret. */
    appSecret: {
      kind: "secret",
      variable: "FEISHU_APP_SECRET",
      from: "under Credentials & Basic Info of the app",
      checks: [],
      oneAgent: true,
      proof: {
        method: "POST",
        url: "https://open.feishu.cn/open-apis/auth/v3/tenant_access_token/internal",
        elsewhere: {
          prop: "domain",
          value: "lark",
          url: "https://open.larksuite.com/open-apis/auth/v3/tenant_access_token/internal",
        },
        json: { app_id: "{appId}", app_secret: "{appSecret}" },
      },
    },
    /** `feishu` in China, `lark` elsewhere. @default "feishu" */
    domain: {
      kind: "choice",
      variable: "FEISHU_DOMAIN",
      optional: true,
      values: ["feishu", "lark"],
      example: "lark",
    },
    /** User ids or open ids (`ou_…`), or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "FEISHU_ALLOWED_USERS",
      everyone: "FEISHU_ALLOW_ALL_USERS",
      separator: ",",
      item: "a user id, or an open id (`ou_…`)",
      id: /^[^\s,@]+$/,
      nobody: "ou_0",
    },
    /**
     * Makes Feishu call a webhook, and stands in each call. Feishu's encryption has to be off: Hermes does not know it.
     * @default - the gateway opens the connection, without an inbound port
     */
    verificationToken: {
      kind: "secret",
      variable: "FEISHU_VERIFICATION_TOKEN",
      optional: true,
      with: { FEISHU_CONNECTION_MODE: "webhook", FEISHU_WEBHOOK_HOST: "0.0.0.0" },
      from: "under Events & Callbacks > Encryption strategy",
      checks: [],
      unproven: "only Feishu's own calls carry it",
    },
    /** Port of the webhook inside the container. @default 8765 */
    port: {
      kind: "port",
      variable: "FEISHU_WEBHOOK_PORT",
      optional: true,
      needs: ["verificationToken"],
      port: 8765,
    },
  },
  shut: { FEISHU_ALLOW_BOTS: "none", FEISHU_CONNECTION_MODE: "websocket", FEISHU_GROUP_POLICY: "allowlist" },
} as const satisfies Platform;
