import { type Logger, TerraformError } from "../terraform-plugin";
import { API_STATUS, isDone } from "./api-status";
import { type App, readApp } from "./app";
import { isCertificateError, loginRefusal, noCapRover, refusal, untrusted } from "./captain-errors";
import type { Clock } from "./clock";
import type { Sketch } from "./definition-watch";
import { type HttpAnswer, HttpFailure, sendHttp } from "./http";
import {
  flagAt,
  isJsonObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  parseJson,
  textAt,
} from "./json";
import { Mutex } from "./mutex";
import { ServerTime } from "./server-time";
import { VolumeClaims } from "./volume-claims";

export interface CaptainOptions {
  readonly url: URL;
  readonly password: string;
  readonly clock: Clock;
  /** For each request. */
  readonly timeoutSeconds: number;
  readonly log: Logger;
}

/** What became of a call: CapRover's answer, or nobody knows whether it happened. */
export type Outcome =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly description: string;
      readonly data: JsonObject;
    }
  | { readonly kind: "uncertain"; readonly why: string };

export interface AppList {
  readonly apps: ReadonlyMap<string, App>;
  readonly rootDomain: string;
  readonly defaultNginxConfig: string;
}

/** A captain that is replaced is away for 40 s; a busy one may pull an image for minutes. */
const AWAY_SECONDS = 120;
const BUSY_SECONDS = 900;
const RETRY_SECONDS = 1;
const LOGIN = "/login";
/** The HTTP status of a captain that is at another write. */
const BUSY = 429;
const LONGEST_RETRY_SECONDS = 5;
const LOGIN_ATTEMPTS = 3;
/** A list read for a refresh serves the resources of the same refresh. */
const LIST_FRESH_MS = 30_000;

type Attempt =
  | Outcome
  | { readonly kind: "not reached"; readonly why: string; readonly patienceSeconds: number };

/** A client of CapRover's API: logs in, waits while it is away or busy, and never guesses what happened. */
export class Captain {
  readonly clock: Clock;
  readonly url: URL;
  private readonly serverTime: ServerTime;
  private readonly writes = new Mutex();
  /** What plans want, and what work under way has: a volume may be planned for one app while another still has it. */
  readonly planned = new VolumeClaims();
  readonly taken = new VolumeClaims();
  /** Apps as this process has brought them to rest, with the time from when on no container of before runs. */
  readonly settled = new Map<string, { readonly sketch: Sketch; readonly quietAtMs: number }>();
  private readonly turns = new Map<string, Mutex>();
  private login: Promise<string> | undefined;
  /** Each process of the captain's wants a login of its own, so this tells when there is another one. */
  processesSeen = 0;
  private list: { readonly answer: Promise<AppList>; readonly askedMs: number } | undefined;

  /** Asked for until it is found, and then no more: a plan may upgrade many apps. */
  private node: Promise<string> | undefined;

  constructor(private readonly options: CaptainOptions) {
    this.clock = options.clock;
    this.url = options.url;
    this.serverTime = new ServerTime(options.clock);
  }

  /** The captain's time in milliseconds since the epoch. */
  nowMs(): number {
    return this.serverTime.nowMs();
  }

  /**
   * Work on one thing at a time, its waits included, while others go on.
   * @param what an app's name, or the path of a list that is made longer
   */
  inTurn<T>(what: string, work: () => Promise<T>): Promise<T> {
    const turn = this.turns.get(what) ?? new Mutex();
    this.turns.set(what, turn);
    return turn.run(work);
  }

  /** All apps, as they were when a refresh first asked, or newer. */
  cachedApps(signal: AbortSignal): Promise<AppList> {
    if (this.list === undefined || performance.now() - this.list.askedMs > LIST_FRESH_MS) {
      const answer = this.apps(signal);
      const list = { answer, askedMs: performance.now() };
      this.list = list;
      answer.catch(() => {
        if (this.list === list) this.list = undefined;
      });
    }
    return this.list.answer;
  }

  /** All apps as they are now. */
  async apps(signal: AbortSignal): Promise<AppList> {
    const data = await this.read("/user/apps/appDefinitions", "list the apps", signal, "appDefinitions");
    const defaultNginxConfig = textAt(data, "defaultNginxConfig");
    const apps = objectsAt(data, "appDefinitions").map((raw) => readApp(raw, defaultNginxConfig));
    return {
      apps: new Map(apps.map((app) => [app.name, app])),
      rootDomain: textAt(data, "rootDomain"),
      defaultNginxConfig,
    };
  }

