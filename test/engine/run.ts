import { spawn } from "node:child_process";

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  /** Time after which the process is killed and counts as failed. @default 600 */
  readonly timeoutSeconds?: number;
}

export interface Finished {
  /** Exit code; undefined if a signal ended the process. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its exit code. Rejects only if the program can't be started. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.env && { env: options.env }),
      ...(options.cwd && { cwd: options.cwd }),
      timeout: (options.timeoutSeconds ?? 600) * 1000,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code: code ?? undefined, signal: signal ?? undefined, stdout, stderr });
    });
    // If a program ends without reading its input, its exit code counts, and not the broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input);
  });
}

/** Runs a program that must succeed, and returns its trimmed stdout. */
export async function must(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, signal, stdout, stderr } = await run(command, args, options);
  if (code !== 0) {
    const end = signal ? `was killed by ${signal}` : `exited with ${code}`;
    throw new Error(`${command} ${args.join(" ")} ${end}\n${`${stdout}\n${stderr}`.trim().slice(-4000)}`);
  }
  return stdout.trim();
}
