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
  /** A text in a line that each container prints once, early in its start. */
  readonly startLine: string | null;
  /** Texts in lines that mean, when they come again, that the app does not get any further. */
  readonly fatalLines: readonly string[];
  readonly timeoutSeconds: number;
}

export interface Probe {
  readonly captain: Captain;
  readonly app: App;
  readonly rootDomain: string;
  /** Undefined when an apply does not wait. */
  readonly conditions: ReadyConditions | undefined;
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
/** An old container that had just started may print its start line after the write, before it is told to stop. */
const OLD_START_MS = 4000;
/** So many starts, or the same fatal line so often, is a crash loop. */
const LOOPS = 2;

/**
 * @param conditions undefined when an apply does not wait
 * @throws TerraformError when the log says that the app failed, or does not get any further; or at the timeout
 */
export async function awaitReady(probe: Probe): Promise<void> {
  const { captain, app, conditions, signal } = probe;
  if (conditions === undefined) return;
  const deadlineMs = captain.clock.milliseconds() + conditions.timeoutSeconds * 1000;
  for (;;) {
    const seen = await look(probe, conditions);
    if (seen.missing === undefined) return;
    failInLoop(probe, conditions, seen);
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
  const logLine = probe.conditions?.logLine ?? null;
  if (logLine === null) return false;
  return (await newLines(probe)).some(({ text }) => text.includes(logLine));
}

interface Look {
  /** The condition that is not met. */
  readonly missing: string | undefined;
  readonly lines: readonly LogLine[];
}

async function look(probe: Probe, { logLine, failureLogLine, http }: ReadyConditions): Promise<Look> {
  const { app, captain, quietAtMs } = probe;
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
    // what can only fail has time to show until the old container is gone
    return { missing: logLine !== null || isQuiet ? undefined : "it may still be starting", lines };
  }
  if (!isQuiet && logLine === null)
    return { missing: "the previous container may still be answering", lines };
  return { missing: await httpProblem(probe, http), lines };
}

/** Only lines of new containers count: an old one may be in a loop too, until it is gone. */
function failInLoop(
  probe: Probe,
  { startLine, fatalLines }: ReadyConditions,
  { missing, lines }: Look,
): void {
  const { app, captain, quietAtMs, sinceServerMs, redact } = probe;
  const starts = lines.filter(
    ({ atMs, text }) =>
      startLine !== null && text.includes(startLine) && atMs >= sinceServerMs + OLD_START_MS,
  );
  const quietServerMs = captain.nowMs() + quietAtMs - captain.clock.milliseconds();
  const fromMs = Math.min(starts[0]?.atMs ?? quietServerMs, quietServerMs);
  const newer = lines.filter(({ atMs }) => atMs >= fromMs);
  const fatal = fatalLines
    .map((fatalLine) => newer.filter(({ text }) => text.includes(fatalLine)))
    .find(({ length }) => length >= LOOPS)
    ?.at(-1);
  if (fatal === undefined && starts.length < LOOPS) return;
  const why =
    fatal === undefined
      ? `it started ${starts.length} times and did not become ready`
      : `it says again and again: ${redact(fatal.text)}`;
  throw new TerraformError(`${app.name} does not start: ${why}`, {
    detail: `The apply waits no longer. Still missing: ${missing}. ${excerpt(probe, lines)}`,
    path: ["ready"],
  });
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
