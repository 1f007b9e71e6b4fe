/** `nousresearch/hermes-agent` of any release, as far as CapRover and its users can see it run. */
import { GATEWAY_RUNS } from "../../../boot/boot-script";
import { API_SERVER_SETTINGS } from "../../../hermes/api-server";
import { API_SERVER_PORT, DASHBOARD_PORT, DATA_PATH } from "../../../hermes/container-contract";
import { dashboardLine, PROBLEM_LINES, START_LINES } from "../../../hermes/container-log";
import { CONTAINER_VARIABLES } from "../../../hermes/container-variables";
import { DASHBOARD_LOGINS } from "../../../hermes/dashboard-logins";
import {
  hasFeature,
  newestKnownRelease,
  parseRelease,
  type Release,
  versionOf,
} from "../../../hermes/releases";
import { apiServerKeyCheck, SESSION_SECRET } from "../../../hermes/secret-checks";
import { isLoopback } from "../../../hermes/services";
import type {
  LogLine,
  ProgramContext,
  ProgramPorts,
  ProgramRequest,
  ProgramResponse,
  SimulatedImage,
} from "../engine/image";
import { hermesStart } from "./hermes-command";

const READY_AFTER_SECONDS = 4;
/** The exact texts at which the image's own script switches the dashboard on. */
const TRUE = /^(?:1|true|TRUE|True|yes|YES|Yes)$/;

/**
 * Hermes Agent in the sandbox: it starts and ends for the same commands as the real image, writes the lines of its
 * generation, and answers on the ports of its dashboard and its API server. It runs no model.
 *
 * @param release such as `v2026.7.30`; a tag that is no release, such as `latest`, stands for the newest known one
 */
export function hermesImage(release: string): SimulatedImage {
  const known = parseRelease(release) ?? newestKnownRelease();
  return {
    pullSeconds: 20,
    startSeconds: READY_AFTER_SECONDS,
    // s6 waits three seconds for whatever still runs
    stopSeconds: hasFeature(known, "supervision") ? 3.2 : 0.4,
    volumes: [DATA_PATH],
    onStart: ({ command, args, exit }) => {
      const start = hermesStart(known, command, args);
      if ("exits" in start) exit(start.exits);
    },
    logLines: (context) => linesOf(known, context),
    ports: (context) => portsOf(known, context),
  };
}

function linesOf(release: Release, { command, args, env }: ProgramContext): LogLine[] {
  const start = hermesStart(release, command, args);
  if ("exits" in start) return start.lines.map((line) => ({ line, stream: "stderr" }));
  const dashboard = start.runs.dashboard ? dashboardOf(release, env) : undefined;
  const at = (afterSeconds: number, lines: readonly string[]) =>
    lines.map((line): LogLine => ({ afterSeconds, line }));
  return [
    ...(start.runs.gateway ? at(1, START_LINES[release.generation]) : []),
    ...(dashboard === undefined
      ? []
      : at(
          2,
          dashboard.refused
            ? PROBLEM_LINES.noLogin
            : [dashboardLine(release.generation, dashboard.host, dashboard.port)],
        )),
    ...(start.runs.gateway && apiServerOf(release, env)?.refused ? at(2, PROBLEM_LINES.apiServerKey) : []),
    ...(start.runs.gateway && saysThatItRuns(env) ? at(READY_AFTER_SECONDS, [GATEWAY_RUNS]) : []),
  ];
}

/** The boot script of this package, in a variable, may write a line of its own. */
function saysThatItRuns(env: ProgramContext["env"]): boolean {
  const script = Buffer.from(env[CONTAINER_VARIABLES.boot.variable] ?? "", "base64").toString("utf8");
  return script.includes(GATEWAY_RUNS);
}

function portsOf(release: Release, { command, args, env, startedAt }: ProgramContext): ProgramPorts {
  const start = hermesStart(release, command, args);
  if ("exits" in start) return {};
  const { gateway } = start.runs;
  const dashboard = start.runs.dashboard ? dashboardOf(release, env) : undefined;
  const api = gateway ? apiServerOf(release, env) : undefined;
  return {
    ...(dashboard &&
      !dashboard.refused &&
      !isLoopback(dashboard.host) && {
        [dashboard.port]: (request: ProgramRequest) =>
          answerDashboard(release, dashboard, { gateway, startedAt }, request),
      }),
    ...(api &&
      !api.refused &&
      !isLoopback(api.host) && {
        [api.port]: (request: ProgramRequest) => answerApi(release, api.key, request),
      }),
  };
}

interface Dashboard {
  readonly host: string;
  readonly port: number;
  /** It asks for a login. */
  readonly gated: boolean;
  readonly logins: readonly string[];
  /** It does not start, because it would have to ask for a login and has none. */
  readonly refused: boolean;
}

