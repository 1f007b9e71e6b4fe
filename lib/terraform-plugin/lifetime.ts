/** What ends a provider's process, and what does not. */
import type { Http2SecureServer, Http2Server } from "node:http2";
import { type Logger, redirectConsole } from "./log";
import type { ProviderCalls } from "./provider-calls";

/** Terraform waits this long for a handshake, and connects right after it. */
const HANDSHAKE_MS = 60_000;
const ORPHAN_POLL_MS = 1000;
/** How long running calls may take to end when Terraform is gone. */
const ORPHAN_GRACE_MS = 10_000;
/** How long they may take when Terraform shuts the provider down. It kills the process after two seconds. */
const SHUTDOWN_GRACE_MS = 1500;
const IDLE_POLL_MS = 25;

/** Keeps the process alive: an uncaught error or a signal must not end the other resources of an apply. */
export function survive(log: Logger): void {
  redirectConsole(log);
  // Terraform calls StopProvider when it is to stop. Ctrl-C reaches the provider too, and so does the SIGTERM of
  // timeout, systemd or a cancelled CI job, because they go to the whole process group.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => log.debug(`ignored ${signal}: Terraform stops the provider`));
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

/** Ends the process when Terraform was killed. Its parent is another process then. */
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

/** Ends the process when Terraform never connects: it may have been killed before this process saw its parent. */
export function exitUnlessUsed(server: Http2Server | Http2SecureServer, log: Logger): void {
  const timer = setTimeout(() => {
    log.warn("Terraform did not connect");
    process.exit(1);
  }, HANDSHAKE_MS);
  server.once("session", () => clearTimeout(timer));
}

/** Ends the process when Terraform asks for it. Calls still run then after a second Ctrl-C: they are aborted. */
export function shutDown(server: Http2Server | Http2SecureServer, calls: ProviderCalls): void {
  server.close();
  calls.stop("Terraform shuts the provider down");
  exitWhenIdle(calls, 0, SHUTDOWN_GRACE_MS);
}

/** @param graceMs how long it waits for running calls */
function exitWhenIdle(calls: ProviderCalls, code: number, graceMs: number): void {
  setTimeout(() => process.exit(code), graceMs);
  // One interval after the last call has ended, so that its answer is sent.
  let idle = false;
  setInterval(() => {
    if (idle) process.exit(code);
    idle = calls.running === 0;
  }, IDLE_POLL_MS);
}
