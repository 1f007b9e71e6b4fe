/** Commands beside the event loop, in which the sandbox lives. */
import { spawn } from "node:child_process";

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export function run(
  folder: string,
  environment: object,
  command: string,
  ...args: readonly string[]
): Promise<Ended> {
  const { TF_CLI_CONFIG_FILE: _config, ...inherited } = process.env;
  const env = { ...inherited, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", CI: "1", ...environment };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject).on("close", (code) => resolve({ code, output }));
  });
}

export async function succeed(...given: Parameters<typeof run>): Promise<string> {
  const { code, output } = await run(...given);
  if (code !== 0) throw new Error(`${given.slice(2).join(" ")} ended with ${code}:\n${output}`);
  return output;
}
