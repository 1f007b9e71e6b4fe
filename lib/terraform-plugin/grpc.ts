/**
 * A gRPC server for unary calls, on `node:http2`. Written here because one Terraform command starts a provider several
 * times, and loading @grpc/grpc-js alone nearly doubles the time that Node takes to start.
 */
import type { Http2SecureServer, Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Message } from "./protobuf";

/** gRPC status codes used by this server. */
export const STATUS = { ok: 0, resourceExhausted: 8, unimplemented: 12, internal: 13 } as const;

/** An error with a gRPC status, which the caller gets. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Answers one call: takes the bytes of the request, returns those of the response. */
export type Handler = (request: Uint8Array) => Promise<Uint8Array>;
/** Handlers by path, such as `/plugin.GRPCController/Shutdown`. */
export type Handlers = ReadonlyMap<string, Handler>;

/** The limit of Terraform's Go SDK. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
const FRAME_HEADER_BYTES = 5;
/** An error travels in headers, which are limited to some kilobytes. */
const MAX_ERROR_CHARACTERS = 1000;

/** For large states: by default, a session with 10 MB of answers that are not fetched yet refuses further calls. */
export const HTTP2_OPTIONS = {
  maxSessionMemory: 1024,
  settings: { initialWindowSize: 1024 * 1024 },
} as const;

/** Makes a handler of a function that takes and returns messages. */
export function unary<Request, Response>(
  request: Pick<Message<Request, never>, "decode">,
  response: Pick<Message<unknown, Response>, "encode">,
  answer: (request: Request) => Promise<Response>,
): Handler {
  return async (input) => response.encode(await answer(request.decode(input)));
}

/**
 * Answers the gRPC calls that a server gets.
 * @param handlersFor called once for each connection, so that a server can keep its clients apart
 * @param maxMessageBytes the longest request that is accepted
 */
export function answerCalls(
  server: Http2Server | Http2SecureServer,
  handlersFor: () => Handlers,
  maxMessageBytes: number = MAX_MESSAGE_BYTES,
): void {
  const perSession = new WeakMap<object, Handlers>();
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    // A client that disconnects during a call causes an error of its stream. Other calls go on.
    stream.on("error", () => {});
    const session = stream.session;
    if (session === undefined) return;
    const handlers = perSession.get(session) ?? handlersFor();
    perSession.set(session, handlers);
    answerStream(stream, headers, handlers, maxMessageBytes).catch((error: unknown) => {
      fail(stream, error);
    });
  });
  server.on("sessionError", () => {});
}

async function answerStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  handlers: Handlers,
  maxMessageBytes: number,
): Promise<void> {
  if (headers[":method"] !== "POST") return stream.respond({ ":status": 405 }, { endStream: true });
  if (!/^application\/grpc(\+proto)?(;|$)/.test(headers["content-type"] ?? "")) {
    return stream.respond({ ":status": 415 }, { endStream: true });
  }
  const path = headers[":path"] ?? "";
  const handler = handlers.get(path);
  if (handler === undefined) throw new GrpcError(STATUS.unimplemented, `unknown method ${path}`);
  const response = await handler(await readMessage(stream, maxMessageBytes));
  if (stream.destroyed) return;
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(STATUS.ok) }));
  stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
  stream.end(frame(response));
}

/** A message in the form that a stream carries: a flag for "not compressed", the length, the message. */
export function frame(message: Uint8Array): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Reads the one frame of a unary request: a flag byte, four bytes of length, the message. */
function readMessage(stream: ServerHttp2Stream, maxMessageBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let received = 0;
  let expected = Number.POSITIVE_INFINITY;
  const accept = (chunk: Buffer) => {
    chunks.push(chunk);
    received += chunk.length;
    if (expected === Number.POSITIVE_INFINITY && received >= FRAME_HEADER_BYTES) {
      const header = Buffer.concat(chunks);
      if (header[0] !== 0) throw new GrpcError(STATUS.unimplemented, "compressed messages are not accepted");
      const length = header.readUInt32BE(1);
      if (length > maxMessageBytes) {
        throw new GrpcError(
          STATUS.resourceExhausted,
          `a message of ${length} bytes is longer than the limit of ${maxMessageBytes}`,
        );
      }
      expected = FRAME_HEADER_BYTES + length;
    }
    if (received > expected) throw new GrpcError(STATUS.internal, "more than one message in a unary call");
  };
  // With listeners: an async iterator would double the cost of a call.
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      try {
        accept(chunk);
      } catch (error) {
        stream.off("data", onData).pause();
        reject(error);
      }
    };
    const onClose = () => reject(new GrpcError(STATUS.internal, "the stream was closed"));
    stream.on("data", onData);
    stream.once("close", onClose);
    stream.once("error", reject);
    stream.once("end", () => {
      stream.off("close", onClose);
      if (received === expected) resolve(Buffer.concat(chunks).subarray(FRAME_HEADER_BYTES));
      else reject(new GrpcError(STATUS.internal, "the request ends before its message does"));
    });
  });
}

/** Answers with an error. It travels in the headers, so it must come before the response has started. */
function fail(stream: ServerHttp2Stream, error: unknown): void {
  if (stream.destroyed || stream.headersSent) return;
  const status = error instanceof GrpcError ? error.status : STATUS.internal;
  const text = error instanceof Error ? error.message : String(error);
  stream.respond(
    {
      ":status": 200,
      "content-type": "application/grpc+proto",
      "grpc-accept-encoding": "identity",
      "grpc-status": String(status),
      "grpc-message": percentEncoded(text.slice(0, MAX_ERROR_CHARACTERS)),
    },
    { endStream: true },
  );
  stream.close();
}

/** As gRPC encodes messages: printable ASCII stays, other bytes become `%XX`. */
function percentEncoded(text: string): string {
  const encoded = Array.from(Buffer.from(text), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return encoded.join("");
}
