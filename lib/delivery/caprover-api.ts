/** CapRover's API as a CI uses it: with an app's token or the password, and sure of nothing that was not answered. */
import { parseCaptainUrl } from "../caprover-server/url";
import { CLOCK_SPEED_VARIABLE, Clock, speedFor } from "../provider/captain/clock";
import { HttpFailure, sendHttp } from "../provider/captain/http";
import { type Document, jsonIn, record, textOf } from "../support/json-document";

/** Nothing but its own time ends a request. */
const NEVER = new AbortController().signal;

/** CapRover's `status` for HTTP 200, else the HTTP status. */
export interface Answer {
  readonly status: number;
  /** What CapRover says, in one line. */
  readonly text: string;
  readonly data: Document;
  /** When it answered, by its own clock; milliseconds since 1970. */
  readonly atMs: number;
}

/** No whole answer came. The request may have had its effect. */
export class NoAnswer extends Error {}

/** What an address answers with status 200, as JSON; empty otherwise. */
export async function documentAt(
  url: URL,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Document> {
  try {
    const { status, text } = await sendHttp({ url, method: "GET", headers, timeoutMs, signal: NEVER });
    return status === 200 ? record(jsonIn(text)) : {};
  } catch (error) {
    if (error instanceof HttpFailure) return {};
    throw error;
  }
}

/** As CapRover numbers them. */
export const STATUS = {
  done: 100,
  started: 101,
  notReady: 1001,
  unknownToken: 1106,
  wrongPassword: 1105,
} as const;

/** What can't have reached the app, so that it is safe to send it again. */
const BUSY: readonly number[] = [429, 502, STATUS.notReady];

const BUSY_SECONDS = 120;
const PAUSE_SECONDS = 5;
const SHOWN_LENGTH = 200;

export class CapRoverApi {
  readonly server: URL;
  readonly clock: Clock;

  /**
   * @param allowInsecureHttp the program lets what logs in go to another machine in clear text
   * @throws Error that says what is wrong with the address
   */
  constructor(address: string, allowInsecureHttp: boolean) {
    this.server = parseCaptainUrl(address, allowInsecureHttp);
    this.clock = new Clock(speedFor(this.server, process.env[CLOCK_SPEED_VARIABLE]));
  }

  /** Some of the server's seconds. */
  pause(): Promise<void> {
    return this.clock.sleep(PAUSE_SECONDS, NEVER);
  }

  /** Waits while CapRover is busy or starts. @throws NoAnswer */
  async call(
    method: "GET" | "POST",
    path: string,
    headers: Readonly<Record<string, string>>,
    { body, seconds = 60 }: { readonly body?: object; readonly seconds?: number } = {},
  ): Promise<Answer> {
    const end = this.clock.milliseconds() + BUSY_SECONDS * 1000;
    for (;;) {
      const answer = await this.send(method, path, headers, body, seconds);
      const isBusy =
        answer === undefined || BUSY.includes(answer.status) || (method === "GET" && answer.status === 500);
      if (answer !== undefined && !(isBusy && this.clock.milliseconds() < end)) return answer;
      if (this.clock.milliseconds() >= end) throw new NoAnswer(`nothing answers at ${this.server.origin}`);
      await this.pause();
    }
  }

  /** Undefined if the server has certainly seen nothing. */
  private async send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: object | undefined,
    seconds: number,
  ): Promise<Answer | undefined> {
    try {
      const {
        status,
        headers: answered,
        text,
      } = await sendHttp({
        url: new URL(`/api/v2${path}`, this.server),
        method,
        headers: { ...headers, "x-namespace": "captain", "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        timeoutMs: this.clock.timeoutMs(seconds),
        signal: NEVER,
      });
      const json = record(jsonIn(text));
      const own = json["status"];
      return {
        status: status === 200 && typeof own === "number" ? own : status === 200 ? 0 : status,
        text: (textOf(json["description"]) ?? text).replaceAll(/\s+/g, " ").slice(0, SHOWN_LENGTH),
        data: record(json["data"]),
        atMs: Date.parse(String(answered.date)) || Date.now(),
      };
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      // A question may be asked again.
      if (error.mayHaveArrived && method !== "GET")
        throw new NoAnswer(`no whole answer came from ${this.server.origin} (${error.message})`);
      return undefined;
    }
  }
}