  /** The id of the node that the captain runs on and pulls images on; empty when there is none to be found. */
  async ownNode(signal: AbortSignal): Promise<string> {
    this.node ??= this.askForOwnNode(signal);
    const asked = this.node;
    const found = await asked.catch(() => "");
    if (found === "" && this.node === asked) this.node = undefined;
    return asked;
  }

  async nodes(signal: AbortSignal): Promise<readonly JsonObject[]> {
    return objectsAt(await this.read("/user/system/nodes", "list the nodes", signal, "nodes"), "nodes");
  }

  private async askForOwnNode(signal: AbortSignal): Promise<string> {
    const nodes = await this.nodes(signal);
    const leader = nodes.find((node) => flagAt(node, "isLeader")) ?? nodes[0];
    return leader === undefined ? "" : textAt(leader, "nodeId");
  }

  /**
   * @param call what it is for, such as `list the apps`
   * @param list key of the list that the answer has to hold: without it nobody knows whether there is nothing
   */
  read(path: string, call: string, signal: AbortSignal, list?: string): Promise<JsonObject> {
    const ask = async (): Promise<Outcome> => {
      const outcome = await this.call("GET", path, undefined, signal);
      if (list === undefined || outcome.kind !== "answer" || !isDone(outcome.status)) return outcome;
      const isWhole = Array.isArray(outcome.data[list]);
      return isWhole ? outcome : { kind: "uncertain", why: `its answer has no list "${list}"` };
    };
    const gaveUp = (why: string) =>
      new TerraformError(`CapRover did not answer when asked to ${call}`, {
        detail: `${this.url.origin}: ${why}, for ${AWAY_SECONDS} s.`,
      });
    return this.insist(ask, call, gaveUp, signal);
  }

