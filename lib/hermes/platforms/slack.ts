/** Slack. Read in 0.19.0: plugins/platforms/slack/adapter.py; run there. */
import { startsWith } from "../secret-checks";
import type { Platform } from "./row";

export const SLACK = {
  title: "Slack",
  hermes: "slack",
  connection: "Socket Mode",
  settings: {
    /** `xoxb-…`. Socket Mode needs both tokens and no inbound port. */
    botToken: {
      kind: "secret",
      variable: "SLACK_BOT_TOKEN",
      from: "`xoxb-…`, under OAuth & Permissions",
      checks: [startsWith("xoxb-", "Slack's bot token")],
      oneAgent: true,
      proof: {
        method: "POST",
        url: "https://slack.com/api/auth.test",
        authorization: "Bearer {botToken}",
      },
    },
    /** `xapp-…` */
    appToken: {
      kind: "secret",
      variable: "SLACK_APP_TOKEN",
      from: "`xapp-…` with connections:write, under Basic Information",
      checks: [startsWith("xapp-", "Slack's app-level token")],
      oneAgent: true,
      proof: {
        method: "POST",
        url: "https://slack.com/api/apps.connections.open",
        authorization: "Bearer {appToken}",
      },
    },
    /** Member ids (`U…`), or everyone. */
    allowedUsers: {
      kind: "allow-list",
      variable: "SLACK_ALLOWED_USERS",
      everyone: "SLACK_ALLOW_ALL_USERS",
      separator: ",",
      item: "a member id (`U…`)",
      id: /^[UW][A-Z0-9]+$/,
      nobody: "U00000000",
    },
  },
  shut: { SLACK_ALLOW_BOTS: "none" },
} as const satisfies Platform;
