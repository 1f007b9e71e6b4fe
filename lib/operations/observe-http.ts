/**
 * What an agent shows over HTTP: its API server with the agent's key, and its dashboard's public pages. Nothing that
 * wants a dashboard login is asked: looking at the logins there would use up an expired one.
 */
import type {
  ApiServerState,
  DashboardState,
  GatewayState,
  ModelAnswer,
  Observation,
  PlatformState,
  Unseen,
} from "../hermes/observation";
import { type Document, jsonIn, record } from "../support/json-document";
import { type AgentAccess, type ServiceAnswer, Unreachable } from "./access/access";
import type { Manifest } from "./manifest";

export interface HttpSecrets {
  /** Key of the API server. */
  readonly apiKey?: string | undefined;
}

export interface HttpQuestion {
  readonly nonce: string;
  /** How long the model may take. */
  readonly seconds: number;
}

type Request = NonNullable<AgentAccess["request"]>;

const SECONDS = 15;

export async function observeHttp(
  request: Request,
  { services }: Manifest,
  { apiKey }: HttpSecrets,
  question: HttpQuestion | undefined,
): Promise<Observation> {
  const [dashboard, api] = await Promise.all([
    services.dashboard?.url ? seeDashboard(request) : undefined,
    services.apiServer?.url ? seeApiServer(request, apiKey, question) : undefined,
  ]);
  return { ...NOT_FROM_OUTSIDE, ...dashboard, ...api };
}

/** Only from inside the container. */
const NOT_FROM_OUTSIDE: Observation = Object.fromEntries(
  (["codexLogin", "managed", "databases", "files", "shadowed", "disk", "cron", "config"] as const).map(
    (part) => [part, { unseen: "nothing can look into the container from outside" }],
  ),
);

async function seeDashboard(request: Request): Promise<Observation> {
  const ask = (path: string) => answerOf(request("dashboard", { method: "GET", path, seconds: SECONDS }));
  const [root, config, status, info] = await Promise.all(
    ["/", "/api/config", "/api/status", "/api/model/info"].map(ask),
  );
  const state = jsonOf(status);
  const model = jsonOf(info);
  const seen: DashboardState = {
    root: root?.status ?? 0,
    config: config?.status ?? 0,
    ...textIn(root?.headers["location"], "location"),
    ...(typeof state["auth_required"] === "boolean" && { authRequired: state["auth_required"] }),
  };
  return {
    dashboard: seen,
    ...(status?.status === 200 && {
      ...textIn(state["version"], "version"),
      gateway: gatewayOf(state),
      platforms: platformsOf(state["gateway_platforms"]),
    }),
    ...(info?.status === 200 && {
      model: { ...textIn(model["provider"], "provider"), ...textIn(model["model"], "name") },
    }),
  };
}

async function seeApiServer(
  request: Request,
  key: string | undefined,
  question: HttpQuestion | undefined,
): Promise<Observation> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const ask = (path: string, as: Readonly<Record<string, string>> = {}) =>
    answerOf(request("apiServer", { method: "GET", path, headers: as, seconds: SECONDS }));
  const [health, withoutKey, withKey] = await Promise.all([
    ask("/health"),
    ask("/v1/models"),
    key === undefined ? undefined : ask("/v1/models", headers),
  ]);
  const seen: ApiServerState = {
    health: health?.status ?? 0,
    ...(withoutKey && { withoutKey: withoutKey.status }),
    ...(withKey && { withKey: withKey.status }),
  };
  return {
    apiServer: seen,
    ...(health?.status === 200 && textIn(jsonOf(health)["version"], "version")),
    ...(question && { answer: await askModel(request, key, question) }),
  };
}

async function askModel(
  request: Request,
  key: string | undefined,
  { nonce, seconds }: HttpQuestion,
): Promise<ModelAnswer | Unseen> {
  if (key === undefined) return { unseen: "the API server's key is not in the environment here" };
  const content = `Reply with exactly: ${nonce}`;
  const answer = await answerOf(
    request("apiServer", {
      method: "POST",
      path: "/v1/chat/completions",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "hermes-agent", messages: [{ role: "user", content }] }),
      seconds,
    }),
  );
  if (answer === undefined) return { by: "gateway", exact: false, text: `no answer in ${seconds} s` };
  const { choices } = jsonOf(answer);
  const first = Array.isArray(choices) ? record(record(choices[0])["message"])["content"] : undefined;
  const said = typeof first === "string" ? first : answer.body;
  return { by: "gateway", exact: said.includes(nonce), text: said.trim().slice(0, 300) };
}

function gatewayOf(status: Document): GatewayState {
  return {
    alive: status["gateway_running"] === true,
    ...textIn(status["gateway_state"], "state"),
    ...textIn(status["gateway_exit_reason"], "exitReason"),
  };
}

function platformsOf(platforms: unknown): Readonly<Record<string, PlatformState>> {
  return Object.fromEntries(
    Object.entries(record(platforms)).map(([name, row]) => {
      const { state, error_code: code, error_message: message } = record(row);
      const stated = typeof row === "string" ? row : String(state ?? "unknown");
      // Hermes does not mask every token in its message, and the page is public.
      const text =
        typeof message === "string" ? message.replaceAll(/\b\d{6,}:[\w-]{20,}/g, "***") : undefined;
      return [name, { state: stated, ...textIn(code, "errorCode"), ...textIn(text, "errorMessage") }];
    }),
  );
}

async function answerOf(asked: Promise<ServiceAnswer>): Promise<ServiceAnswer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}

function jsonOf(answer: ServiceAnswer | undefined): Document {
  return record(jsonIn(answer?.body ?? ""));
}

function textIn<Name extends string>(value: unknown, name: Name): { readonly [Key in Name]?: string } {
  return typeof value === "string" && value !== "" ? nameIt(name, value.slice(0, 300)) : {};
}

function nameIt<Name extends string>(name: Name, value: string): { readonly [Key in Name]?: string };
function nameIt(name: string, value: string): Readonly<Record<string, string>> {
  return { [name]: value };
}
