/** Microsoft Teams, which calls a webhook. Read in 0.19.0: plugins/platforms/teams/adapter.py (the server: 735 to 790). */
import type { Platform } from "./row";

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export const TEAMS = {
  title: "Microsoft Teams",
  hermes: "teams",
  connection: "a webhook",
  listens: {
    path: "/api/messages",
    signedBy: "a token that Microsoft signs for `clientId`, in the header Authorization",
    health: { path: "/health", contains: "ok" },
  },
  settings: {
    /** Application (client) id of the bot. */
    clientId: {
      kind: "text",
      variable: "TEAMS_CLIENT_ID",
      pattern: UUID,
      allowed: "a client id, as the app registration shows it",
      example: "00000000-0000-0000-0000-000000000000",
    },
    /** A client secret of that application. */
    clientSecret: {
      kind: "secret",
      variable: "TEAMS_CLIENT_SECRET",
      from: "under Certificates & secrets of the app registration",
      checks: [],
      oneAgent: true,
      proof: {
        method: "POST",
        url: "https://login.microsoftonline.com/{tenantId}/oauth2/v2.0/token",
        form: {
          grant_type: "client_credentials",
          client_id: "{clientId}",
          client_secret: "{clientSecret}",
          scope: "https://api.botframework.com/.default",
        },
      },
    },
    /** Directory (tenant) id. */
    tenantId: {
      kind: "text",
      variable: "TEAMS_TENANT_ID",
      pattern: UUID,
      allowed: "a tenant id, as the app registration shows it",
      example: "00000000-0000-0000-0000-000000000000",
    },
    /** Object ids of people in the directory, or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "TEAMS_ALLOWED_USERS",
      everyone: "TEAMS_ALLOW_ALL_USERS",
      separator: ",",
      item: "a person's object id in the directory, in small letters",
      id: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/,
      nobody: "00000000-0000-0000-0000-000000000000",
    },
    /** Port inside the container. @default 3978 */
    port: { kind: "port", variable: "TEAMS_PORT", optional: true, port: 3978 },
  },
  shut: {},
} as const satisfies Platform;
