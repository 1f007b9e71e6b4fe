import { type ClientHttp2Session, connect, createServer, type Http2Server } from "node:http2";
import { connect as connectTcp } from "node:net";
import * as grpc from "@grpc/grpc-js";
import * as fc from "fast-check";
import {
  answerCalls,
  frame,
  GrpcError,
  type Handler,
  HTTP2_OPTIONS,
  STATUS,
} from "../../lib/terraform-plugin/grpc";

interface Answer {
  readonly headers: Record<string, unknown>;
  readonly trailers: Record<string, unknown>;
  readonly body: Buffer;
}

describe("the gRPC server", () => {
  let server: Http2Server;
  let address: string;
  let session: ClientHttp2Session;
  const handlers = new Map<string, Handler>([
    ["/test/Echo", async (request) => request],
    ["/test/Large", async () => Buffer.alloc(30_000_000)],
    ["/test/Fail", async () => Promise.reject(new Error("broken: 100 %\nüber \ud800"))],
    ["/test/Refuse", async () => Promise.reject(new GrpcError(STATUS.resourceExhausted, "no more"))],
  ]);

  beforeAll(async () => {
    server = createServer(HTTP2_OPTIONS);
    answerCalls(server, () => handlers, 100_000);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const bound = server.address();
    address = typeof bound === "object" && bound !== null ? `127.0.0.1:${bound.port}` : "";
    session = connect(`http://${address}`);
  });
  afterAll(async () => {
    session.destroy();
    server.close();
  });

  const send = (body: Uint8Array, headers: Record<string, string> = {}) => sendPieces([body], headers);

  function sendPieces(body: readonly Uint8Array[], headers: Record<string, string> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const stream = session.request({
        ":method": "POST",
        ":path": "/test/Echo",
        "content-type": "application/grpc",
        ...headers,
      });
      const chunks: Buffer[] = [];
      let received: Record<string, unknown> = {};
      let trailers: Record<string, unknown> = {};
      stream.on("response", (head) => {
        received = { ...head };
      });
      stream.on("trailers", (tail) => {
        trailers = { ...tail };
      });
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("error", reject);
      stream.on("close", () => resolve({ headers: received, trailers, body: Buffer.concat(chunks) }));
      // Each piece is sent before the next is written, so that none are joined.
      const [piece, ...rest] = body;
      const write = (next: Uint8Array | undefined, others: readonly Uint8Array[]): void => {
        if (next === undefined) stream.end();
        else stream.write(next, () => setImmediate(write, others[0], others.slice(1)));
      };
      write(piece, rest);
    });
  }

  const statusOf = ({ headers, trailers }: Answer) =>
    Number(headers["grpc-status"] ?? trailers["grpc-status"]);

  /** Up to as many bytes as the size says, not the handful that fast-check generates by default. */
  const messageUpTo = (maxLength: number) => fc.uint8Array({ maxLength, size: "max" });

  test("any message is echoed, in whatever pieces it arrives", async () => {
    const cuts = fc.uniqueArray(fc.oneof(fc.nat(8), fc.nat(50_000)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(messageUpTo(10), messageUpTo(50_000)), cuts, async (message, at) => {
        const whole = frame(message);
        const places = [0, ...at.sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        const answer = await sendPieces(pieces);
        expect(statusOf(answer)).toBe(STATUS.ok);
        expect(answer.body.equals(whole)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test("a frame is read when its header arrives byte by byte", async () => {
    const whole = frame(Buffer.from("slowly"));
    const answer = await sendPieces(Array.from(whole, (byte) => Uint8Array.of(byte)));
    expect(answer.body.equals(whole)).toBe(true);
  });

  test("calls are answered while tens of megabytes wait to be fetched", async () => {
    const unread = session.request({
      ":method": "POST",
      ":path": "/test/Large",
      "content-type": "application/grpc",
    });
    unread.end(frame(Buffer.alloc(0)));
    await new Promise((resolve) => unread.once("response", resolve));
    expect(statusOf(await send(frame(Buffer.from("small"))))).toBe(STATUS.ok);
    unread.close();
  });

  test("a message without its end is an error", async () => {
    await fc.assert(
      fc.asyncProperty(messageUpTo(20_000), fc.nat(), async (message, at) => {
        const whole = frame(message);
        const answer = await send(whole.subarray(0, at % whole.length));
        expect(statusOf(answer)).toBe(STATUS.internal);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ["two messages", Buffer.concat([frame(Buffer.from("a")), frame(Buffer.from("b"))]), STATUS.internal],
    ["a message marked as compressed", Buffer.from([1, 0, 0, 0, 1, 65]), STATUS.unimplemented],
    ["a message that claims 4 GiB", Buffer.from([0, 255, 255, 255, 255, 65]), STATUS.resourceExhausted],
    ["a message just above the limit", frame(Buffer.alloc(100_001)), STATUS.resourceExhausted],
  ])("refuses %s", async (_, body, status) => {
    expect(statusOf(await send(body))).toBe(status);
  });

  test("an unknown method has the status unimplemented, which Terraform expects of services that it probes", async () => {
    expect(statusOf(await send(frame(Buffer.alloc(0)), { ":path": "/plugin.GRPCStdio/StreamStdio" }))).toBe(
      STATUS.unimplemented,
    );
  });

  test("a request that is not gRPC gets an HTTP error", async () => {
    expect((await send(Buffer.alloc(0), { "content-type": "text/html" })).headers[":status"]).toBe(415);
    expect((await send(Buffer.alloc(0), { ":method": "PUT" })).headers[":status"]).toBe(405);
  });

  test("the error of a handler reaches the client with its status and text", async () => {
    const answer = await send(frame(Buffer.alloc(0)), { ":path": "/test/Fail" });
    expect(statusOf(answer)).toBe(STATUS.internal);
    expect(decodeURIComponent(String(answer.headers["grpc-message"]))).toBe("broken: 100 %\nüber \ufffd");
    expect(statusOf(await send(frame(Buffer.alloc(0)), { ":path": "/test/Refuse" }))).toBe(
      STATUS.resourceExhausted,
    );
  });

  test("a client that disconnects during a call does not affect other calls", async () => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/test/Echo",
      "content-type": "application/grpc",
    });
    stream.on("error", () => {});
    stream.write(Buffer.from([0, 0, 0]));
    stream.close(8);
    expect(statusOf(await send(frame(Buffer.from("still here"))))).toBe(STATUS.ok);
  });

  test("bytes that are not HTTP/2 do not affect other connections", async () => {
    const port = Number(address.split(":")[1]);
    await new Promise<void>((resolve) => {
      const socket = connectTcp(port, "127.0.0.1", () => socket.end("GET / HTTP/1.1\r\n\r\n"));
      socket.on("error", () => {});
      socket.on("close", () => resolve());
      socket.resume();
    });
    expect(statusOf(await send(frame(Buffer.from("still here"))))).toBe(STATUS.ok);
  });

  test("a client of grpc-js gets answers, errors and large messages", async () => {
    const client = new grpc.Client(address, grpc.credentials.createInsecure());
    const call = (path: string, message: Buffer) =>
      new Promise<Buffer>((resolve, reject) => {
        client.makeUnaryRequest(
          path,
          (value: Buffer) => value,
          (value: Buffer) => value,
          message,
          (error, answer) => (error === null ? resolve(answer ?? Buffer.alloc(0)) : reject(error)),
        );
      });
    const large = Buffer.alloc(99_999, 7);
    expect((await call("/test/Echo", large)).equals(large)).toBe(true);
    expect((await call("/test/Echo", Buffer.alloc(0))).length).toBe(0);
    await expect(call("/test/Fail", Buffer.alloc(0))).rejects.toMatchObject({
      code: 13,
      details: "broken: 100 %\nüber \ufffd",
    });
    await expect(call("/test/None", Buffer.alloc(0))).rejects.toMatchObject({ code: 12 });
    await expect(call("/test/Echo", Buffer.alloc(200_000))).rejects.toMatchObject({ code: 8 });
    client.close();
  });

  test("an answer has the body, status and content type of a grpc-js server", async () => {
    const reference = new grpc.Server();
    const identity = (value: Buffer) => value;
    reference.addService(
      {
        Echo: {
          path: "/test/Echo",
          requestStream: false,
          responseStream: false,
          requestSerialize: identity,
          requestDeserialize: identity,
          responseSerialize: identity,
          responseDeserialize: identity,
        },
      },
      {
        Echo: (call: grpc.ServerUnaryCall<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) =>
          answer(null, call.request),
      },
    );
    const port = await new Promise<number>((resolve, reject) =>
      reference.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    const ours = session;
    const body = frame(Buffer.from("the same message"));
    const mine = await send(body);
    session = connect(`http://127.0.0.1:${port}`);
    const theirs = await send(body);
    session.destroy();
    session = ours;
    reference.forceShutdown();
    expect(mine.body.equals(theirs.body)).toBe(true);
    expect(mine.headers[":status"]).toBe(theirs.headers[":status"]);
    expect(mine.headers["content-type"]).toBe(theirs.headers["content-type"]);
    expect(mine.trailers["grpc-status"]).toBe(theirs.trailers["grpc-status"]);
  });
});
