/** The command as a process of its own, bundled from the sources. */
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";

export const root = join(__dirname, "..", "..");

// Inside the project, where the bundle finds the packages that it does not contain.
export const bundle = join(mkdtempSync(join(root, "node_modules", ".cli-test-")), "main.js");
buildSync({
  entryPoints: [join(root, "lib", "cli", "main.ts")],
  bundle: true,
  platform: "node",
  packages: "external",
  outfile: bundle,
});
afterAll(() => rmSync(dirname(bundle), { recursive: true }));

export function cli(arguments_: readonly string[], options: SpawnSyncOptions = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...arguments_], {
    cwd: root,
    input: "",
    timeout: 60_000,
    ...options,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}
