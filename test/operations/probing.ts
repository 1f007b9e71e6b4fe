/** Runs parts of the probe that runs in an agent's container, on a folder in the place of the data. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { MCP_LINES } from "../../lib/hermes/mcp-lines";
import { temporaryFolder } from "../agents";

const PARTS = ["context", "gateway", "services", "settings", "data", "log"];
const PROBE = PARTS.map((part) =>
  readFileSync(join(__dirname, `../../lib/operations/probe/${part}.py`), "utf8"),
).join("\n\n");
export const MAIN = readFileSync(join(__dirname, "../../lib/operations/probe/main.py"), "utf8");

export interface Place {
  readonly asked?: object;
  /** The processes that are there. @default - all of this machine */
  readonly pids?: readonly number[];
  readonly declaration?: object;
  /** Statements before the part. */
  readonly before?: string;
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The probe without its main part, and what it is asked. */
export function inPlace(
  files: Readonly<Record<string, string>>,
  { asked, pids, declaration, before = "" }: Place,
) {
  const data = folderWith(files);
  const declared = folderWith(declaration ? { declaration: JSON.stringify(declaration) } : {});
  const processes = JSON.stringify(pids?.map((pid) => `/proc/${pid}/cmdline`));
  return {
    program: `${PROBE.replace('DATA = "/opt/data"', `DATA = ${JSON.stringify(data)}`)}
DECLARATION = ${JSON.stringify(join(declared, "declaration"))}
${pids ? `glob.glob = lambda pattern, all=glob.glob: ${processes} if pattern.startswith("/proc") else all(pattern)` : ""}
${before}
`,
    argument: JSON.stringify({ seconds: 5, startedMs: 0, given: [], mcpLines: MCP_LINES, ...asked }),
  };
}

/** Beside this process, which may be the server that the program asks. */
export async function python(program: string): Promise<string> {
  const child = spawn("python3", ["-I", "-"]);
  const said = [text(child.stdout), text(child.stderr)];
  child.stdin.end(program);
  const [stdout = "", stderr] = await Promise.all(said);
  if (stdout === "") throw new Error(stderr);
  return stdout;
}

export async function probed(
  part: string,
  files: Readonly<Record<string, string>>,
  place: Place = {},
): Promise<unknown> {
  const { program, argument } = inPlace(files, place);
  return JSON.parse(
    await python(`import sys; sys.argv = ["probe", ${JSON.stringify(argument)}]
${program}
try:
    print(json.dumps(${part}))
except Unseen as why:
    print(json.dumps({"unseen": str(why)}))
`),
  );
}

/** The files of a profile. */
export const profile = (name: string, state?: object) => ({
  [`profiles/${name}/SOUL.md`]: "Be kind.",
  ...(state && { [`profiles/${name}/gateway_state.json`]: JSON.stringify(state) }),
});
