/** The log lines of an agent that works. Each was seen by running Hermes 0.14.0 to 0.19.0. */
import type { LogLine } from "./log-line";
import { GOOD_MERGE_LINES } from "./merge-lines";
import type { OwnServiceName } from "./services";

/** A line that a working agent prints. */
export interface GoodLine extends LogLine {
  /** An agent that started well has printed it; with a service's name, one that has that service. */
  readonly always?: true | OwnServiceName;
  /** Each container prints it once, before Hermes itself starts. */
  readonly oncePerStart?: true;
}

export const GOOD_LINES = {
  setup: {
    pattern: "\\[stage2\\] Setup complete; starting user services",
    since: "supervision",
    means: "The image's boot script is done: ownership of the data is repaired, and the services start.",
    always: true,
    oncePerStart: true,
  },
  reconciled: {
    pattern: "reconcile: profile=\\S+ .*action=started",
    since: "supervision",
    means: "The supervisor starts the gateway of that profile.",
  },
  supervised: {
    pattern: "gateway is now running under s6 supervision",
    since: "supervision",
    means: "The gateway is supervised: it starts again after a crash.",
    always: true,
  },
  gateway: {
    pattern: "Hermes Gateway Starting\\.\\.\\.",
    means: "The container runs gateway mode.",
    always: true,
  },
  privileges: {
    pattern: "Dropping root privileges",
    until: "supervision",
    means: "The boot script gives up root before it starts Hermes.",
    always: true,
    oncePerStart: true,
  },
  dashboard: {
    pattern: "HERMES_DASHBOARD_READY port=\\d+|Starting hermes dashboard on ",
    means: "The dashboard listens.",
    always: "dashboard",
  },
  dashboardGate: {
    pattern: "Dashboard binding to \\S+ with auth gate enabled",
    file: "agent.log",
    since: "dashboardGate",
    means: "The dashboard asks for a login.",
  },
  apiServer: {
    pattern: "API server listening on ",
    file: "agent.log",
    means: "The API server listens.",
  },
  mcpConnected: {
    pattern: "MCP server '[^']*' \\(\\w+\\): registered \\d+ tool",
    file: "agent.log",
    means: "An MCP server answers, and the agent has its tools.",
  },
  connected: {
    pattern: "\u2713 \\w+ connected",
    file: "agent.log",
    means: "A chat platform takes the connection. For Slack that proves only the bot token.",
  },
  platforms: {
    pattern: "Gateway running with \\d+ platform",
    file: "agent.log",
    means: "The gateway runs, with so many chat platforms and services.",
  },
  noPlatforms: {
    pattern: "No messaging platforms enabled|Gateway will continue running for cron job execution",
    file: "agent.log",
    means: "No chat platform is set up. Scheduled jobs and the dashboard work all the same.",
  },
  cron: {
    pattern: "[Cc]ron (?:ticker|scheduler) started",
    file: "agent.log",
    means: "Scheduled jobs are looked at once a minute.",
  },
  ...GOOD_MERGE_LINES,
} as const satisfies Readonly<Record<string, GoodLine>>;