  /** Sends a change. What surely did not reach CapRover is sent again; what may have reached it is not. */
  async write(
    method: "POST" | "PATCH",
    path: string,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<Outcome> {
    this.list = undefined;
    try {
      return await this.call(method, path, body, signal);
    } finally {
      this.list = undefined;
    }
  }

  /** A change that is safe to send again, such as one of a project. @throws TerraformError when it is refused */
  writeOrThrow(path: string, body: JsonObject, call: string, signal: AbortSignal): Promise<JsonObject> {
    const gaveUp = (why: string) =>
      new TerraformError(`It is not known whether CapRover did ${call}`, { detail: `${why}.` });
    return this.insist(() => this.write("POST", path, body, signal), call, gaveUp, signal);
  }

  /** Sends until there is an answer, for as long as a captain may be away: nginx answers 502 for it meanwhile. */
  private async insist(
    send: () => Promise<Outcome>,
    call: string,
    gaveUp: (why: string) => TerraformError,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const startedMs = this.clock.milliseconds();
    for (let attempt = 1; ; attempt++) {
      const outcome = await send();
      if (outcome.kind === "answer") {
        if (isDone(outcome.status)) return outcome.data;
        throw refusal({ call, ...outcome });
      }
      const triedSeconds = (this.clock.milliseconds() - startedMs) / 1000;
      if (triedSeconds > AWAY_SECONDS) throw gaveUp(outcome.why);
      await this.clock.sleep(Math.min(RETRY_SECONDS * attempt, LONGEST_RETRY_SECONDS), signal);
    }
  }

  /** Logs in now, so that a wrong password is told before anything else. */
  async connect(signal: AbortSignal): Promise<void> {
    await this.token(signal);
  }

  private async call(
    method: string,
    path: string,
    body: JsonObject | undefined,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const startedMs = this.clock.milliseconds();
    for (let logins = 1; ; ) {
      const attempt = await this.attempt(method, path, body, signal);
      if (
        attempt.kind === "answer" &&
        attempt.status === API_STATUS.tokenInvalid &&
        logins < LOGIN_ATTEMPTS
      ) {
        logins++;
        continue;
      }
      if (attempt.kind !== "not reached") return attempt;
      const waitedSeconds = (this.clock.milliseconds() - startedMs) / 1000;
      if (waitedSeconds > attempt.patienceSeconds) {
        throw new TerraformError(`CapRover at ${this.url.origin} can't be reached`, {
          detail: `${method} ${path}: ${attempt.why}, for ${Math.round(waitedSeconds)} s.`,
        });
      }
      this.options.log.debug("waiting for CapRover", { why: attempt.why, path });
      await this.clock.sleep(RETRY_SECONDS, signal);
    }
  }

  private async attempt(
    method: string,
    path: string,
    body: JsonObject | undefined,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const login = this.token(signal);
    const token = await login;
    const send = () => this.send(method, path, body, { "x-captain-auth": token }, signal);
    const attempt = await (method === "GET" ? send() : this.writes.run(send));
    const rejected = attempt.kind === "answer" && attempt.status === API_STATUS.tokenInvalid;
    if (rejected && this.login === login) this.login = undefined;
    return attempt;
  }

  private token(signal: AbortSignal): Promise<string> {
    if (this.login === undefined) {
      const login = this.logIn(signal);
      this.login = login;
      login.catch(() => {
        if (this.login === login) this.login = undefined;
      });
    }
    return this.login;
  }

  private async logIn(signal: AbortSignal): Promise<string> {
    const startedMs = this.clock.milliseconds();
    for (;;) {
      const attempt = await this.send("POST", LOGIN, { password: this.options.password }, {}, signal);
      if (attempt.kind === "answer") {
        if (!isDone(attempt.status)) throw loginRefusal(attempt.status, attempt.description);
        const token = textAt(attempt.data, "token");
        if (token === "") throw noCapRover(this.url, "It gave no token.");
        this.processesSeen++;
        return token;
      }
      if ((this.clock.milliseconds() - startedMs) / 1000 > AWAY_SECONDS) {
        throw new TerraformError(`CapRover at ${this.url.origin} can't be reached`, {
          detail: `Logging in: ${attempt.why}.`,
          path: ["url"],
        });
      }
      await this.clock.sleep(RETRY_SECONDS, signal);
    }
  }

  private async send(
    method: string,
    path: string,
    body: JsonObject | undefined,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Attempt> {
    try {
      const answer = await sendHttp({
        url: new URL(`/api/v2${path}`, this.url),
        method,
        headers: { "x-namespace": "captain", "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: this.clock.timeoutMs(this.options.timeoutSeconds),
        signal,
      });
      this.serverTime.observe(answer.headers.date);
      // CapRover says no with HTTP 200
      if (path === LOGIN && answer.status >= 400 && answer.status < 500 && answer.status !== BUSY) {
        throw noCapRover(this.url, `It answers a login with HTTP ${answer.status}.`);
      }
      return this.understand(answer);
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      if (error.code === "ENOTFOUND") {
        throw new TerraformError(`There is no host ${this.url.hostname}`, { path: ["url"] });
      }
      if (error.code !== undefined && isCertificateError(error.code)) {
        throw untrusted(this.url, error.message);
      }
      return error.mayHaveArrived
        ? { kind: "uncertain", why: error.message }
        : { kind: "not reached", why: error.message, patienceSeconds: AWAY_SECONDS };
    }
  }

  private understand({ status, headers, text }: HttpAnswer): Attempt {
    if (status === BUSY)
      return { kind: "not reached", why: "it is busy (429)", patienceSeconds: BUSY_SECONDS };
    if (status >= 300 && status < 400) {
      throw noCapRover(this.url, `It redirects to ${headers.location ?? "somewhere"}.`);
    }
    if (status !== 200) {
      const answer = `it answered HTTP ${status} "${text.slice(0, 100)}"`;
      if (status === 404) return { kind: "answer", status: 404, description: "Not Found", data: {} };
      return { kind: "uncertain", why: answer };
    }
    const json: Json | undefined = parseJson(text);
    const isEnvelope = isJsonObject(json) && Number.isInteger(json["status"]);
    if (!isEnvelope) {
      if (headers["x-powered-by"] === undefined && !text.startsWith("{")) {
        throw noCapRover(this.url, "Its answer is no JSON.");
      }
      return { kind: "uncertain", why: "its answer is no JSON of CapRover's" };
    }
    const apiStatus = numberAt(json, "status");
    if (apiStatus === API_STATUS.notReady) {
      return { kind: "not reached", why: "it is starting (1001)", patienceSeconds: AWAY_SECONDS };
    }
    const description = textAt(json, "description");
    return { kind: "answer", status: apiStatus, description, data: objectAt(json, "data") };
  }
}
