import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { isRecord } from "../../support/objects";
import { beforeEnding, isEnding } from "../ending";

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Why a program gave no result: it is not there, the system did not start it, something else than this library ended
 * it, it took too long, or it printed without end.
 */
export type NoResult = "missing" | "not-started" | "killed" | "slow" | "too-much";

/** A program gave no result. */
export class NotFinished extends Error {
  /** @param detail the system's word for it, such as `EACCES` or `SIGKILL` */
  constructor(
    readonly reason: NoResult,
    readonly detail = "",
  ) {
    super(detail === "" ? reason : `${reason} (${detail})`);
  }

  /**
   * As a sentence for a person.
   * @param call what was run, as its first words
   */
  inWords(program: string, call: string, seconds: number): string {
    return {
      missing: `the program \`${program}\` is not installed here`,
      "not-started": `the program \`${program}\` can't be started: ${START_FAILURES[this.detail] ?? this.detail}`,
      killed: `\`${call}\` was ended from outside (${this.detail})`,
      slow: `\`${call}\` gave no answer within ${seconds} s`,
      "too-much": `\`${call}\` printed more than is read here`,
    }[this.reason];
  }
}

/** Errors of the system in words, where their names say little. */
const START_FAILURES: Readonly<Record<string, string>> = {
  EACCES: "this user may not run the file, or it is no program (EACCES)",
  E2BIG: "its arguments and variables are longer than the system takes (E2BIG)",
  EMFILE: "this process has too many files open (EMFILE)",
  ENFILE: "this machine has too many files open (ENFILE)",
  EAGAIN: "this user has too many processes (EAGAIN)",
  ENOMEM: "this machine has too little memory (ENOMEM)",
  ENOEXEC: "the file is no program for this machine (ENOEXEC)",
};

/** The system says the same of a program that is not there and of a folder to run it in. */
function startFailure(error: unknown, cwd: string | undefined): NotFinished {
  const code = isRecord(error) && typeof error["code"] === "string" ? error["code"] : String(error);
  if (code !== "ENOENT") return new NotFinished("not-started", code);
  if (cwd === undefined || existsSync(cwd)) return new NotFinished("missing");
  return new NotFinished("not-started", `the folder ${cwd} is not there`);
}

export interface RunOptions {
  readonly input?: string;
  readonly seconds: number;
  readonly cwd?: string;
  /** @default - this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** Time to end in order, behind an interrupt, before it is killed. @default 0 - it is killed at once */
  readonly graceSeconds?: number;
}

/** More output than any answer that is read here has. */
const MOST_BYTES = 32 * 2 ** 20;

/** How each program that runs is ended. */
const running = new Set<() => Promise<void>>();
let release: () => void = () => undefined;

function begin(end: () => Promise<void>): void {
  if (running.size === 0) release = beforeEnding(() => Promise.all([...running].map((one) => one())));
  running.add(end);
}

function finish(end: () => Promise<void>): void {
  if (running.delete(end) && running.size === 0) release();
}

/** A killed program may leave somebody who still holds its output open. */
const LONGEST_CLOSE_SECONDS = 2;

/**
 * Runs a program without a shell, and ends it with its whole process group when its time is over, or when a signal ends
 * this process.
 * @throws NotFinished
 */
export function runProgram(
  command: string,
  arguments_: readonly string[],
  { input = "", seconds, cwd, env, graceSeconds = 0 }: RunOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    if (isEnding()) return;
    let child: ChildProcessWithoutNullStreams;
    try {
      child = spawn(command, arguments_, {
        stdio: "pipe",
        detached: true,
        ...(cwd !== undefined && { cwd }),
        ...(env !== undefined && { env }),
      });
    } catch (error) {
      return reject(startFailure(error, cwd));
    }
    // Without a process there may be no streams either.
    if (child.pid === undefined) {
      child.on("error", (error) => reject(startFailure(error, cwd)));
      return;
    }
    let isClosed = false;
    const closed = new Promise<void>((done) => {
      child.on("close", () => {
        isClosed = true;
        done();
      });
    });
    const end = async () => {
      if (graceSeconds > 0) {
        signalGroup(child.pid, "SIGINT");
        await within(graceSeconds, closed);
      }
      if (isClosed) return;
      signalGroup(child.pid, "SIGKILL");
      await within(LONGEST_CLOSE_SECONDS, closed);
    };
    let failure: NoResult | undefined;
    const settle = (action: () => void) => {
      clearTimeout(timer);
      finish(end);
      if (!isEnding()) action();
    };
    const fail = async (reason: NoResult) => {
      failure ??= reason;
      await end();
      settle(() => reject(new NotFinished(reason)));
    };
    const timer = setTimeout(fail, seconds * 1000, "slow");
    begin(end);
    const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (part: Buffer) => {
        bytes += part.length;
        if (bytes <= MOST_BYTES) parts[name].push(part);
        else if (failure === undefined) void fail("too-much");
      });
    }
    child.on("error", (error) => settle(() => reject(startFailure(error, cwd))));
    child.on("close", (code, signal) => {
      if (failure !== undefined) return;
      if (code === null) return settle(() => reject(new NotFinished("killed", signal ?? "")));
      const text = (name: "stdout" | "stderr") => Buffer.concat(parts[name]).toString("utf8");
      settle(() => resolve({ code, stdout: text("stdout"), stderr: text("stderr") }));
    });
    // A program that ends before it has read its input closes the pipe, which is no failure of its own.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

function within(seconds: number, event: Promise<void>): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    void event.then(() => {
      clearTimeout(timer);
      done();
    });
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}
