import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import manifest from "../../package.json";

const ROOT = join(__dirname, "..", "..");

const NOT_OURS = new Set(["node_modules", ".git", "dist", "cdktf.out"]);

/** Files and folders below, without those behind links: an example's link to the package would lead in a circle. */
function pathsIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? [path, ...pathsIn(path)] : [path];
  });
}

const PATHS = pathsIn("");

/** Code with a slash in it, or the name of a page or a program. What begins with a slash is a path in a container. */
const isPath = (code: string) => /^[\w.@-][^\s=(:]*\/|^[\w.-]+\.(?:md|[jt]s|sh)$/.test(code);

/** `<name>` and `*` stand for any name. */
function exists(path: string): boolean {
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = path
    .replace(/\/$/, "")
    .split(/<[^>]+>|\*/)
    .map(literal)
    .join("[^/]+");
  return PATHS.some((one) => new RegExp(`^${pattern}$`).test(one));
}

const isImport = (path: string) =>
  Object.keys(manifest.exports).some((subpath) => path === `${manifest.name}${subpath.slice(1)}`);

test.each(["CONTRIBUTING.md", "SECURITY.md"])("every path that %s names exists", (page) => {
  const code = [...readFileSync(join(ROOT, page), "utf8").matchAll(/`([^`\n]+)`/g)].map(
    ([, text = ""]) => text,
  );
  const paths = code.filter((text) => isPath(text) && !isImport(text));
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !exists(path))).toEqual([]);
});

test.each([
  ["lib/index.ts", true],
  ["lib/", true],
  ["examples/<name>/main.ts", true],
  ["examples/*/main.ts", true],
  ["lib/indexes.ts", false],
  ["lib/<name>/main.ts", true],
  ["lib/<name>/nothing.ts", false],
])("%s exists: %s", (path, expected) => {
  expect(isPath(path)).toBe(true);
  expect(exists(path)).toBe(expected);
});