function dashboardOf(release: Release, env: ProgramContext["env"]): Dashboard | undefined {
  const { dashboard, dashboardHost, dashboardPort } = CONTAINER_VARIABLES;
  if (!TRUE.test(env[dashboard.variable] ?? "")) return undefined;
  const host = env[dashboardHost.variable] || "0.0.0.0";
  const { switch: insecure } = DASHBOARD_LOGINS["trusted-network"];
  const opened = TRUE.test(env[insecure.variable] ?? "") && !hasFeature(release, "dashboardAlwaysGated");
  const gated = !isLoopback(host) && hasFeature(release, insecure.since) && !opened;
  const logins = hasFeature(release, "dashboardProviders") ? loginsIn(env) : [];
  return {
    host,
    port: Number(env[dashboardPort.variable]) || DASHBOARD_PORT,
    gated,
    logins,
    refused: gated && logins.length === 0,
  };
}

/** The logins that register, by Hermes' names. */
function loginsIn(env: ProgramContext["env"]): string[] {
  const { basic, oidc, nous } = DASHBOARD_LOGINS;
  const { username, password, passwordHash, sessionSecret } = basic.settings;
  const given = ({ variable }: { readonly variable: string }) => env[variable] ?? "";
  const secret = given(sessionSecret);
  const registers = {
    basic:
      given(username) !== "" &&
      given(password) + given(passwordHash) !== "" &&
      (secret === "" || SESSION_SECRET.test(secret)),
    "self-hosted":
      oidc.settings.issuer.pattern.test(given(oidc.settings.issuer)) && given(oidc.settings.clientId) !== "",
    nous: nous.settings.clientId.pattern.test(given(nous.settings.clientId)),
  };
  return Object.entries(registers).flatMap(([name, does]) => (does ? [name] : []));
}

function answerDashboard(
  release: Release,
  { gated, logins }: Dashboard,
  { gateway, startedAt }: { readonly gateway: boolean; readonly startedAt: Date },
  { path }: ProgramRequest,
): ProgramResponse {
  const [pathname = ""] = path.split("?");
  if (pathname === "/api/status") {
    return json(200, {
      version: versionOf(release),
      gateway_running: gateway,
      gateway_state: gateway ? "running" : "stopped",
      // An idle gateway writes it at its start only.
      gateway_updated_at: startedAt.toISOString(),
      gateway_platforms: {},
      ...(hasFeature(release, "dashboardProviders") && { auth_required: gated, auth_providers: logins }),
    });
  }
  if (pathname === "/api/health" && hasFeature(release, "dashboardHealth"))
    return json(200, { status: "ok" });
  if (pathname.startsWith("/api/")) return json(401, { error: "unauthenticated", login_url: "/login" });
  if (!gated || pathname === "/login")
    return page(pathname === "/login" ? "Sign in to Hermes" : "Hermes Agent");
  return { status: 302, headers: { Location: `/login?next=${encodeURIComponent(path)}` }, body: "" };
}

interface ApiServer {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  /** It does not start, because of its key. */
  readonly refused: boolean;
}

/** Without a key there is none. */
function apiServerOf(release: Release, env: ProgramContext["env"]): ApiServer | undefined {
  const { host, port, key } = API_SERVER_SETTINGS;
  const given = env[key.variable] ?? "";
  if (given === "") return undefined;
  return {
    host: env[host.variable] || "127.0.0.1",
    port: Number(env[port.variable]) || API_SERVER_PORT,
    key: given.trim(),
    refused: !apiServerKeyCheck(release).test(given),
  };
}

function answerApi(release: Release, key: string, { path, headers }: ProgramRequest): ProgramResponse {
  const [pathname = ""] = path.split("?");
  if (pathname === "/health" || pathname === "/v1/health") {
    const version = hasFeature(release, "versionInHealth") ? versionOf(release) : undefined;
    return json(200, { status: "ok", platform: "hermes-agent", version });
  }
  if (headers["authorization"] !== `Bearer ${key}`) {
    return json(401, { error: { message: "Invalid API key", code: "invalid_api_key" } });
  }
  if (pathname === "/health/detailed") {
    return json(200, {
      status: "degraded",
      gateway_state: "running",
      readiness: { checks: { model: { status: "degraded" } } },
    });
  }
  if (pathname === "/v1/models")
    return json(200, { object: "list", data: [{ id: "hermes-agent", object: "model" }] });
  return json(500, { error: { message: "Internal server error: No inference provider configured." } });
}

function json(status: number, value: object): ProgramResponse {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

function page(title: string): ProgramResponse {
  return {
    status: 200,
    headers: { "Content-Type": "text/html" },
    body: `<!doctype html><title>${title}</title>\n`,
  };
}
