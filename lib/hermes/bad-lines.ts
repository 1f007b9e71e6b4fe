/**
 * The log lines that tell of a failure. Each was seen by running Hermes 0.14.0 to 0.19.0, or is in the report that its
 * row names. `docker logs` has only warnings and errors of the gateway; what comes with INFO is in
 * `/opt/data/logs/agent.log` and `gateway.log`.
 */

import type { LogLine } from "./log-line";
import { code, docsTable } from "./markdown";
import { BAD_MERGE_LINES } from "./merge-lines";
import { READ_LOGS, type Remedy, remedyMarkdown } from "./remedy";
import type { OwnServiceName } from "./services";

/** A line that tells of a failure, and what to do. */
export interface BadLine extends LogLine {
  readonly fix: Remedy;
  /** It is a failure only of an agent with chat platforms. */
  readonly ofPlatforms?: true;
  /** What does not come up while this is so. */
  readonly ends?: "agent" | OwnServiceName;
  /** The boot prints it, so that it is true until the next start of the container, not of the gateway. */
  readonly atBoot?: true;
  /** It comes again in at most this time for as long as it is true. */
  readonly repeatsSeconds?: number;
  /** Id of the condition that looks at the same now. While that holds, the line tells of the past. */
  readonly shownBy?: string;
}

const RUN_THE_GATEWAY: Remedy = {
  program:
    "deploy the agent with HermesApp, which gives the image the command `gateway run` and keeps its entrypoint",
};

const OWN_THE_DATA: Remedy = {
  restart:
    "the boot gives the data back to the runtime user; after that, run `hermes` only by the commands of the outputs",
};

const ONE_CONTAINER: Remedy = {
  program: "give each agent a volume of its own, and stop the container that was started by hand",
};

