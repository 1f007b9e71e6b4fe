import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { Engine } from "./engine";

/** When a request counts as met: when it arrives, before the engine sees it, or when the engine's answer begins. */
type Moment = "asked" | "answered";

interface Watch {
  readonly request: RegExp;
  readonly moment: Moment;
  readonly hold: boolean;
  readonly met: () => void;
}

/**
 * A proxy in front of the engine's API, so that a test can act at an exact step of an apply instead of after a guessed
 * time. Requests are named like `POST /containers/create`.
 */
export class EngineDoor {
  #watches: Watch[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    readonly engine: Engine,
    readonly server: Server,
    readonly path: string,
  ) {}

  static async open(engine: Engine): Promise<EngineDoor> {
    const server = createServer({ requestTimeout: 0 });
    const door = new EngineDoor(engine, server, join(engine.paths.run, "door.sock"));
    server.on("request", (incoming, response) => door.#pass(incoming, response));
    server.on("upgrade", (incoming, socket, head) => door.#passRaw(incoming, socket, head));
    server.on("connection", (socket) => {
      door.#sockets.add(socket);
      socket.on("close", () => door.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(door.path, resolve));
    return door;
  }

  get host(): string {
    return `unix://${this.path}`;
  }

  /** Resolves when the next such request is met. */
  meet(request: RegExp, moment: Moment = "answered"): Promise<void> {
    return this.#watch(request, moment, false);
  }

  /** Resolves when the next such request arrives. The engine never sees it. */
  hold(request: RegExp): Promise<void> {
    return this.#watch(request, "asked", true);
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  #watch(request: RegExp, moment: Moment, hold: boolean): Promise<void> {
    return new Promise((met) => this.#watches.push({ request, moment, hold, met }));
  }

  /** Whether to hold the request. */
  #met({ method, url }: IncomingMessage, moment: Moment): boolean {
    const name = `${method} ${url?.replace(/^\/v[\d.]+/, "")}`;
    const found = this.#watches.filter((watch) => watch.moment === moment && watch.request.test(name));
    this.#watches = this.#watches.filter((watch) => !found.includes(watch));
    for (const { met } of found) met();
    return found.some(({ hold }) => hold);
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    if (this.#met(incoming, "asked")) return;
    const { method, url: path, headers } = incoming;
    const socketPath = this.engine.paths.socket;
    const forward = request({ socketPath, method, path, headers }, (answer) => {
      this.#met(incoming, "answered");
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    forward.on("error", () => response.destroy());
    response.on("close", () => forward.destroy());
    incoming.pipe(forward);
  }

  /** A connection that changes its protocol, as builds with BuildKit do. */
  #passRaw(
    incoming: IncomingMessage,
    socket: NodeJS.ReadWriteStream & { destroy(): void },
    head: Buffer,
  ): void {
    if (this.#met(incoming, "asked")) return;
    const { method, url, rawHeaders } = incoming;
    const backend = connect(this.engine.paths.socket);
    backend.write(`${method} ${url} HTTP/1.1\r\n`);
    for (let i = 0; i < rawHeaders.length; i += 2)
      backend.write(`${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`);
    backend.write("\r\n");
    backend.write(head);
    backend.pipe(socket).pipe(backend);
    const end = () => {
      backend.destroy();
      socket.destroy();
    };
    for (const stream of [backend, socket]) stream.on("error", end).on("close", end);
  }
}
