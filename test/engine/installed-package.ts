import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { must } from "./run";

const ROOT = join(__dirname, "../..");

/** The package's own command. */
export const CLI = join(ROOT, "dist/cli/main.js");

/** Builds the package as it is published. */
export async function buildPackage(): Promise<void> {
  await must(process.execPath, [join(ROOT, "scripts/build.js")]);
}

/** Like `npm install` in a user's folder: installs this package under its own name, and its peer packages. */
export function installPackage(folder: string): void {
  const [from, to] = [join(ROOT, "node_modules"), join(folder, "node_modules")];
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const entry of readdirSync(from)) symlinkSync(join(from, entry), join(to, entry));
  symlinkSync(ROOT, join(to, "cdktf-hermes"));
}
