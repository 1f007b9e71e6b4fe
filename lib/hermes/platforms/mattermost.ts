/** Mattermost. Read in 0.19.0: plugins/platforms/mattermost/adapter.py (channels: 817); its lists run there. */
import type { Platform } from "./row";

export const MATTERMOST = {
  title: "Mattermost",
  hermes: "mattermost",
  connection: "a connection that the gateway opens",
  settings: {
    /** The server, such as `https://chat.example.com`. */
    url: {
      kind: "text",
      variable: "MATTERMOST_URL",
      server: true,
      pattern: /^https?:\/\/\S+$/,
      allowed: "an http(s):// URL",
      example: "https://chat.example.com",
    },
    /** Token of the bot account. */
    token: {
      kind: "secret",
      variable: "MATTERMOST_TOKEN",
      from: "under Integrations > Bot Accounts",
      checks: [],
      oneAgent: true,
      proof: { method: "GET", url: "{url}/api/v4/users/me", authorization: "Bearer {token}" },
    },
    /** User ids, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "MATTERMOST_ALLOWED_USERS",
      everyone: "MATTERMOST_ALLOW_ALL_USERS",
      separator: ",",
      item: "a user id of 26 letters and digits",
      id: /^[a-z0-9]{26}$/,
      nobody: "00000000000000000000000000",
    },
    /** Ids of channels in which those of `allowedUsers` may talk to it. @default - every channel that it is in */
    allowedChannels: {
      kind: "allow-list",
      variable: "MATTERMOST_ALLOWED_CHANNELS",
      optional: true,
      ofPlaces: true,
      separator: ",",
      item: "a channel's id of 26 letters and digits",
      id: /^[a-z0-9]{26}$/,
      nobody: "00000000000000000000000000",
    },
  },
  shut: {},
} as const satisfies Platform;
