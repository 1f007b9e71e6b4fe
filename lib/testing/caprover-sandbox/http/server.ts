import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isIP } from "node:net";
import { ApiStatus } from "../captain/api-status";
import type { CaptainHost } from "../captain/host";
import type { CaptainState } from "../captain/state";
import { messageOf } from "../engine/errors";
import { answerApi } from "./api";
import type { FaultEffect, Faults, RecordedRequest } from "./faults";
import { readFault } from "./json-fault";
import { type ParsedBody, parseBody, readBody, readRequest } from "./request";
import { BUSY, handled, type Outcome, reset, SERVER_ERROR, send, type WireAnswer } from "./response";
import { UNMODELLED_NGINX_PATHS, type Unmodelled } from "./unmodelled";
import { FAULTS_PATH, welcomePage } from "./welcome";

const HEALTH_ID_SECONDS = 20;

/** One port for CapRover's API and for the apps behind nginx; the Host header tells them apart. */
export class HttpServer {
  readonly requests: RecordedRequest[] = [];
  private readonly server: Server;
  private readonly inFlight = new Set<ServerResponse>();
  private healthId = { value: randomUUID(), untilMs: 0 };
  private port = 0;

  constructor(
    private readonly state: CaptainState,
    private readonly host: CaptainHost,
    private readonly faults: Faults,
    private readonly unmodelled: Unmodelled,
  ) {
    this.server = createServer((request, response) => {
      response.sendDate = false;
      this.serve(request, response).catch(() => response.destroy());
    });
    state.nginx.onReload = () => this.server.closeIdleConnections();
    host.onGone = () => {
      this.server.closeIdleConnections();
      for (const response of this.inFlight) reset(response);
    };
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", () => {
        const address = this.server.address();
        this.port = typeof address === "object" && address !== null ? address.port : port;
        resolve(this.port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const hostName = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    const body = await readBody(request);
    await this.state.clock.catchUp();
    response.setHeader("Date", this.state.clock.now().toUTCString());
    if (this.isCaptain(hostName)) {
      await this.serveCaptain(request, response, body);
      return;
    }
    const { nginx } = this.state;
    const { pathname } = new URL(request.url ?? "/", "http://app");
    if (!nginx.serves(hostName) && UNMODELLED_NGINX_PATHS.includes(pathname)) {
      send(response, this.unmodelled.refuse(request.method ?? "GET", pathname));
      return;
    }
    const answer = nginx.answer(hostName, {
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers: request.headers,
      body: body.toString("utf8"),
    });
    if (answer.afterSeconds !== undefined) await this.state.clock.sleep(answer.afterSeconds);
    for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
    response.writeHead(answer.status);
    response.end(answer.body);
  }

  private isCaptain(hostName: string): boolean {
    const { rootDomain } = this.state.settings;
    const captain = `captain.${rootDomain || "captain.localhost"}`;
    return hostName === captain || hostName === "localhost" || isIP(hostName.replace(/^\[|\]$/g, "")) !== 0;
  }

  private async serveCaptain(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    const url = new URL(request.url ?? "/", "http://captain");
    if (url.pathname === FAULTS_PATH) {
      this.serveFaults(request.method ?? "GET", response, body);
      return;
    }
    this.inFlight.add(response);
    response.once("close", () => this.inFlight.delete(response));
    response.setHeader("X-Powered-By", "Express");
    if (url.pathname === "/checkhealth" && this.host.phase === "up") {
      response.setHeader("Content-Type", "text/html");
      response.end(this.currentHealthId());
      return;
    }
    if (url.pathname === "/" && request.method === "GET" && this.host.phase === "up") {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(welcomePage(this.state, `http://127.0.0.1:${this.port}`));
      return;
    }
    send(response, await this.outcome(request, url, body));
  }

  /** Not CapRover's: POST adds a fault, DELETE drops all. It answers even while CapRover does not. */
  private serveFaults(method: string, response: ServerResponse, body: Buffer): void {
    const answer = (status: number, value: object) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(`${JSON.stringify(value)}\n`);
    };
    try {
      if (method === "POST") this.faults.inject(readFault("fault", body.toString("utf8")));
      if (method === "DELETE") this.faults.clear();
      answer(200, { pending: this.faults.pending });
    } catch (error) {
      answer(400, { error: messageOf(error) });
    }
  }

