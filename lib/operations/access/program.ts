import { spawn } from "node:child_process";

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why a program gave no result. */
export class NotFinished extends Error {
  constructor(readonly reason: "missing" | "slow" | "too-much") {
    super(reason);
  }
}

export interface RunOptions {
  readonly input?: string;
  readonly seconds: number;
  readonly cwd?: string;
}

/** More output than any answer that is read here has. */
const MOST_BYTES = 32 * 2 ** 20;

/**
 * Runs a program without a shell, and ends it with its whole process group when its time is over.
 * @throws NotFinished
 */
export function runProgram(
  command: string,
  arguments_: readonly string[],
  { input = "", seconds, cwd }: RunOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    onExit();
    const child = spawn(command, arguments_, {
      stdio: "pipe",
      detached: true,
      ...(cwd !== undefined && { cwd }),
    });
    const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    if (child.pid !== undefined) RUNNING.add(child.pid);
    const end = (reason: NotFinished["reason"]) => {
      if (child.pid !== undefined) endGroup(child.pid);
      reject(new NotFinished(reason));
    };
    const timer = setTimeout(end, seconds * 1000, "slow");
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (part: Buffer) => {
        bytes += part.length;
        if (bytes > MOST_BYTES) end("too-much");
        else parts[name].push(part);
      });
    }
    child.on("error", () => {
      clearTimeout(timer);
      reject(new NotFinished("missing"));
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (child.pid !== undefined) RUNNING.delete(child.pid);
      const text = (name: "stdout" | "stderr") => Buffer.concat(parts[name]).toString("utf8");
      resolve({ code: code ?? 1, stdout: text("stdout"), stderr: text("stderr") });
    });
    // A program that ends before it has read its input closes the pipe, which is no failure of its own.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** First processes of the groups that run. */
const RUNNING = new Set<number>();
let onExit = () => {
  onExit = () => undefined;
  // A group of its own is not reached by Ctrl-C in the terminal.
  process.on("exit", () => RUNNING.forEach(endGroup));
};

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
