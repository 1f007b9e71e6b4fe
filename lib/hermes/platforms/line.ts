/** LINE, which calls a webhook. Read in 0.19.0: plugins/platforms/line/adapter.py (lists: 419 to 441); the webhook run there. */
import { consistsOf } from "../secret-checks";
import type { Platform } from "./row";

export const LINE = {
  title: "LINE",
  hermes: "line",
  connection: "a webhook",
  listens: {
    path: "/line/webhook",
    signedBy: "HMAC of `channelSecret`, in the header X-Line-Signature",
    health: { path: "/line/webhook/health", contains: '"line"' },
  },
  settings: {
    /** Long-lived token of the Messaging API channel. */
    channelAccessToken: {
      kind: "secret",
      variable: "LINE_CHANNEL_ACCESS_TOKEN",
      from: "under Messaging API of the channel",
      checks: [],
      oneAgent: true,
      proof: {
        method: "GET",
        url: "https://api.line.me/v2/bot/info",
        authorization: "Bearer {channelAccessToken}",
      },
    },
    /** Signs LINE's calls. */
    channelSecret: {
      kind: "secret",
      variable: "LINE_CHANNEL_SECRET",
      from: "under Basic settings of the channel",
      checks: [consistsOf("0-9a-f", 32, 32, "must be a channel secret: 32 hexadecimal digits")],
      unproven: "only LINE's own calls are signed with it",
    },
    /** User ids (`U…`), or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "LINE_ALLOWED_USERS",
      everyone: "LINE_ALLOW_ALL_USERS",
      separator: ",",
      item: "a user id (U and 32 hexadecimal digits)",
      id: /^U[0-9a-f]{32}$/,
      nobody: "U00000000000000000000000000000000",
    },
    /** Ids of groups (`C…`) in which those of `allowedUsers` may talk to it. @default - none */
    allowedGroups: {
      kind: "allow-list",
      variable: "LINE_ALLOWED_GROUPS",
      optional: true,
      ofPlaces: true,
      separator: ",",
      item: "a group's id (C and 32 hexadecimal digits)",
      id: /^C[0-9a-f]{32}$/,
      nobody: "C00000000000000000000000000000000",
    },
    /** Ids of rooms (`R…`) in which those of `allowedUsers` may talk to it. @default - none */
    allowedRooms: {
      kind: "allow-list",
      variable: "LINE_ALLOWED_ROOMS",
      optional: true,
      ofPlaces: true,
      separator: ",",
      item: "a room's id (R and 32 hexadecimal digits)",
      id: /^R[0-9a-f]{32}$/,
      nobody: "R00000000000000000000000000000000",
    },
    /** The https address that leads to `port`, for the pictures and files that it sends. @default - it sends text only */
    publicUrl: {
      kind: "text",
      variable: "LINE_PUBLIC_URL",
      optional: true,
      ownAddress: { path: "/" },
      pattern: /^https:\/\/\S+$/,
      allowed: "an https URL",
      example: "https://hermes-line.example.com",
    },
    /** Port inside the container. @default 8646 */
    port: { kind: "port", variable: "LINE_PORT", optional: true, port: 8646 },
  },
  on: { LINE_HOST: "0.0.0.0" },
  shut: {},
} as const satisfies Platform;
