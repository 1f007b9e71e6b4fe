/** The package as npm publishes it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { succeed } from "./command";

export const ROOT = join(__dirname, "..", "..");

/** What the build reads. */
const SOURCES = [
  "lib",
  "scripts",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "README.md",
  "LICENSE",
];

/** Builds and packs the sources with a version. @returns the folder of the unpacked package */
export async function builtPackage(folder: string, version: string = ownVersion()): Promise<string> {
  const sources = mkdtempSync(join(folder, "sources-"));
  for (const name of SOURCES) {
    cpSync(join(ROOT, name), join(sources, name), {
      recursive: true,
      filter: (path) => basename(path) !== "node_modules",
    });
  }
  symlinkSync(join(ROOT, "node_modules"), join(sources, "node_modules"));
  const manifest: unknown = JSON.parse(readFileSync(join(sources, "package.json"), "utf8"));
  writeFileSync(join(sources, "package.json"), JSON.stringify({ ...Object(manifest), version }));
  await succeed(sources, {}, process.execPath, join("scripts", "build.js"));
  return unpacked(sources, folder);
}

/** Packs built sources with `npm pack`, and unpacks them. */
export async function unpacked(sources: string, folder: string): Promise<string> {
  const to = mkdtempSync(join(folder, "package-"));
  const packing = ["pack", "--silent", "--ignore-scripts", "--pack-destination", to];
  const tarball = (await succeed(sources, {}, "npm", ...packing)).trim();
  mkdirSync(join(to, "package"), { recursive: true });
  await succeed(to, {}, "tar", "-xzf", tarball);
  return join(to, "package");
}

export function ownVersion(): string {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  return version;
}
