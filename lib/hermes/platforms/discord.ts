/** Discord. Read in 0.19.0: plugins/platforms/discord/adapter.py; its lists run there. */
import type { Platform } from "./row";

/** An id, what Discord's app pastes for one, or a name, which Hermes looks up; `everyone` and `here` are nobody's. */
const DISCORD_USER =
  /^(?!(?:everyone|here)$)(?:\d+|<@!?\d+>|(?:user:)?[^\s,*@#<>:](?:[^,*@#<>:]{0,30}[^\s,*@#<>:])?)$/i;

export const DISCORD = {
  title: "Discord",
  hermes: "discord",
  connection: "a connection that the gateway opens",
  settings: {
    /** As the developer portal shows it. */
    botToken: {
      kind: "secret",
      variable: "DISCORD_BOT_TOKEN",
      from: "under Bot in the developer portal",
      checks: [],
      oneAgent: true,
      proof: {
        method: "GET",
        url: "https://discord.com/api/v10/users/@me",
        authorization: "Bot {botToken}",
      },
    },
    /** Numeric user ids or handles, or everyone. @default - nobody */
    allowedUsers: {
      kind: "allow-list",
      variable: "DISCORD_ALLOWED_USERS",
      everyone: "DISCORD_ALLOW_ALL_USERS",
      optional: true,
      configPath: "discord.allow_from",
      separator: ",",
      item: "a numeric user id or a handle",
      id: DISCORD_USER,
      nobody: "0",
    },
    /** Numeric ids of roles, of which every member may talk to it on the role's server. @default - none */
    allowedRoles: {
      kind: "allow-list",
      variable: "DISCORD_ALLOWED_ROLES",
      optional: true,
      separator: ",",
      item: "a role's numeric id",
      id: /^\d+$/,
      nobody: "0",
    },
  },
  shut: { DISCORD_ALLOW_BOTS: "none" },
} as const satisfies Platform;
