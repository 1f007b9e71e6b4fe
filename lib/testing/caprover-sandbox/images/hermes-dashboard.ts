/** The dashboard of a simulated agent: its public pages, its login with a password, and pages behind it. */
import { createHmac, scryptSync } from "node:crypto";
import { DASHBOARD_PORT } from "../../../hermes/container-contract";
import { CONTAINER_VARIABLES } from "../../../hermes/container-variables";
import { DASHBOARD_LOGINS } from "../../../hermes/dashboard-logins";
import { hasFeature, type Release, versionOf } from "../../../hermes/releases";
import { SCRYPT_HASH, SESSION_SECRET } from "../../../hermes/secret-checks";
import { isLoopback } from "../../../hermes/services";
import { OPEN_PAGES, PAGES_BEHIND_LOGIN, PASSWORD_LOGIN } from "../../../hermes/web-paths";
import { jsonIn, record } from "../../../support/json-document";
import type { ProgramContext, ProgramRequest, ProgramResponse } from "../engine/image";
import { json, page, pathOf, redirect } from "./hermes-answer";
import { jobsOf } from "./hermes-gateway";
import type { HermesState } from "./hermes-state";

/** The exact texts at which the image's own script switches the dashboard on. */
const TRUE = /^(?:1|true|TRUE|True|yes|YES|Yes)$/;

type Environment = ProgramContext["env"];

export interface Dashboard {
  readonly host: string;
  readonly port: number;
  /** It asks for a login. */
  readonly gated: boolean;
  readonly logins: readonly string[];
  /** It does not start, because it would have to ask for a login and has none. */
  readonly refused: boolean;
}

