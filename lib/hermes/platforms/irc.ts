/** IRC, where a nick is no proof of a person. Read in 0.19.0: plugins/platforms/irc/adapter.py; its list run there. */
import type { Platform } from "./row";

export const IRC = {
  title: "IRC",
  hermes: "irc",
  connection: "a connection that the gateway opens",
  settings: {
    /** The server. */
    server: {
      kind: "text",
      variable: "IRC_SERVER",
      server: true,
      pattern: /^[^\s/:]+$/,
      allowed: "a host name, such as irc.libera.chat",
      example: "irc.libera.chat",
    },
    /** Its port. @default 6697 */
    serverPort: { kind: "number", variable: "IRC_PORT", optional: true, min: 1, max: 65_535, unit: "" },
    /** Channels to join. */
    channels: {
      kind: "list",
      variable: "IRC_CHANNEL",
      separator: ",",
      item: "a channel (`#…`)",
      pattern: /^[#&!+][^\s,]+$/,
      example: ["#hermes"],
    },
    /** The agent's nick. */
    nickname: {
      kind: "text",
      variable: "IRC_NICKNAME",
      pattern: /^[^\s,:@!0-9-][^\s,:@!]*$/,
      allowed: "a nick",
      example: "hermes-bot",
      exampleWorks: true,
    },
    /** Password of the agent's registered nick. @default - none */
    nickServPassword: {
      kind: "secret",
      variable: "IRC_NICKSERV_PASSWORD",
      optional: true,
      suggested: true,
      from: "of the registered nick",
      checks: [],
      oneAgent: true,
      unproven: "only a connection to IRC shows it",
    },
    /** Password of the server itself. @default - none */
    serverPassword: {
      kind: "secret",
      variable: "IRC_SERVER_PASSWORD",
      optional: true,
      from: "of whoever runs the server",
      checks: [],
      unproven: "only a connection to IRC shows it",
    },
    /** Nicks, or everyone. Whoever takes a listed nick gets in, so list only those that the server protects. */
    allowedUsers: {
      kind: "allow-list",
      variable: "IRC_ALLOWED_USERS",
      everyone: "IRC_ALLOW_ALL_USERS",
      separator: ",",
      item: "a nick",
      id: /^[^\s,:@!]+$/,
      nobody: "nobody",
    },
  },
  shut: {},
} as const satisfies Platform;
