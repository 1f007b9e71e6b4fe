/** The life of a provider's process, from the handshake with Terraform to its end. */
import { X509Certificate } from "node:crypto";
import { createSecureServer, createServer, type Http2SecureServer, type Http2Server } from "node:http2";
import { localhostCertificate } from "./certificate";
import { answerCalls, type Handlers, HTTP2_OPTIONS, unary } from "./grpc";
import { type Logger, redirectConsole, stderrLogger } from "./log";
import { Empty } from "./messages";
import { ProviderCalls } from "./provider-calls";
import type { Provider } from "./resource";

/** Terraform's word that it has started this process, the same for every provider. */
export const MAGIC_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const CORE_PROTOCOL = 1;
const PROTOCOL = 6;
const ORPHAN_POLL_MS = 1000;
/** How long running calls may wind up once Terraform is gone. */
const ORPHAN_GRACE_MS = 10_000;

/** Serves a provider to the Terraform that started this process. Ends the process when it may not go on. */
export async function serve(provider: Provider): Promise<void> {
  const refusal = startRefusal(process.env);
  if (refusal !== undefined) return refuse(refusal);
  const log = stderrLogger();
  const calls = new ProviderCalls(provider, log);
  survive(log);
  exitWhenOrphaned(calls, log);

  const clientCertificate = process.env["PLUGIN_CLIENT_CERT"] ?? "";
  const { server, certificate } = createTransport(clientCertificate);
  const handlers: Handlers = new Map([
    ...calls.handlers(),
    ["/plugin.GRPCController/Shutdown", unary(Empty, Empty, async () => shutDown(server))],
  ]);
  answerCalls(
    server,
    () => handlers,
    (error) => log.error("call failed", { error: String(error) }),
  );
  try {
    const port = await listen(server);
    process.stdout.write(`${CORE_PROTOCOL}|${PROTOCOL}|tcp|127.0.0.1:${port}|grpc|${certificate}\n`);
  } catch (error) {
    refuse(`The provider can't listen on 127.0.0.1: ${error instanceof Error ? error.message : error}`);
  }
}

/** Terraform shows its user the line that it finds on stdout in place of a handshake. */
function refuse(reason: string): void {
  const startedByTerraform = process.env["TF_PLUGIN_MAGIC_COOKIE"] === MAGIC_COOKIE;
  (startedByTerraform ? process.stdout : process.stderr).write(`${reason}\n`, () => process.exit(1));
}

/** Why this process may not serve, in one line; undefined when it may. */
export function startRefusal(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  if (environment["TF_PLUGIN_MAGIC_COOKIE"] !== MAGIC_COOKIE) {
    return "This is a Terraform provider: Terraform starts it, it is of no use by itself. Run terraform init and terraform plan.";
  }
  const offered = (environment["PLUGIN_PROTOCOL_VERSIONS"] ?? "").split(",");
  if (!offered.includes(String(PROTOCOL))) {
    return `This provider speaks plugin protocol ${PROTOCOL}, and this Terraform offers ${offered.join() || "none"}: Terraform 1.0 or later is needed.`;
  }
  const certificate = environment["PLUGIN_CLIENT_CERT"] ?? "";
  if (certificate !== "" && !isCertificate(certificate)) {
    return "PLUGIN_CLIENT_CERT holds no PEM certificate, so it can't be told that the caller is Terraform.";
  }
  return undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

/** With mutual TLS, unless the user switched that off by TF_DISABLE_PLUGIN_TLS: then there is no certificate. */
function createTransport(clientCertificate: string): {
  readonly server: Http2Server | Http2SecureServer;
  /** For the handshake: DER in base64 without padding. */
  readonly certificate: string;
} {
  if (clientCertificate === "") return { server: createServer(HTTP2_OPTIONS), certificate: "" };
  const { keyPem, certPem, certDer } = localhostCertificate();
  const server = createSecureServer({
    ...HTTP2_OPTIONS,
    key: keyPem,
    cert: certPem,
    ca: clientCertificate,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
  });
  return { server, certificate: certDer.toString("base64").replace(/=+$/, "") };
}

function listen(server: Http2Server | Http2SecureServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address !== null && typeof address === "object") resolve(address.port);
      else reject(new Error("The provider could not open a port on 127.0.0.1."));
    });
  });
}

/** The answer goes out first: Terraform waits two seconds for a process that it got none from. */
function shutDown(server: Http2Server | Http2SecureServer): object {
  setImmediate(() => {
    server.close();
    setTimeout(() => process.exit(0), 50);
  });
  return {};
}

/** A stray error costs its own call at most; the other resources of the apply go on. */
function survive(log: Logger): void {
  redirectConsole(log);
  // Terraform tells by StopProvider; Ctrl-C reaches the whole process group and must not end an apply halfway.
  process.on("SIGINT", () => log.debug("SIGINT left to Terraform"));
  const survived = (error: unknown) =>
    log.error("uncaught error", {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  process.on("uncaughtException", survived);
  process.on("unhandledRejection", survived);
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
}

/** A killed Terraform can't say goodbye: its process is somebody else's child from then on. */
function exitWhenOrphaned(calls: ProviderCalls, log: Logger): void {
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    log.warn("Terraform is gone");
    calls.stop("Terraform is gone");
    waitForCalls(calls, Date.now() + ORPHAN_GRACE_MS);
  }, ORPHAN_POLL_MS);
  poll.unref();
}

function waitForCalls(calls: ProviderCalls, deadline: number): void {
  if (calls.running === 0 || Date.now() > deadline) process.exit(1);
  setTimeout(waitForCalls, 100, calls, deadline);
}