export function dashboardOf(release: Release, env: Environment): Dashboard | undefined {
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
function loginsIn(env: Environment): string[] {
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

/** What the dashboard shows of its agent. */
export interface DashboardContent {
  readonly release: Release;
  readonly state: HermesState;
  readonly env: Environment;
  readonly gateway: {
    readonly runs: boolean;
    readonly startedAt: Date;
    readonly platforms: Readonly<Record<string, object>>;
  };
}

export function answerDashboard(
  dashboard: Dashboard,
  content: DashboardContent,
  request: ProgramRequest,
): ProgramResponse {
  const { release } = content;
  const path = pathOf(request.path);
  const open = openPage(path, dashboard, content);
  if (open !== undefined) return json(200, open);
  if (path === PASSWORD_LOGIN && hasFeature(release, "dashboardProviders"))
    return logIn(dashboard, content, request);
  if (path === pathOf(PAGES_BEHIND_LOGIN.file) && hasSession(content, request))
    return stateFile(content.state, request.path);
  if (path.startsWith("/api/")) {
    const shown = hasSession(content, request) ? pageBehindLogin(path, content) : undefined;
    return shown === undefined
      ? json(401, { error: "unauthenticated", detail: "Unauthorized", login_url: "/login" })
      : json(200, shown);
  }
  if (!dashboard.gated || path === "/login")
    return page(path === "/login" ? "Sign in to Hermes" : "Hermes Agent");
  return redirect(`/login?next=${encodeURIComponent(request.path)}`);
}

function openPage(
  path: string,
  { gated, logins }: Dashboard,
  { release, state, gateway }: DashboardContent,
): object | undefined {
  switch (path) {
    case OPEN_PAGES.status:
      return {
        version: versionOf(release),
        gateway_running: gateway.runs,
        gateway_state: gateway.runs ? "running" : saidOf(state),
        // An idle gateway writes it at its start only.
        gateway_updated_at: gateway.startedAt.toISOString(),
        gateway_exit_reason: state.exitReason ?? null,
        gateway_platforms: gateway.platforms,
        ...(hasFeature(release, "dashboardProviders") && { auth_required: gated, auth_providers: logins }),
        simulated: true,
      };
    case OPEN_PAGES.modelInfo:
      return { provider: state.model?.provider ?? "", model: state.model?.name ?? "" };
    case "/api/health":
      return hasFeature(release, "dashboardHealth") ? { status: "ok" } : undefined;
    default:
      return undefined;
  }
}

/** A gateway that has died has left `running` in its state. */
function saidOf({ gateway = "running" }: HermesState): string {
  if (gateway === "running") return "stopped";
  return gateway === "dead" ? "running" : gateway;
}

function pageBehindLogin(path: string, { state, env, gateway }: DashboardContent): object | undefined {
  const { volumeVariables = {}, config = "{}\n", diskPercent = 40, agentLog = [], profiles = {} } = state;
  switch (path) {
    case OPEN_PAGES.config:
      return { model: state.model?.name ?? "" };
    case PAGES_BEHIND_LOGIN.configFile:
      return { yaml: config, path: "/opt/data/config.yaml" };
    case PAGES_BEHIND_LOGIN.cronJobs:
      return jobsOf(state);
    case PAGES_BEHIND_LOGIN.env:
      return Object.fromEntries(
        Object.keys({ ...env, ...volumeVariables }).map((name) => [
          name,
          { is_set: (volumeVariables[name] ?? "") !== "", redacted_value: null },
        ]),
      );
    case PAGES_BEHIND_LOGIN.profiles:
      return {
        profiles: [
          { name: "default", is_default: true, gateway_running: true },
          ...Object.entries(profiles).map(([name, { runs, model }]) => ({
            name,
            is_default: false,
            gateway_running: runs,
            model: model?.name ?? null,
            provider: model?.provider ?? null,
          })),
        ],
      };
    case PAGES_BEHIND_LOGIN.stats:
      return { disk: { percent: diskPercent, free: (100 - diskPercent) * 2 ** 28 } };
    case pathOf(PAGES_BEHIND_LOGIN.agentLog): {
      const start = [
        "Before an earlier start",
        `${startInLog(state, gateway.startedAt)} INFO gateway.run: Starting Hermes Gateway...`,
      ];
      return { file: "agent", lines: [...start, ...agentLog].map((line) => `${line}\n`) };
    }
    default:
      return undefined;
  }
}

/** Of the files of the data, only the profiles' gateway_state.json. */
function stateFile({ profiles = {} }: HermesState, asked: string): ProgramResponse {
  const { searchParams } = new URL(asked, "http://simulated");
  const [, name = ""] =
    /^\/opt\/data\/profiles\/([^/]+)\/gateway_state\.json$/.exec(searchParams.get("path") ?? "") ?? [];
  const state = profiles[name]?.state;
  if (state === undefined) return json(404, { detail: "File not found" });
  const content = Buffer.from(JSON.stringify(state)).toString("base64");
  return json(200, { name: "gateway_state.json", data_url: `data:application/json;base64,${content}` });
}

/** When the gateway started last, as Hermes writes it: without a zone. */
function startInLog({ gatewayRestarts = 0 }: HermesState, startedAt: Date): string {
  const last = new Date(startedAt.getTime() + 1000 * gatewayRestarts);
  return last.toISOString().replace("T", " ").replace(".", ",").replace("Z", "");
}

function logIn(
  { logins }: Dashboard,
  content: DashboardContent,
  { method, body, headers }: ProgramRequest,
): ProgramResponse {
  if (method !== "POST" || !logins.includes("basic")) return json(405, { detail: "Method Not Allowed" });
  const { username, password } = record(jsonIn(body));
  const { env, release } = content;
  const isUser = username === env[DASHBOARD_LOGINS.basic.settings.username.variable];
  if (!isUser || typeof password !== "string" || !isPassword(env, password))
    return json(401, { detail: "Invalid credentials" });
  const prefix = cookiePrefix(env, headers);
  const provider = hasFeature(release, "sessionProviderCookie") ? [`${prefix}provider=basic`] : [];
  const cookies = [`${prefix}at=${sessionOf(env)}`, `${prefix}rt=${Date.now()}`, ...provider];
  const answer = json(200, { ok: true, next: "/" });
  const set = cookies.map((cookie) => `${cookie}; HttpOnly; Path=/; SameSite=lax`);
  return { ...answer, headers: { ...answer.headers, "Set-Cookie": set } };
}

function isPassword(env: Environment, given: string): boolean {
  const { password, passwordHash } = DASHBOARD_LOGINS.basic.settings;
  const hash = env[passwordHash.variable] ?? "";
  if (!SCRYPT_HASH.test(hash)) return given === env[password.variable];
  const [, n, r, p, salt = "", key = ""] = hash.split("$");
  const expected = Buffer.from(key, "base64");
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  return scryptSync(given, Buffer.from(salt, "base64"), expected.length, cost).equals(expected);
}

/** In quotes, which belong to the value. */
function sessionOf(env: Environment): string {
  const { username, sessionSecret } = DASHBOARD_LOGINS.basic.settings;
  const signed = createHmac("sha256", env[sessionSecret.variable] ?? "").update(env[username.variable] ?? "");
  return `"${signed.digest("base64")}"`;
}

function hasSession({ env }: DashboardContent, { headers }: ProgramRequest): boolean {
  const cookies = String(headers["cookie"] ?? "").split("; ");
  return cookies.includes(`${cookiePrefix(env, headers)}at=${sessionOf(env)}`);
}

/** Behind a proxy that the dashboard trusts, https gives the cookies another name. */
function cookiePrefix(env: Environment, headers: ProgramRequest["headers"]): string {
  const trusts = (env[CONTAINER_VARIABLES.trustedProxies.variable] ?? "") !== "";
  return `${trusts && headers["x-forwarded-proto"] === "https" ? "__Host-" : ""}hermes_session_`;
}
