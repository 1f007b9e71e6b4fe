/** The API server of a simulated agent. No model runs behind it. */
import { parseDocument } from "yaml";
import { API_SERVER_SETTINGS } from "../../../hermes/api-server";
import { API_SERVER_PORT } from "../../../hermes/container-contract";
import { hasFeature, type Release, versionOf } from "../../../hermes/releases";
import { apiServerKeyCheck } from "../../../hermes/secret-checks";
import { API_PATHS } from "../../../hermes/web-paths";
import { jsonIn, record, records } from "../../../support/json-document";
import type { ProgramContext, ProgramRequest, ProgramResponse } from "../engine/image";
import { FOREVER_SECONDS, json, pathOf } from "./hermes-answer";
import { gatewayPid, jobsOf } from "./hermes-gateway";
import type { HermesState, SimulatedModel } from "./hermes-state";

export interface ApiServer {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  /** It does not start, because of its key. */
  readonly refused: boolean;
}

/** Without a key there is none. */
export function apiServerOf(release: Release, env: ProgramContext["env"]): ApiServer | undefined {
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

/** What the API server tells of its agent. */
export interface ApiContent {
  readonly release: Release;
  readonly state: HermesState;
  readonly platforms: Readonly<Record<string, object>>;
}

export function answerApi(
  { key }: ApiServer,
  { release, state, platforms }: ApiContent,
  { path: asked, headers, body }: ProgramRequest,
): ProgramResponse {
  const path = pathOf(asked);
  const version = hasFeature(release, "versionInHealth") ? versionOf(release) : undefined;
  const readiness = hasFeature(release, "readiness");
  if (path === API_PATHS.health || path === "/v1/health")
    return json(200, { status: "ok", platform: "hermes-agent", version, simulated: true });
  const isOpen = path === API_PATHS.readiness && !readiness;
  if (!isOpen && headers["authorization"] !== `Bearer ${key}`)
    return json(401, { error: { message: "Invalid API key", code: "invalid_api_key" } });
  switch (path) {
    case API_PATHS.readiness: {
      const checks = readiness ? checksOf(state) : undefined;
      const isReady = Object.values(checks ?? {}).every(({ status }) => status === "ok");
      return json(200, {
        status: isReady ? "ok" : "degraded",
        platform: "hermes-agent",
        version,
        gateway_state: "running",
        platforms,
        exit_reason: null,
        pid: gatewayPid(state),
        ...(checks && { readiness: { checks } }),
      });
    }
    case API_PATHS.models:
      return json(200, { object: "list", data: [{ id: "hermes-agent", object: "model" }] });
    case API_PATHS.jobs:
      return json(200, { jobs: jobsOf(state) });
    default:
      return answerOf(release, state.model, body);
  }
}

type Check = { readonly status: "ok" | "degraded" } & Readonly<Record<string, unknown>>;

/** Its database is always ok, as it is of the real one (0.19.0). */
function checksOf({ model, config = "{}", diskPercent = 40 }: HermesState): Readonly<Record<string, Check>> {
  const status = (isGood: boolean) => (isGood ? "ok" : "degraded");
  const broken = parseDocument(config, { logLevel: "silent" }).errors.length > 0;
  return {
    state_db: { status: "ok" },
    config: { status: status(!broken), ...(broken && { detail: "invalid config (ParserError)" }) },
    model: { status: status(model !== undefined) },
    disk: {
      status: status(diskPercent < 90),
      used_percent: diskPercent,
      free_bytes: (100 - diskPercent) * 2 ** 28,
    },
  };
}

/** What Hermes says of a model that fails, after its own tries. */
const FAILURES: Readonly<Record<"401" | "404" | "429" | "500", string>> = {
  "401": "HTTP 401: Incorrect API key provided",
  "404": "HTTP 404: The model `simulated` does not exist",
  "429": "API call failed after 3 retries: HTTP 429: You exceeded your current quota",
  "500": "API call failed after 3 retries: HTTP 500: upstream exploded",
};

function answerOf(release: Release, model: SimulatedModel | undefined, body: string): ProgramResponse {
  if (model === undefined)
    return json(500, { error: { message: "Internal server error: No inference provider configured." } });
  const { does = "repeats" } = model;
  switch (does) {
    case "repeats":
      return completion(/Reply with exactly: (.*)$/.exec(lastMessage(body))?.[1] ?? "(simulated)");
    case "chatters":
      return completion("Hello! How can I help you today? (simulated)");
    case "answers nothing":
      return completion("⚠️ No reply: the model returned empty content.");
    case "hangs":
      return { ...completion(""), afterSeconds: FOREVER_SECONDS };
    default: {
      const message = FAILURES[does];
      if (!hasFeature(release, "readiness"))
        return json(502, { error: { message, code: "agent_incomplete" } });
      return completion(message, "error");
    }
  }
}

function lastMessage(body: string): string {
  return String(records(record(jsonIn(body))["messages"]).at(-1)?.["content"] ?? "");
}

function completion(content: string, finish_reason: "stop" | "error" = "stop"): ProgramResponse {
  const choice = { index: 0, message: { role: "assistant", content }, finish_reason };
  return json(200, { object: "chat.completion", model: "hermes-agent", choices: [choice] });
}
