/**
 * Writes lib/boot/merge-programs.ts from the Python in lib/boot/merge: `npm run boot-programs`. As text in a module, the
 * programs are also in a program of a user that is bundled into one file.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
export const PROGRAMS = join(ROOT, "lib", "boot", "merge-programs.ts");

/** The parts of the program that runs as the runtime user, which form one file, in this order. */
const PARTS = [
  "context",
  "tree",
  "record",
  "report",
  "kept",
  "home",
  "files",
  "env",
  "yaml_text",
  "config",
  "jobs",
  "profiles",
  "main",
];

/** The module as it should be. */
export function programsModule(): string {
  const user = PARTS.map((part) => withoutComments(source(part))).join("");
  return `/** Written from the Python in \`merge/\` by \`npm run boot-programs\`. */

/** Runs as root. */
export const ROOT_PROGRAM = \`${literal(withoutComments(source("root")))}\`;

/** Runs as the runtime user. */
export const USER_PROGRAM = \`${literal(user)}\`;
`;
}

function source(part: string): string {
  return readFileSync(join(ROOT, "lib", "boot", "merge", `${part}.py`), "utf8");
}

/** Comments would take a third of the room that a variable has for all. */
function withoutComments(python: string): string {
  return python.replaceAll(/^ *"""[\s\S]*?"""\n/gm, "").replaceAll(/^(?: *#.*)?\n/gm, "");
}

function literal(text: string): string {
  return text.replaceAll(/[\\`]|\$\{/g, "\\$&");
}

if (require.main === module) writeFileSync(PROGRAMS, programsModule());
