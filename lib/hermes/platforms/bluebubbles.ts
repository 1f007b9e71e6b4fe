/** iMessage by a BlueBubbles server on a Mac, which calls a webhook. Read in 0.19.0: gateway/platforms/bluebubbles.py (311, 874). */
import type { Platform } from "./row";

export const BLUEBUBBLES = {
  title: "iMessage by BlueBubbles",
  hermes: "bluebubbles",
  connection: "a webhook that the gateway itself asks the server for",
  listens: {
    path: "/bluebubbles-webhook",
    signedBy: "`password` in the query of each call",
    health: { path: "/health", contains: "ok" },
    ownName: "webhookHost",
  },
  settings: {
    /** The BlueBubbles server, as the container reaches it. */
    serverUrl: {
      kind: "text",
      variable: "BLUEBUBBLES_SERVER_URL",
      server: true,
      pattern: /^https?:\/\/\S+$/,
      allowed: "an http(s):// URL, such as http://mac.lan:1234",
      example: "http://mac.lan:1234",
    },
    /** The server's password, which its calls carry too. */
    password: {
      kind: "secret",
      variable: "BLUEBUBBLES_PASSWORD",
      from: "of the BlueBubbles server",
      checks: [],
      oneAgent: true,
      proof: { method: "GET", url: "{serverUrl}/api/v1/ping?password={password}" },
    },
    /**
     * The host name under which the Mac reaches the agent, as `http://<name>:<port>`. Inside the container it is the
     * container itself, so that Hermes listens there. On Docker publish the same port, at an address that the Mac reaches.
     */
    webhookHost: {
      kind: "text",
      variable: "BLUEBUBBLES_WEBHOOK_HOST",
      pattern: /^(?!localhost$)(?=[^.]*[a-z]|.*\.[a-z])[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/,
      allowed: "a host name that is no address, such as hermes.lan",
      example: "hermes.lan",
    },
    /** Phone numbers (`+…`) or e-mail addresses, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "BLUEBUBBLES_ALLOWED_USERS",
      everyone: "BLUEBUBBLES_ALLOW_ALL_USERS",
      separator: ",",
      item: "a phone number (`+…`) or an e-mail address",
      id: /^(?:\+\d{7,15}|[^\s,@]+@[^\s,@]+)$/,
      nobody: "+0000000",
    },
    /** Port inside the container, and on the host. @default 8645 */
    port: { kind: "port", variable: "BLUEBUBBLES_WEBHOOK_PORT", optional: true, port: 8645 },
  },
  shut: {},
} as const satisfies Platform;
