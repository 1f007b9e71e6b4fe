/** Change notifications of Microsoft Graph. Read in 0.19.0: gateway/platforms/msgraph_webhook.py; the webhook run there. */
import type { Platform } from "./row";

export const MICROSOFT_GRAPH = {
  title: "Microsoft Graph notifications",
  hermes: "msgraph_webhook",
  connection: "a webhook",
  listens: {
    path: "/msgraph/webhook",
    signedBy: "`clientState` in each notification, and the caller's address",
  },
  settings: {
    /** Your own word, which the subscription names as its clientState. */
    clientState: {
      kind: "secret",
      variable: "MSGRAPH_WEBHOOK_CLIENT_STATE",
      madeBy: "npx cdktf-hermes session-secret",
      checks: [],
      unproven: "only Graph's own calls carry it",
    },
    /**
     * Networks from which calls are accepted, as the container sees them: behind a proxy the proxy's own. Hermes does not
     * start the webhook without.
     */
    allowedSourceNetworks: {
      kind: "list",
      variable: "MSGRAPH_WEBHOOK_ALLOWED_SOURCE_CIDRS",
      separator: ",",
      item: "a network, such as 172.17.0.0/16",
      pattern: /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]*:[\da-f:.]*)(?:\/\d{1,3})?$/i,
      example: ["172.17.0.0/16"],
    },
    /** Resources of which notifications are accepted, such as `communications/onlineMeetings`. @default - all */
    acceptedResources: {
      kind: "list",
      variable: "MSGRAPH_WEBHOOK_ACCEPTED_RESOURCES",
      optional: true,
      separator: ",",
      item: "a resource, such as communications/onlineMeetings",
      pattern: /^[^\s,]+$/,
      example: ["communications/onlineMeetings"],
    },
    /** Port inside the container. @default 8646 */
    port: { kind: "port", variable: "MSGRAPH_WEBHOOK_PORT", optional: true, port: 8646 },
  },
  on: { MSGRAPH_WEBHOOK_ENABLED: "true" },
  shut: {},
} as const satisfies Platform;
