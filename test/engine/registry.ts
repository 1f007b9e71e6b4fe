import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../eventually";
import type { Engine } from "./engine";
import { freePort, portOf } from "./ports";

/** What happens to the layers that the engine pulls. Manifests always arrive. */
export type Transfer = "whole" | "slow" | "broken";

const SLOW_BYTES_PER_SECOND = 256 * 1024;

/** Debian's image registry on the loopback address, behind a proxy that can slow pulls down or break them. */
export class Registry {
  transfer: Transfer = "whole";
  /** Users with an account who may pull nothing. */
  readonly denied = new Set<string>();
  /** Folders whose images everybody may pull, each with the account that the registry takes for them. */
  readonly open = new Map<string, string>();

  private constructor(
    readonly folder: string,
    readonly backend: ChildProcess,
    readonly backendPort: number,
    readonly door: Server,
    /** The prefix of an image's name, such as `localhost:40123`. */
    readonly host: string,
  ) {}

  /** @param accounts bcrypt hashes of passwords by user; without any, everybody may push and pull */
  static async start(accounts: Readonly<Record<string, string>> = {}): Promise<Registry> {
    const folder = mkdtempSync(join(tmpdir(), "registry-"));
    const backendPort = await freePort();
    const configuration = join(folder, "config.json");
    // The format is YAML, which includes JSON.
    const content = {
      version: 0.1,
      log: { level: "error" },
      storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${backendPort}` },
      ...(Object.keys(accounts).length > 0 && {
        auth: { htpasswd: { realm: "tests", path: join(folder, "accounts") } },
      }),
    };
    const lines = Object.entries(accounts).map(([user, hash]) => `${user}:${hash}\n`);
    writeFileSync(join(folder, "accounts"), lines.join(""));
    writeFileSync(configuration, JSON.stringify(content));
    const backend = spawn("docker-registry", ["serve", configuration], { stdio: "ignore" });
    const door = createServer();
    await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
    const registry = new Registry(folder, backend, backendPort, door, `localhost:${portOf(door)}`);
    door.on("request", (incoming, response) => registry.#pass(incoming, response));
    await eventually("the registry answers", 20, async () => {
      const answer = await fetch(`http://${registry.host}/v2/`).catch(() => undefined);
      return answer?.ok || answer?.status === 401 ? true : undefined;
    });
    return registry;
  }

  /** Pushes an image of the engine to this registry under a name, and returns its digest there. */
  async push(engine: Engine, image: string, name: string): Promise<string> {
    const target = `${this.host}/${name}`;
    await engine.docker("tag", image, target);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(await engine.docker("push", target))?.[1];
    if (digest === undefined) throw new Error(`docker push ${target} printed no digest.`);
    return digest;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.backend.once("exit", resolve));
    this.backend.kill("SIGKILL");
    await ended;
    this.door.closeAllConnections();
    await new Promise((resolve) => this.door.close(resolve));
    rmSync(this.folder, { recursive: true });
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = incoming;
    const [, login = ""] = /^Basic (.*)$/.exec(headers.authorization ?? "") ?? [];
    const [user = ""] = Buffer.from(login, "base64").toString().split(":");
    if (this.denied.has(user) && url !== "/v2/") {
      const errors = [{ code: "DENIED", message: "requested access to the resource is denied" }];
      response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ errors }));
      incoming.resume();
      return;
    }
    const [, folder = ""] = /^\/v2\/([^/]+)\//.exec(url ?? "") ?? [];
    const account = login === "" && method !== "POST" ? this.open.get(folder) : undefined;
    const authorization =
      account === undefined ? {} : { authorization: `Basic ${Buffer.from(account).toString("base64")}` };
    const forward = request(
      {
        port: this.backendPort,
        host: "127.0.0.1",
        method,
        path: url,
        headers: { ...headers, ...authorization },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        const layer = method === "GET" && url?.includes("/blobs/sha256:");
        if (!layer || this.transfer === "whole") {
          answer.pipe(response);
        } else if (this.transfer === "slow") {
          answer.on("data", (piece: Buffer) => {
            response.write(piece);
            answer.pause();
            setTimeout(() => answer.resume(), (piece.length / SLOW_BYTES_PER_SECOND) * 1000);
          });
          answer.on("end", () => response.end());
        } else {
          answer.once("data", (piece: Buffer) => {
            response.write(piece.subarray(0, piece.length / 2), () => response.destroy());
            answer.destroy();
          });
        }
      },
    );
    forward.on("error", () => response.destroy());
    response.on("close", () => forward.destroy());
    incoming.pipe(forward);
  }
}
