/** WhatsApp's Cloud API, which calls a webhook. Read in 0.19.0: gateway/platforms/whatsapp_cloud.py; the webhook run there. */
import type { Platform } from "./row";

export const WHATSAPP_CLOUD = {
  title: "WhatsApp Cloud API",
  hermes: "whatsapp_cloud",
  connection: "a webhook",
  since: "whatsAppCloudPhotonRaft",
  listens: {
    path: "/whatsapp/webhook",
    signedBy: "HMAC of `appSecret`, in the header X-Hub-Signature-256; the subscription by `verifyToken`",
    health: { path: "/health", contains: "whatsapp_cloud" },
  },
  settings: {
    /** Id of the business phone number. */
    phoneNumberId: {
      kind: "text",
      variable: "WHATSAPP_CLOUD_PHONE_NUMBER_ID",
      pattern: /^\d+$/,
      allowed: "the numeric id of a phone number, from WhatsApp > API Setup",
      example: "100000000000000",
    },
    /** A system user's token. The temporary one of the setup page expires in a day. */
    accessToken: {
      kind: "secret",
      variable: "WHATSAPP_CLOUD_ACCESS_TOKEN",
      from: "of a system user with whatsapp_business_messaging",
      checks: [],
      oneAgent: true,
      proof: {
        method: "GET",
        url: "https://graph.facebook.com/v20.0/{phoneNumberId}?fields=id",
        authorization: "Bearer {accessToken}",
      },
    },
    /** Signs each call of Meta. Without it Hermes answers every message with 503. */
    appSecret: {
      kind: "secret",
      variable: "WHATSAPP_CLOUD_APP_SECRET",
      from: "under App settings > Basic",
      checks: [],
      unproven: "only Meta's own calls are signed with it",
    },
    /** Your own word, which you also type where Meta asks for the callback URL. */
    verifyToken: {
      kind: "secret",
      variable: "WHATSAPP_CLOUD_VERIFY_TOKEN",
      madeBy: "npx cdktf-hermes session-secret",
      checks: [],
      unproven: "only Meta's own call at the subscription carries it",
    },
    /** Phone numbers as WhatsApp writes them, digits only, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "WHATSAPP_CLOUD_ALLOWED_USERS",
      everyone: "WHATSAPP_CLOUD_ALLOW_ALL_USERS",
      separator: ",",
      item: "a phone number with its country's code, digits only, such as 4915550100",
      id: /^\d{7,15}$/,
      nobody: "0000000",
    },
    /** Port inside the container. @default 8090 */
    port: { kind: "port", variable: "WHATSAPP_CLOUD_WEBHOOK_PORT", optional: true, port: 8090 },
  },
  on: { WHATSAPP_CLOUD_WEBHOOK_HOST: "0.0.0.0" },
  shut: {
    WHATSAPP_CLOUD_DM_POLICY: "allowlist",
    WHATSAPP_CLOUD_GROUP_POLICY: "pairing",
    WHATSAPP_CLOUD_ALLOW_FROM: "",
    WHATSAPP_CLOUD_GROUP_ALLOW_FROM: "",
  },
} as const satisfies Platform;
