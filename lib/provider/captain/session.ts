/** CapRover's protocol: logging in, waiting while the server is away or busy, and what an answer means. */
import { type Logger, TerraformError } from "../../terraform-plugin";
import { API_STATUS, isDone } from "./api-status";
import type { Clock } from "./clock";
import { isCertificateError, loginRefusal, noCapRover, untrusted } from "./errors";
import { type HttpAnswer, HttpFailure, sendHttp } from "./http";
import { isJsonObject, type Json, type JsonObject, numberAt, objectAt, parseJson, textAt } from "./json";
import { Mutex } from "./mutex";
import { ServerTime } from "./server-time";

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

/** A CapRover that restarts is away for 40 s; a busy one may pull an image for minutes. */
export const AWAY_SECONDS = 120;
const BUSY_SECONDS = 900;
/** For a server that this process has had no answer from: its address may be wrong. */
const REFUSED_SECONDS = 3;
/** Nothing listens there, or nothing is there. */
const REFUSALS: readonly (string | undefined)[] = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"];
export const RETRY_SECONDS = 1;
const LOGIN = "/login";
/** The HTTP status of a CapRover that works on another write. */
const BUSY = 429;
const LOGIN_ATTEMPTS = 3;

type Attempt =
  | Outcome
  | { readonly kind: "not reached"; readonly why: string; readonly patienceSeconds: number };

/** One login at a CapRover server, renewed when it expires. */
export class Session {
  readonly serverTime: ServerTime;
  private readonly url: URL;
  private readonly clock: Clock;
  /** How many server processes were seen. Each one wants a login of its own, so a login tells a new process. */
  processesSeen = 0;
  private readonly writes = new Mutex();
  private login: Promise<string> | undefined;
  /** A server that has answered, and refuses a connection now, is being replaced. */
  private hasAnswered = false;

  constructor(private readonly options: CaptainOptions) {
    this.url = options.url;
    this.clock = options.clock;
    this.serverTime = new ServerTime(options.clock);
  }

  /** Logs in now, so that a wrong password is reported before anything else. */
  async connect(signal: AbortSignal): Promise<void> {
    await this.token(signal);
  }

  async call(
    method: string,
    path: string,
    body: JsonObject | undefined,
    signal: AbortSignal,
    check?: () => Promise<void>,
  ): Promise<Outcome> {
    const startedMs = this.clock.milliseconds();
    for (let logins = 1; ; ) {
      const attempt = await this.attempt(method, path, body, signal, check);
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
    check: (() => Promise<void>) | undefined,
  ): Promise<Attempt> {
    const login = this.token(signal);
    const token = await login;
    const send = async () => {
      await check?.();
      return this.send(method, path, body, { "x-captain-auth": token }, signal);
    };
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
      const patienceSeconds = "patienceSeconds" in attempt ? attempt.patienceSeconds : AWAY_SECONDS;
      if ((this.clock.milliseconds() - startedMs) / 1000 > Math.min(patienceSeconds, AWAY_SECONDS)) {
        const advice = this.hasAnswered
          ? ""
          : " Check the address and its port, and whether the server runs.";
        throw new TerraformError(`CapRover at ${this.url.origin} can't be reached`, {
          detail: `Logging in: ${attempt.why}.${advice}`,
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
      this.hasAnswered = true;
      this.serverTime.observe(answer.headers.date);
      // CapRover itself refuses a login with HTTP 200
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
      if (error.mayHaveArrived) return { kind: "uncertain", why: error.message };
      const isRefused = REFUSALS.includes(error.code) && !this.hasAnswered;
      const patienceSeconds = isRefused ? REFUSED_SECONDS : AWAY_SECONDS;
      return { kind: "not reached", why: error.message || "the connection was refused", patienceSeconds };
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