export const BAD_LINES = {
  interactive: {
    pattern: "Input is not a terminal|^Goodbye!|It looks like Hermes isn't configured yet",
    means:
      "The interactive CLI was started instead of the gateway. It ends at once, and the container starts again and again.",
    fix: RUN_THE_GATEWAY,
    ends: "agent",
    atBoot: true,
  },
  shim: {
    pattern: "docker/entrypoint\\.sh is a deprecated shim",
    since: "supervision",
    means: "The image is started by the entrypoint of an earlier generation.",
    fix: RUN_THE_GATEWAY,
    atBoot: true,
  },
  notFirstProcess: {
    pattern: "container entrypoint is not PID 1|s6-overlay-suexec: fatal: can only run as pid 1",
    since: "supervision",
    means: "Something else runs as the container's first process, so that nothing is supervised.",
    fix: { program: "remove `--init` or the wrapper's own entrypoint" },
    ends: "agent",
    atBoot: true,
  },
  notUnderInit: {
    pattern: "s6-setuidgid: not found",
    since: "supervision",
    means: "The boot script runs outside of its supervisor, as the container's entrypoint.",
    fix: RUN_THE_GATEWAY,
    atBoot: true,
  },
  tiniFlags: {
    pattern: "rc\\.init: \\d+: -g: not found",
    since: "supervision",
    means: "The supervisor was given the flags of tini, the init of an earlier generation (#66679).",
    fix: RUN_THE_GATEWAY,
    ends: "agent",
    atBoot: true,
  },
  dashboardRefuses: {
    pattern: "Refusing to bind dashboard to ",
    means: "The dashboard has no usable login, refuses to start, and is started again and again (#49567).",
    fix: {
      program:
        "give `dashboard` a login: DashboardAuth.basic, oidc or nous; a session secret has at least 16 characters, and `plugins.disabled` must not name it",
    },
    ends: "dashboard",
    atBoot: true,
    shownBy: "dashboard",
  },
  dashboardInsecure: {
    pattern: "HERMES_DASHBOARD_INSECURE no longer disables the auth gate",
    since: "dashboardAlwaysGated",
    atBoot: true,
    means: "A variable that once switched the dashboard's login off has no effect any more.",
    fix: { program: "remove `HERMES_DASHBOARD_INSECURE`, and give `dashboard` a login" },
  },
  apiKeyRefused: {
    pattern: "Refusing to start: API_SERVER_KEY ",
    means: "The API server does not start: its key is missing, too short or a placeholder.",
    fix: { program: "give `apiServer.key` a key, such as one that `openssl rand -hex 32` prints" },
    shownBy: "apiServer",
  },
  apiPortTaken: {
    pattern: "api_server_port_in_use",
    means: "The API server's port is taken, and the gateway is down for good.",
    fix: { program: "give `apiServer.port` another port, or stop what listens there" },
    shownBy: "apiServer",
  },
  platformFailed: {
    pattern: "\u2717 \\w+ failed to connect|Gateway started with no connected platforms",
    means: "A chat platform does not take the connection. The gateway tries again and again.",
    fix: { program: "look at the lines before it: they name the token or the network" },
    ofPlatforms: true,
    shownBy: "platforms",
  },
  slackRejected: {
    pattern: "\\[Slack\\] Connection failed: .*(?:invalid_auth|not_authed|account_inactive|token_revoked)",
    twoLines: true,
    means: "Slack rejects the bot token.",
    fix: {
      program: "give `messaging.slack.botToken` the Bot User OAuth Token of the Slack app, and deploy again",
    },
    shownBy: "tokens",
  },
  slackAppTokenRejected: {
    pattern: "Failed to retrieve WSS URL: .*(?:invalid_auth|not_authed|token_revoked)",
    twoLines: true,
    means: "Slack rejects the app token. The gateway says `connected`, and no message arrives.",
    fix: {
      program:
        "give `messaging.slack.appToken` an app-level token with the scope `connections:write`, and deploy again",
    },
    shownBy: "tokens",
  },
  slackUnhealthy: {
    pattern: "\\[Slack\\] Socket Mode unhealthy",
    means: "The connection to Slack is lost, and Hermes opens it again and again.",
    fix: { program: "look at the lines before it: a bad token or no way to the internet" },
    repeatsSeconds: 15,
  },
  slackTokenMissing: {
    pattern: "\\[Slack\\] SLACK_APP_TOKEN not set",
    means: "Slack has no app token. Socket Mode needs both tokens.",
    fix: { program: "give `messaging.slack.appToken`, and deploy again" },
  },
  telegramRejected: {
    pattern: "(?:Failed to connect to Telegram|Telegram startup failed): The token .* was rejected",
    means: "Telegram rejects the bot token.",
    fix: { program: "give `messaging.telegram.botToken` the token that @BotFather prints, and deploy again" },
    shownBy: "tokens",
  },
  telegramConflict: {
    pattern: "Telegram polling conflict",
    means:
      "Another process receives this bot's messages. After some minutes Hermes gives up until a restart.",
    fix: { program: "stop the other process, or give this agent a bot of its own; then restart the agent" },
    repeatsSeconds: 60,
  },
  tokenTaken: {
    pattern: "(?:Slack app|Discord bot|Telegram bot) token already in use",
    means: "Another gateway on this data uses the same token.",
    fix: { program: "give each agent a bot of its own" },
    shownBy: "platforms",
  },
  configBroken: {
    pattern: "Failed to parse .*config\\.yaml|Falling back to default config",
    means: "The volume's config.yaml can't be read. Hermes runs on its defaults.",
    fix: { shell: "cat -n /opt/data/config.yaml", note: "repair the line that the log names" },
    shownBy: "config",
  },
  managedBroken: {
    pattern: "IGNORING this managed file",
    since: "managedScope",
    means: "A file in /etc/hermes can't be read, so that nothing is pinned.",
    fix: { program: "repair the mounted file, or deploy again so that the library writes it" },
    shownBy: "managed",
  },
  permission: {
    pattern: "(?:Permission denied|Errno 13).*/opt/data",
    means: "A file of the data belongs to somebody else, mostly because a command ran as root.",
    fix: OWN_THE_DATA,
    shownBy: "files",
  },
  codexMissing: {
    pattern: "No Codex credentials stored",
    means: "There is no Codex login, or the file that holds it can't be read.",
    fix: { hermes: "auth add openai-codex" },
    shownBy: "codexLogin",
  },
  providerMissing: {
    pattern: "No inference provider configured",
    means: "No model is configured.",
    fix: { hermes: "setup", note: "or give `model` in the program" },
    shownBy: "model",
  },
  backingOff: {
    pattern: "Gateway \\(re\\)started \\d+ times in \\d+s",
    file: "agent.log",
    means: "The gateway crashes again and again.",
    fix: READ_LOGS,
  },
  asUser: {
    pattern: "\\[stage2\\] ERROR: container started with --user",
    since: "supervision",
    means: "The container was started as another user. The image needs root at first.",
    fix: { program: "remove `user`; `uid` and `gid` of PersistentDataVolume choose the runtime user" },
    ends: "agent",
    atBoot: true,
  },
  rootGateway: {
    pattern: "Refusing to run the Hermes gateway as root",
    means: "Something started the gateway as root, past the shim that gives up root.",
    fix: RUN_THE_GATEWAY,
    ends: "agent",
  },
  secondGateway: {
    pattern: "Another gateway instance is already running|PID file race lost to another gateway instance",
    means: "A second gateway was started on the same data (#14128).",
    fix: ONE_CONTAINER,
  },
  logLocked: {
    pattern: "unable to lock /opt/data/logs/gateways/",
    since: "supervision",
    means: "Two containers run on one volume (#34457).",
    fix: ONE_CONTAINER,
  },
  nobodyAllowed: {
    pattern: "No (?:env )?user allowlists configured",
    means: "No allow list is set, so that every message is turned away.",
    fix: { program: "give the platform's `allowedUsers`" },
    ofPlatforms: true,
  },
  contextBlocked: {
    pattern: "Context file .* blocked",
    file: "agent.log",
    means: "SOUL.md or a context file looks like a prompt injection to Hermes. The agent works without it.",
    fix: {
      shell: "grep -n 'Context file' /opt/data/logs/agent.log",
      note: "reword the phrase that it names, and restart the agent",
    },
  },
  contextCut: {
    pattern: "(?:SOUL|AGENTS|HERMES|CLAUDE)\\.md.* TRUNCATED",
    file: "agent.log",
    means: "SOUL.md or a context file is too long. Its middle was cut out.",
    fix: { program: "shorten the file, and restart the agent" },
  },
  mcpFailed: {
    // Each is the last word on the server, until another line names it.
    pattern:
      "Failed to connect to MCP server '[^']*'|MCP server '[^']*' failed (?:initial |after \\d+ reconnection)",
    means: "An MCP server could not be started or reached.",
    fix: { hermes: "mcp test", note: "with the server's name; the line above says what went wrong" },
  },
  diskFull: {
    pattern: "No space left on device|database or disk is full",
    means: "The disk of the data is full.",
    fix: { shell: "du -xsh /opt/data/* | sort -h | tail" },
    shownBy: "disk",
  },
  databaseMalformed: {
    pattern: "database disk image is malformed",
    means: "A database of the agent is damaged.",
    fix: { program: "stop the agent, and restore its data from the last good backup" },
    shownBy: "databases",
  },
  ...BAD_MERGE_LINES,
} as const satisfies Readonly<Record<string, BadLine>>;

/** The table of docs/operating.md. */
export function badLinesMarkdown(): string {
  const rows = Object.values<BadLine>(BAD_LINES).map(({ pattern, means, fix }) => [
    code(pattern),
    `${means} ${remedyMarkdown(fix)}`,
  ]);
  return docsTable(["line (a regular expression)", "what it means"], rows);
}
