/** The command as a process of its own. */
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { bundledCommand, ROOT } from "./bundled";

export const bundle = bundledCommand();

export function cli(arguments_: readonly string[], options: SpawnSyncOptions = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...arguments_], {
    cwd: ROOT,
    input: "",
    timeout: 60_000,
    ...options,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}
