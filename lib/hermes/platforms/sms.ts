/** SMS by Twilio, which calls a webhook. Read in 0.19.0: plugins/platforms/sms/adapter.py; the webhook run there. */
import { consistsOf } from "../secret-checks";
import type { Platform } from "./row";

export const SMS = {
  title: "SMS by Twilio",
  hermes: "sms",
  connection: "a webhook",
  listens: {
    path: "/webhooks/twilio",
    signedBy: "HMAC of `authToken` over `webhookUrl` and the message, in the header X-Twilio-Signature",
    health: { path: "/health", contains: "ok" },
  },
  settings: {
    /** Account SID (`AC…`). */
    accountSid: {
      kind: "text",
      variable: "TWILIO_ACCOUNT_SID",
      pattern: /^AC[0-9a-f]{32}$/,
      allowed: "an account SID: AC and 32 hexadecimal digits",
      example: "AC00000000000000000000000000000000",
    },
    /** Signs Twilio's calls, and lets the agent answer. */
    authToken: {
      kind: "secret",
      variable: "TWILIO_AUTH_TOKEN",
      from: "on the first page of Twilio's console",
      checks: [consistsOf("0-9a-f", 32, 32, "must be Twilio's auth token: 32 hexadecimal digits")],
      oneAgent: true,
      proof: {
        method: "GET",
        url: "https://api.twilio.com/2010-04-01/Accounts/{accountSid}.json",
        basic: "{accountSid}:{authToken}",
      },
    },
    /** The number that answers. */
    phoneNumber: {
      kind: "text",
      variable: "TWILIO_PHONE_NUMBER",
      pattern: /^\+\d{7,15}$/,
      allowed: "a phone number as in +15550100",
      example: "+0000000",
    },
    /**
     * The address that Twilio calls, exactly as its console has it: Twilio signs it too. It ends with `/webhooks/twilio`.
     */
    webhookUrl: {
      kind: "text",
      variable: "SMS_WEBHOOK_URL",
      ownAddress: { path: "/webhooks/twilio" },
      pattern: /^https?:\/\/[^\s/]+(?:\/\S*)?\/webhooks\/twilio$/,
      allowed: "the URL of Twilio's console, such as https://hermes.example.com/webhooks/twilio",
      example: "https://hermes.example.com/webhooks/twilio",
    },
    /** Phone numbers (`+…`), or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "SMS_ALLOWED_USERS",
      everyone: "SMS_ALLOW_ALL_USERS",
      separator: ",",
      item: "a phone number (`+…`)",
      id: /^\+\d{7,15}$/,
      nobody: "+0000000",
    },
    /** Port inside the container. @default 8080 */
    port: { kind: "port", variable: "SMS_WEBHOOK_PORT", optional: true, port: 8080 },
  },
  on: { SMS_WEBHOOK_HOST: "0.0.0.0" },
  shut: { SMS_INSECURE_NO_SIGNATURE: "false" },
} as const satisfies Platform;
