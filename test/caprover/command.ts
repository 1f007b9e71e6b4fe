/** Commands in processes of their own, because the sandbox runs in this process's event loop. */
import { spawn } from "node:child_process";

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A command that takes longer is killed, and counts as failed. */
const LONGEST_MS = 600_000;

type Arguments = readonly [folder: string, environment: object, command: string, ...args: readonly string[]];

export function run(...given: Arguments): Promise<Ended> {
  return runPrinting(() => undefined, ...given);
}

/** @param print gets what the command prints while it runs */
function runPrinting(
  print: (text: string) => void,
  ...[folder, environment, command, ...args]: Arguments
): Promise<Ended> {
  const { TF_CLI_CONFIG_FILE: _config, ...inherited } = process.env;
  const env = { ...inherited, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", CI: "1", ...environment };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LONGEST_MS,
      killSignal: "SIGKILL",
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        print(text);
      });
    }
    child.on("error", reject).on("close", (code) => resolve({ code, output }));
  });
}

export function succeed(...given: Arguments): Promise<string> {
  return succeedPrinting(() => undefined, ...given);
}

export async function succeedPrinting(print: (text: string) => void, ...given: Arguments): Promise<string> {
  const { code, output } = await runPrinting(print, ...given);
  const [, , ...typed] = given;
  if (code !== 0) throw new Error(`${typed.join(" ")} ended with ${code}:\n${output}`);
  return output;
}
