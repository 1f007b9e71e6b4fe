/** A provider's process, which Terraform starts. */
import { createSecureServer, createServer, type Http2SecureServer, type Http2Server } from "node:http2";
import { localhostCertificate } from "./certificate";
import { answerCalls, type Handlers, HTTP2_OPTIONS, unary } from "./grpc";
import { exitUnlessUsed, exitWhenOrphaned, shutDown, survive } from "./lifetime";
import { stderrLogger } from "./log";
import { Empty } from "./messages";
import { ProviderCalls } from "./provider-calls";
import type { Provider } from "./resource";
import { MAGIC_COOKIE, PROTOCOL, startRefusal } from "./start-refusal";

const CORE_PROTOCOL = 1;

/** Serves a provider to the Terraform that started this process. Ends the process, with the reason, when it can't. */
export async function serve(provider: Provider): Promise<void> {
  const refusal = startRefusal(process.env);
  if (refusal !== undefined) return refuse(refusal);
  const calls = new ProviderCalls(provider, stderrLogger());
  survive(calls.log);
  exitWhenOrphaned(calls);

  const clientCertificate = process.env["PLUGIN_CLIENT_CERT"] ?? "";
  const { server, certificate } = createTransport(clientCertificate);
  exitUnlessUsed(server, calls.log);
  const handlers: Handlers = new Map([
    ...calls.handlers(),
    [
      "/plugin.GRPCController/Shutdown",
      unary(Empty, Empty, async () => {
        // The answer goes out first. Without it, Terraform would wait two seconds for the process to end.
        setImmediate(shutDown, server, calls);
        return {};
      }),
    ],
  ]);
  answerCalls(server, () => handlers);
  try {
    const port = await listen(server);
    process.stdout.write(`${CORE_PROTOCOL}|${PROTOCOL}|tcp|127.0.0.1:${port}|grpc|${certificate}\n`);
  } catch (error) {
    refuse(`The provider can't listen on 127.0.0.1: ${error instanceof Error ? error.message : error}`);
  }
}

/** Terraform shows its user what stdout holds in place of a handshake. */
function refuse(reason: string): void {
  const startedByTerraform = process.env["TF_PLUGIN_MAGIC_COOKIE"] === MAGIC_COOKIE;
  (startedByTerraform ? process.stdout : process.stderr).write(`${reason}\n`, () => process.exit(1));
}

/** With mutual TLS. Terraform sends no certificate when the user has set TF_DISABLE_PLUGIN_TLS: then without. */
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
