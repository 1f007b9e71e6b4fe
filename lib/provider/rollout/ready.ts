/** Whether an app really runs, which CapRover does not say: by its log and its own address. */
import { TerraformError } from "../../terraform-plugin";
import type { App } from "../captain/app";
import { type LogLine, readAppLog } from "../captain/app-logs";
import type { Captain } from "../captain/client";
import { visit } from "./visit";

export interface ReadyConditions {
  /** A text in a line that the app prints once it runs. */
  readonly logLine: string | null;
  /** A text in a line that means that it failed. */
  readonly failureLogLine: string | null;
  readonly http: { readonly path: string; readonly status: number; readonly contains: string | null } | null;
  readonly timeoutSeconds: number;
}

export interface Probe {
  readonly captain: Captain;
  readonly app: App;
  readonly rootDomain: string;
  readonly conditions: ReadyConditions;
  /** Sent to the app's address, when it has basic auth. */
  readonly credentials: { readonly user: string; readonly password: string } | undefined;
  /** The server's time before the write. Older lines are of older containers. */
  readonly sinceServerMs: number;
  /** From when on no older container answers at the app's address, in the clock's milliseconds. */
  readonly quietAtMs: number;
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}

const POLL_SECONDS = 2;
const EXCERPT_LINES = 10;

/** @throws TerraformError when a log line says that the app failed, or at the timeout */
export async function awaitReady(probe: Probe): Promise<void> {
  const { captain, app, conditions, signal } = probe;
  if (conditions.logLine === null && conditions.http === null && conditions.failureLogLine === null) return;
  const deadlineMs = captain.clock.milliseconds() + conditions.timeoutSeconds * 1000;
  for (;;) {
    const seen = await look(probe);
    if (seen.missing === undefined) return;
    if (captain.clock.milliseconds() > deadlineMs) {
      throw new TerraformError(
        `${app.name} is not ready after ${conditions.timeoutSeconds} s: ${seen.missing}`,
        {
          detail: `CapRover deployed it, but it does not meet its ready conditions. ${excerpt(probe, seen.lines)}`,
          path: ["ready"],
        },
      );
    }
    await captain.clock.sleep(POLL_SECONDS, signal);
  }
}

/** One look at the log, which alone tells an old container from a new one. */
export async function hasStarted(probe: Probe): Promise<boolean> {
  const { logLine } = probe.conditions;
  if (logLine === null) return false;
  return (await newLines(probe)).some(({ text }) => text.includes(logLine));
}

interface Look {
  /** The condition that is not met. */
  readonly missing: string | undefined;
  readonly lines: readonly LogLine[];
}

async function look(probe: Probe): Promise<Look> {
  const { app, conditions, captain, quietAtMs } = probe;
  const { logLine, failureLogLine, http } = conditions;
  const lines = await newLines(probe);
  const failure = lines.find(({ text }) => failureLogLine !== null && text.includes(failureLogLine));
  if (failure !== undefined) {
    throw new TerraformError(`${app.name} says that it failed: ${probe.redact(failure.text)}`, {
      detail: excerpt(probe, lines),
      path: ["ready"],
    });
  }
  if (logLine !== null && !lines.some(({ text }) => text.includes(logLine))) {
    return { missing: `no line of its log holds "${logLine}"`, lines };
  }
  const isQuiet = captain.clock.milliseconds() >= quietAtMs;
  if (http === null) {
    // only a failure line is configured: it has time to show until the old container is gone
    return { missing: logLine !== null || isQuiet ? undefined : "it may still be starting", lines };
  }
  if (!isQuiet && logLine === null)
    return { missing: "the previous container may still be answering", lines };
  return { missing: await httpProblem(probe, http), lines };
}

async function newLines({ captain, app, sinceServerMs, signal }: Probe): Promise<readonly LogLine[]> {
  const lines = await readAppLog(captain, app.name, signal);
  return lines.filter(({ atMs }) => atMs >= sinceServerMs);
}

async function httpProblem(
  { captain, app, rootDomain, credentials, signal }: Probe,
  { path, status, contains }: NonNullable<ReadyConditions["http"]>,
): Promise<string | undefined> {
  const authorization: Readonly<Record<string, string>> =
    credentials === undefined || status === 401
      ? {}
      : {
          authorization: `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`,
        };
  const seen = await visit(captain, app, rootDomain, path, authorization, signal);
  if ("failure" in seen) return `${seen.url} does not answer: ${seen.failure}`;
  const { url, answer } = seen;
  if (answer.status !== status) {
    // the query may hold a token
    const [to = ""] = answer.headers.location?.split(/[?#]/) ?? [];
    return `${url} answers ${answer.status}${to === "" ? "" : ` and leads to ${to}`}, not ${status}`;
  }
  if (contains === null || answer.text.includes(contains)) return undefined;
  return `the answer of ${url} does not hold "${contains}"`;
}

function excerpt({ redact }: Probe, lines: readonly LogLine[]): string {
  if (lines.length === 0) return "Its log has no line since the change.";
  const last = lines.slice(-EXCERPT_LINES).map(({ text }) => `  ${redact(text)}`);
  return `Its log ends with:\n${last.join("\n")}`;
}
