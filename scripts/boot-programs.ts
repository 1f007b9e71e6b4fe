/**
 * Writes lib/boot/merge-programs.ts from the Python in lib/boot/merge: `npm run boot-programs`. As text in a module, the
 * programs are also in a program of a user that is bundled into one file.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
export const PROGRAMS = join(ROOT, "lib", "boot", "merge-programs.ts");

/** The part of both programs. */
const OF_BOTH = "env_lines";

/** The parts of the programs that root and the runtime user run, which form one file each, in this order. */
const OF_ROOT = [OF_BOTH, "root"];
const OF_USER = [
  "context",
  "tree",
  "record",
  "report",
  "kept",
  "home",
  "files",
  OF_BOTH,
  "env",
  "yaml_text",
  "config",
  "jobs",
  "profiles",
  "main",
];

/** The module as it should be. */
export function programsModule(): string {
  return `/** Written from the Python in \`merge/\` by \`npm run boot-programs\`. */

const ENV_LINES = \`${literal(textOf(OF_BOTH))}\`;

/** Runs as root. */
export const ROOT_PROGRAM = \`${programOf(OF_ROOT)}\`;

/** Runs as the runtime user. */
export const USER_PROGRAM = \`${programOf(OF_USER)}\`;
`;
}

function programOf(parts: readonly string[]): string {
  return parts.map((part) => (part === OF_BOTH ? "${ENV_LINES}" : literal(textOf(part)))).join("");
}

function textOf(part: string): string {
  return withoutComments(readFileSync(join(ROOT, "lib", "boot", "merge", `${part}.py`), "utf8"));
}

/** Comments would take a third of the room that a variable has for all. */
function withoutComments(python: string): string {
  return python.replaceAll(/^ *"""[\s\S]*?"""\n/gm, "").replaceAll(/^(?: *#.*)?\n/gm, "");
}

function literal(text: string): string {
  return text.replaceAll(/[\\`]|\$\{/g, "\\$&");
}

if (require.main === module) writeFileSync(PROGRAMS, programsModule());