  private async outcome(request: IncomingMessage, url: URL, body: Buffer): Promise<Outcome> {
    const path = url.pathname.replace(/^\/api\/v2(?=\/)/, "");
    const parsed = parseBody(request, body);
    const recorded: RecordedRequest = {
      ordinal: this.requests.length + 1,
      method: request.method ?? "GET",
      path,
      body: parsed?.body ?? null,
      at: this.state.clock.now(),
      outcome: undefined,
    };
    this.requests.push(recorded);
    const outcome = await this.work(request, url, recorded, parsed);
    if (typeof outcome === "object" && "httpStatus" in outcome) {
      recorded.outcome = outcome.httpStatus === 200 ? outcome.json.status : outcome.httpStatus;
    }
    return outcome;
  }

  private async work(
    request: IncomingMessage,
    url: URL,
    recorded: RecordedRequest,
    parsed: ParsedBody | undefined,
  ): Promise<Outcome> {
    const fault = this.faults.take(recorded);
    const atArrival = fault?.at === "arrival" ? this.suffer(fault.effect, recorded) : undefined;
    if (atArrival !== undefined) return atArrival;
    if (fault?.at === "saved") {
      this.host.captain.process.onSaved = () => this.suffer(fault.effect, recorded);
    }
    const answer = await this.answer(request, url, recorded.path, parsed);
    if (answer === "broken") return answer;
    if (fault?.effect === "truncated") return { half: answer };
    return (fault?.at === "answer" ? this.suffer(fault.effect, recorded) : undefined) ?? answer;
  }

  /** What the fault answers; `undefined` when the request continues. */
  private suffer(effect: FaultEffect, request: RecordedRequest): Outcome | undefined {
    if (typeof effect === "function") effect(request);
    switch (effect) {
      case "429":
        return BUSY;
      case "500":
        return SERVER_ERROR;
      case "1106":
        return handled(
          ApiStatus.authTokenInvalid,
          "Auth token is no longer valid. Request for a new auth token",
        );
      case "not placed":
        return handled(ApiStatus.generic, "No NodeId was found. Try again in a minute...");
      case "reset":
        return "broken";
      case "hang":
        return "never";
      case "server crash":
        void this.host.crash();
        return "broken";
      case "server restart":
        void this.host.restart();
        return undefined;
      default:
        return undefined;
    }
  }

  private async answer(
    request: IncomingMessage,
    url: URL,
    path: string,
    parsed: ParsedBody | undefined,
  ): Promise<WireAnswer | "broken"> {
    const { phase, captain } = this.host;
    if (phase === "unreachable") return "broken";
    if (phase === "failing") return SERVER_ERROR;
    if (phase === "not ready") return handled(ApiStatus.captainNotInitialized, "Captain is not ready yet...");
    if (!url.pathname.startsWith("/api/")) {
      return this.unmodelled.refuse(request.method ?? "GET", url.pathname);
    }
    if (!url.pathname.startsWith("/api/v2/")) {
      return handled(ApiStatus.generic, "This captain instance only accepts API v2");
    }
    if (this.state.settings.forceSsl && request.headers["x-forwarded-proto"] !== "https") {
      const location = `https://${(request.headers.host ?? "").replace(/:\d+$/, "")}:443${url.pathname}`;
      return { httpStatus: 302, text: `Found. Redirecting to ${location}`, location };
    }
    if (parsed === undefined) return SERVER_ERROR;
    return answerApi(captain, readRequest(request, url, path, parsed), this.unmodelled);
  }

  private currentHealthId(): string {
    const nowMs = this.state.clock.milliseconds();
    if (nowMs >= this.healthId.untilMs) {
      this.healthId = { value: randomUUID(), untilMs: nowMs + HEALTH_ID_SECONDS * 1000 };
    }
    return this.healthId.value;
  }
}
