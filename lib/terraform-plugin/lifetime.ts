/** What ends a provider's process, and what does not. */
import type { Http2SecureServer, Http2Server } from "node:http2";
import { type Logger, redirectConsole } from "./log";
import type { ProviderCalls } from "./provider-calls";

/** Terraform waits as long for a handshake, and comes right after it. */
const HANDSHAKE_MS = 60_000;
const ORPHAN_POLL_MS = 1000;
/** How long running calls may wind up once Terraform is gone. */
const ORPHAN_GRACE_MS = 10_000;
/** How long they may when it shuts the provider down: two seconds after that it kills the process. */
const SHUTDOWN_GRACE_MS = 1500;
const IDLE_POLL_MS = 25;

/** A stray error costs its own call at most; the other resources of the apply go on. */
export function survive(log: Logger): void {
  redirectConsole(log);
  // Terraform tells by StopProvider. Ctrl-C reaches the whole process group, and so does the SIGTERM of timeout,
  // of systemd and of a cancelled CI job: neither may end an apply halfway.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => log.debug(`${signal} left to Terraform`));
  }
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
export function exitWhenOrphaned(calls: ProviderCalls): void {
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    calls.log.warn("Terraform is gone");
    calls.stop("Terraform is gone");
    exitWhenIdle(calls, 1, ORPHAN_GRACE_MS);
  }, ORPHAN_POLL_MS);
  poll.unref();
}

/** A Terraform that was killed while this process started is missed by the look at its parent, and never comes. */
export function exitUnlessUsed(server: Http2Server | Http2SecureServer, log: Logger): void {
  const timer = setTimeout(() => {
    log.warn("Terraform has not come");
    process.exit(1);
  }, HANDSHAKE_MS);
  server.once("session", () => clearTimeout(timer));
}

/** Terraform has no more to ask; what still runs after a second Ctrl-C winds up. */
export function shutDown(server: Http2Server | Http2SecureServer, calls: ProviderCalls): void {
  server.close();
  calls.stop("Terraform ends the provider");
  exitWhenIdle(calls, 0, SHUTDOWN_GRACE_MS);
}

/** @param graceMs how long what runs is waited for */
function exitWhenIdle(calls: ProviderCalls, code: number, graceMs: number): void {
  setTimeout(() => process.exit(code), graceMs);
  // A step after the last call ended, so that its answer is out.
  let idle = false;
  setInterval(() => {
    if (idle) process.exit(code);
    idle = calls.running === 0;
  }, IDLE_POLL_MS);
}
