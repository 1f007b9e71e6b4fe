/** SimpleX, by a simplex-chat daemon elsewhere. Read in 0.19.0: plugins/platforms/simplex/adapter.py (groups: 162); its list run there. */
import type { Platform } from "./row";

export const SIMPLEX = {
  title: "SimpleX Chat",
  hermes: "simplex",
  connection: "a simplex-chat daemon that the gateway calls",
  settings: {
    /** The daemon, as the container reaches it. */
    websocketUrl: {
      kind: "text",
      variable: "SIMPLEX_WS_URL",
      server: true,
      pattern: /^wss?:\/\/\S+$/,
      allowed: "a ws(s):// URL, such as ws://simplex:5225",
      example: "ws://simplex:5225",
    },
    /** Contacts by number or by display name, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "SIMPLEX_ALLOWED_USERS",
      everyone: "SIMPLEX_ALLOW_ALL_USERS",
      separator: ",",
      item: "a contact's number or display name",
      id: /^[^,*]+$/,
      nobody: "0",
    },
    /** Ids of groups in which those of `allowedUsers` may talk to it. @default - none */
    allowedGroups: {
      kind: "allow-list",
      variable: "SIMPLEX_GROUP_ALLOWED",
      optional: true,
      ofPlaces: true,
      since: "simplexGroups",
      separator: ",",
      item: "a group's id, or `*`",
      id: /^(?:\*|\d+)$/,
      nobody: "0",
    },
  },
  shut: {},
} as const satisfies Platform;
