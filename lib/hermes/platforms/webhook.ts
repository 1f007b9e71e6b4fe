/** Webhooks of any service. Read in 0.19.0: gateway/platforms/webhook.py; run there. */
import { differsFrom, NO_SIGNATURE } from "../secret-checks";
import type { Platform } from "./row";

export const WEBHOOK = {
  title: "Webhooks",
  hermes: "webhook",
  connection: "webhooks",
  listens: {
    path: "`/webhooks/<route>`, of the routes in `config` and of those that people subscribe",
    signedBy: "HMAC of `secret`, or of the route's own, in the header that the service sends",
    health: { path: "/health", contains: '"webhook"' },
  },
  settings: {
    /** Signs the calls to every route that has no secret of its own. */
    secret: {
      kind: "secret",
      variable: "WEBHOOK_SECRET",
      madeBy: "npx cdktf-hermes session-secret",
      checks: [differsFrom(NO_SIGNATURE, "must be a secret: that word accepts calls of everyone")],
      unproven: "only calls from outside are signed with it",
    },
    /** Port inside the container. @default 8644 */
    port: { kind: "port", variable: "WEBHOOK_PORT", optional: true, port: 8644 },
  },
  on: { WEBHOOK_ENABLED: "true" },
  shut: {},
} as const satisfies Platform;
