/** A program with a terminal elsewhere, in a folder of its own, and what the agent makes of it. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VerifiedAgent } from "../../lib/operations/verified";
import type { Agent } from "./agent";
import type { Engine } from "./engine";
import { CLI, installPackage } from "./installed-package";
import { providerEnvironment } from "./provider";
import { run } from "./run";
import type { Asked } from "./terminal-program/asked";
import { Project } from "./terraform";

const SCRIPT = readFileSync(join(__dirname, "terminal.py"), "utf8");

/** The key on the agent's side. */
export const KEY_FILE = "/usr/local/lib/cdktf-hermes/terminal/key.pem";

export class TerminalProject extends Project {
  constructor(
    private readonly engine: Engine,
    terminal_key: string,
  ) {
    const env = { ...engine.environment, ...providerEnvironment(), TF_VAR_terminal_key: terminal_key };
    super({ app: "npx tsx main.ts", env });
    cpSync(join(__dirname, "terminal-program"), this.folder, { recursive: true });
    installPackage(this.folder);
  }

  /** Gives another value to the program's variable. */
  rotate(key: string): void {
    this.options.env["TF_VAR_terminal_key"] = key;
  }

  async deployed(asked: Asked): Promise<string> {
    writeFileSync(join(this.folder, "asked.json"), JSON.stringify(asked));
    const { code, stdout, stderr } = await this.deploy();
    if (code !== 0) throw new Error(`cdktf deploy exited with ${code}\n${stdout}${stderr}`);
    return stdout + stderr;
  }

  /** What `verify` finds of the terminal: how it fails, or `holds`. */
  async verifies(found: Readonly<Record<string, string>>): Promise<void> {
    const { stdout } = await run(process.execPath, [CLI, "verify", "--no-ask", "--json"], {
      cwd: this.folder,
      env: this.engine.environment,
    });
    const agents: readonly VerifiedAgent[] = JSON.parse(stdout);
    const rows = agents
      .flatMap(({ conditions }) => conditions)
      .filter(({ condition }) => condition === "terminal");
    const seen = rows.map(({ of, result, failure = result }) => [`terminal ${of}`, failure] as const);
    expect({ found: Object.fromEntries(seen), rows }).toMatchObject({ found });
    for (const { result, cause, fix } of rows)
      if (result === "fails") expect([cause, fix]).toEqual([expect.anything(), expect.anything()]);
  }
}

interface Answer {
  readonly ran: { readonly output: string; readonly exit_code: number; readonly error?: string | null };
  readonly wrote: { readonly error?: string; readonly bytes_written?: number };
}

/** What the real Hermes' own tools make of a command and a file, as the runtime user. */
export async function askHermes(engine: Engine, command: string, path: string): Promise<Answer> {
  const python = ["/opt/hermes/.venv/bin/python", "-c", SCRIPT, command, path];
  const home = ["--env", "HOME=/opt/data"];
  const exec = ["exec", "--user", "hermes", "--workdir", "/opt/data", ...home, "hermes", ...python];
  const { stdout, stderr } = await engine.tryDocker(exec);
  if (!stdout.startsWith("{")) throw new Error(`Hermes did not answer: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout);
}

/** A text that stands in the key's file alone, once as it is and once as it travels. */
export function needlesOf(key: string): readonly string[] {
  return [key.split("\n")[2] ?? "", Buffer.from(key).toString("base64").slice(0, 60)];
}

/** Where in the running container the key is, beside root's own file and the runtime user's: by its value. */
export async function foundIn(engine: Engine, agent: Agent, key: string): Promise<readonly string[]> {
  const look = `for file in /proc/[0-9]*/environ /run/s6/container_environment/* /etc/hermes/.env /etc/hermes/config.yaml $(find /opt/data -type f); do
  tr '\\0' '\\n' < "$file" 2>/dev/null | grep -qF -e "$0" -e "$1" && echo "$file"; done; true`;
  const found = await agent.exec("env", "-i", "/bin/sh", "-c", look, ...needlesOf(key));
  if (found.code !== 0) throw new Error(found.stderr);
  const inspected = await engine.docker("inspect", "hermes");
  return [
    ...found.stdout.split("\n").filter((path) => path !== ""),
    ...(needlesOf(key).some((needle) => inspected.includes(needle)) ? ["docker inspect"] : []),
  ];
}
