/** Signal, by a signal-cli daemon elsewhere. Read in 0.19.0: gateway/platforms/signal.py (groups: 601 to 612); its lists run there. */
import type { Platform } from "./row";

export const SIGNAL = {
  title: "Signal",
  hermes: "signal",
  connection: "a signal-cli daemon that the gateway calls",
  settings: {
    /** The daemon, as the container reaches it. */
    httpUrl: {
      kind: "text",
      variable: "SIGNAL_HTTP_URL",
      server: true,
      pattern: /^https?:\/\/\S+$/,
      allowed: "the http(s):// URL of signal-cli's daemon, such as http://signal:8080",
      example: "http://signal:8080",
      proof: { method: "GET", url: "{httpUrl}/api/v1/check" },
    },
    /** The agent's phone number. */
    account: {
      kind: "text",
      variable: "SIGNAL_ACCOUNT",
      oneAgent: true,
      pattern: /^\+\d{7,15}$/,
      allowed: "a phone number as in +4915550100",
      example: "+0000000",
    },
    /** Phone numbers (`+…`) or account ids, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "SIGNAL_ALLOWED_USERS",
      everyone: "SIGNAL_ALLOW_ALL_USERS",
      separator: ",",
      item: "a phone number (`+…`) or an account's UUID",
      id: /^(?:\+\d{7,15}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/,
      nobody: "+0000000",
    },
    /** Ids of groups, in base64, in which those of `allowedUsers` may talk to it. @default - none */
    allowedGroups: {
      kind: "allow-list",
      variable: "SIGNAL_GROUP_ALLOWED_USERS",
      optional: true,
      ofPlaces: true,
      separator: ",",
      item: "a group's id in base64, or `*`",
      id: /^(?:\*|[A-Za-z0-9+/_-]{20,}=*)$/,
      nobody: "AAAAAAAAAAAAAAAAAAAA",
    },
  },
  shut: {},
} as const satisfies Platform;
