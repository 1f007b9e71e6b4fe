/** One HTTP request on a connection of its own, and whether a failed one may have had an effect. */
import { type IncomingMessage, request } from "node:http";
import { request as secureRequest } from "node:https";

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

const LARGEST_BODY_BYTES = 64 * 2 ** 20;

export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  constructor(
    message: string,
    /** False only when it is certain that the server has seen nothing of the request. */
    readonly mayHaveArrived: boolean,
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

/**
 * A connection is never used twice: CapRover's nginx drops idle ones at each change (caprover issue #2490).
 * @throws HttpFailure
 */
export function sendHttp({
  url,
  method,
  headers,
  body,
  timeoutMs,
  signal,
}: HttpRequest): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const secure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    let connected = false;
    const payload = Buffer.from(body ?? "", "utf8");
    const sent = (secure ? secureRequest : request)(url, {
      method,
      agent: false,
      headers: {
        ...headers,
        connection: "close",
        ...(payload.length === 0 ? {} : { "content-length": String(payload.length) }),
      },
    });
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs / 1000} s`, "ETIMEDOUT"), timeoutMs);
    const onAbort = () => finish(() => reject(signal.reason));
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      settle();
      sent.destroy();
    };
    const fail = (message: string, code?: string) =>
      finish(() => reject(new HttpFailure(message, connected, code)));
    signal.addEventListener("abort", onAbort);
    sent.on("socket", (socket) => {
      socket.once(secure ? "secureConnect" : "connect", () => {
        connected = true;
      });
    });
    sent.on("error", (error: NodeJS.ErrnoException) => fail(error.message, error.code));
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > LARGEST_BODY_BYTES) fail(`the answer is larger than ${LARGEST_BODY_BYTES} bytes`);
      });
      response.on("error", (error: NodeJS.ErrnoException) => fail(error.message, error.code));
      response.on("aborted", () => fail("the answer broke off", "ECONNRESET"));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        finish(() => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
    });
    sent.end(payload);
  });
}
