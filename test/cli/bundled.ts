/** The command as one file, which the tests run as a process of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";

export const ROOT = join(__dirname, "..", "..");

export const bundledCommand = () => bundled("lib/cli/main.ts");

/** Inside the project, where it finds the packages that it does not contain. */
export function bundled(program: string): string {
  const outfile = join(mkdtempSync(join(ROOT, "node_modules", ".cli-test-")), "main.js");
  buildSync({
    entryPoints: [join(ROOT, program)],
    bundle: true,
    platform: "node",
    packages: "external",
    outfile,
  });
  afterAll(() => rmSync(dirname(outfile), { recursive: true }));
  return outfile;
}
