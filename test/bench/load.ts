import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { alternate, type Comparison } from "./measure";

const root = join(__dirname, "..", "..");

/** The packages that an infra repo with this library loads anyway. */
const NEEDED = [
  "cdktf",
  "@cdktf/provider-docker/lib/container",
  "@cdktf/provider-docker/lib/image",
  "@cdktf/provider-docker/lib/volume",
  "zod",
];

/** Loading the package, in a process of its own, compared with loading what it needs. */
export function load(): Comparison {
  return alternate(
    15,
    () => loadInProcess([root]),
    () => loadInProcess(NEEDED),
  );
}

function loadInProcess(modules: readonly string[]): number {
  const program = `
    const start = process.hrtime.bigint();
    for (const module of ${JSON.stringify(modules)}) require(module);
    process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e6));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", program], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}
