/** What an agent's API server shows from outside, and whether the model answers through it. */
import type { ApiServerState, ModelAnswer, Observation, Unseen } from "../../hermes/observation";
import { API_PATHS } from "../../hermes/web-paths";
import { type Document, jsonIn, record, records } from "../../support/json-document";
import type { ServiceAnswer } from "../access/access";
import { type Ask, asksForBasicAuth, documentOf, textIn } from "./ask";
import { cronOf, gatewayOf, platformsOf } from "./gateway";

export interface ModelQuestion {
  readonly nonce: string;
  /** How long the model may take. */
  readonly seconds: number;
}

export interface ApiQuestion {
  /** The key, or why there is none. */
  readonly key: string | Unseen;
  /** Why CapRover's nginx turns the request away, if it does. */
  readonly turnedAway: Unseen;
  /** Undefined if the model is not asked. */
  readonly model: ModelQuestion | undefined;
}

export async function seeApiServer(ask: Ask, { key, turnedAway, model }: ApiQuestion): Promise<Observation> {
  const [health, withoutKey] = await Promise.all([ask(API_PATHS.health), ask(API_PATHS.models)]);
  if (asksForBasicAuth(health)) return nothingSeen(turnedAway, model);
  const stated = documentOf(health);
  const isHermes = stated["platform"] === "hermes-agent";
  const seen: ApiServerState = {
    health: health?.status ?? 0,
    ...(withoutKey && { withoutKey: withoutKey.status }),
    ...(health?.status === 200 && !isHermes && { hermes: false }),
  };
  // The key is not shown to something else that answers there.
  if (!isHermes)
    return { ...nothingSeen({ unseen: "the API server does not answer" }, model), apiServer: seen };
  if (typeof key !== "string")
    return {
      ...nothingSeen(key, model),
      apiServer: seen,
      ...textIn(stated["version"], "version"),
      gateway: gatewayOf(true, undefined, undefined),
    };
  const headers = { authorization: `Bearer ${key}` };
  const [withKey, readiness, jobs, answer] = await Promise.all([
    ask(API_PATHS.models, { headers }),
    ask(API_PATHS.readiness, { headers }),
    ask(API_PATHS.jobs, { headers }),
    model && askModel(ask, headers, model),
  ]);
  return {
    apiServer: { ...seen, ...(withKey && { withKey: withKey.status }) },
    ...textIn(stated["version"], "version"),
    ...readinessOf(readiness),
    cron: jobs?.status === 200 ? cronOf(documentOf(jobs)["jobs"]) : NOT_TOLD,
    ...(answer && { answer }),
  };
}

const NOT_TOLD: Unseen = { unseen: "the API server of this release does not tell" };

function nothingSeen(why: Unseen, model: ModelQuestion | undefined): Observation {
  return {
    apiServer: why,
    version: why,
    gateway: why,
    model: why,
    config: why,
    disk: why,
    cron: why,
    ...(model && { answer: why }),
  };
}

/** Its `state_db` is not read: it says ok of a damaged database (0.19.0, run). */
function readinessOf(answer: ServiceAnswer | undefined): Observation {
  const state = documentOf(answer);
  const checks = record(record(state["readiness"])["checks"]);
  const [config, model, disk] = ["config", "model", "disk"].map((name) => record(checks[name]));
  return {
    gateway: gatewayOf(true, state["gateway_state"], state["exit_reason"]),
    ...(typeof state["pid"] === "number" && { gatewayPid: state["pid"] }),
    ...(answer?.status === 200 && { platforms: platformsOf(state["platforms"]) }),
    config: config?.["status"] === undefined ? NOT_TOLD : configOf(config),
    model: model?.["status"] === undefined ? NOT_TOLD : modelOf(model),
    disk: diskOf(disk ?? {}),
  };
}

const configOf = ({ status, detail }: Document) => ({
  present: detail !== "using defaults",
  parses: status === "ok",
  ...textIn(detail, "error"),
});

const modelOf = ({ status }: Document) =>
  status === "ok" ? { name: "one, of which it does not tell the name" } : {};

function diskOf({ used_percent: used, free_bytes: free }: Document) {
  return typeof used === "number" && typeof free === "number"
    ? { usedPercent: Math.round(used), freeMiB: Math.floor(free / 2 ** 20) }
    : NOT_TOLD;
}

/**
 * Only the text counts. Of a model that failed, 0.19.0 answers 200 with the error as the text and `finish_reason: error`;
 * earlier releases answer 502, and every release answers 500 without a provider.
 */
async function askModel(
  ask: Ask,
  headers: Readonly<Record<string, string>>,
  { nonce, seconds }: ModelQuestion,
  below = "",
): Promise<ModelAnswer | Unseen> {
  const question = `Reply with exactly: ${nonce}`;
  const started = Date.now();
  const answer = await ask(`${below}${API_PATHS.chat}`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ model: "hermes-agent", messages: [{ role: "user", content: question }] }),
    seconds,
  });
  const waited = Math.round((Date.now() - started) / 1000);
  if (answer === undefined) return notExact(`no answer in ${waited} s`);
  if (answer.status === 401) return { unseen: "the API server does not take the key" };
  const [choice = {}] = records(documentOf(answer)["choices"]);
  const { content } = record(choice["message"]);
  if (typeof content !== "string") return notExact(failureIn(answer, waited));
  const failed = answer.status !== 200 || choice["finish_reason"] === "error";
  // The question itself must not count as the answer.
  const exact = !failed && content.replaceAll(question, "").includes(nonce);
  return { by: "gateway", exact, text: content.trim() };
}

/** Whether the model of a profile answers that the gateway serves. @param path of the profile */
export async function askProfile(
  ask: Ask,
  { key, model }: Pick<ApiQuestion, "key" | "model">,
  path: string,
): Promise<ModelAnswer | Unseen> {
  if (typeof key !== "string") return key;
  if (model === undefined) return { unseen: "left out by a flag" };
  return askModel(ask, { authorization: `Bearer ${key}` }, model, path);
}

const notExact = (text: string): ModelAnswer => ({ by: "gateway", exact: false, text });

/** What stands in place of an answer. A proxy before the agent writes a page of its own. */
function failureIn(answer: ServiceAnswer, waited: number): string {
  if (jsonIn(answer.body) === undefined)
    return answer.status === 504
      ? `no answer in ${waited} s; the proxy before the agent waited no longer`
      : `a proxy answered ${answer.status}`;
  const { message } = record(documentOf(answer)["error"]);
  return typeof message === "string" ? `${answer.status}: ${message}` : String(answer.status);
}
