/** Serves providers from inside a running process, such as a test. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerCalls, HTTP2_OPTIONS } from "./grpc";
import { createLogger, type Logger } from "./log";
import { ProviderCalls } from "./provider-calls";
import type { Provider } from "./resource";

/** Providers that are served until they are closed. */
export interface Reattached {
  /** The environment variables by which Terraform finds the providers. */
  readonly environment: { readonly TF_REATTACH_PROVIDERS: string };
  /** Stops serving. */
  close(): Promise<void>;
}

/**
 * Serves providers to each Terraform that runs with the returned environment.
 * @param providers by source address, such as `registry.terraform.io/hashicorp/random`
 * @param log @default - no log
 */
export async function serveInProcess(
  providers: Readonly<Record<string, Provider>>,
  log: Logger = createLogger(() => {}),
): Promise<Reattached> {
  // A directory that only this user may enter, because a reattached provider has no TLS.
  const directory = await mkdtemp(join(tmpdir(), "terraform-provider-"));
  const served = await Promise.all(
    Object.entries(providers).map(async ([source, provider], index) => {
      const path = join(directory, String(index));
      return { source, path, close: await serveAt(path, provider, log) };
    }),
  );
  const entries = served.map(({ source, path }) => [
    source,
    {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: process.pid,
      Test: true,
      Addr: { Network: "unix", String: path },
    },
  ]);
  return {
    environment: { TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(entries)) },
    async close() {
      await Promise.all(served.map((one) => one.close()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function serveAt(path: string, provider: Provider, log: Logger): Promise<() => Promise<void>> {
  const server: Http2Server = createServer(HTTP2_OPTIONS);
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  // Each connection is one configured provider, as each process is otherwise.
  answerCalls(server, () => new ProviderCalls(provider, log).handlers());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return () =>
    new Promise((resolve) => {
      for (const session of sessions) session.destroy();
      server.close(() => resolve());
    });
}
