/** Looks for secrets by their values wherever a deploy could have left them. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** The names of the secrets whose value is in a text. */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(secrets).flatMap(([name, value]) => (text.includes(value) ? [name] : []));
}

/** All files below a folder, except installed packages and programs. */
export function writtenBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (path) => !/(?:^|\/)(?:node_modules|\.terraform\/providers|plugin-cache|plugins)(?:\/|$)/.test(path),
    )
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

/** Prints what each process of this machine was started with, as soon as it sees it. */
const LOOK = `
const { readdirSync, readFileSync } = require("node:fs");
const seen = new Set();
setInterval(() => {
  for (const pid of readdirSync("/proc")) {
    if (!/^\\d+$/.test(pid)) continue;
    try {
      const found = readFileSync("/proc/" + pid + "/cmdline", "utf8");
      if (!seen.has(found)) process.stdout.write(found + "\\n");
      seen.add(found);
    } catch {
      // It has ended since.
    }
  }
}, 10);
`;

/**
 * Collects the command lines of this machine's processes, a hundred times a second and in a process that does nothing
 * else. It misses only processes that end within a few milliseconds.
 */
export class ArgumentWatch {
  static readonly isPossible = existsSync("/proc/self/cmdline");
  private found = "";
  private readonly closed: Promise<unknown>;

  private constructor(private readonly process: ChildProcessByStdio<null, Readable, null>) {
    this.closed = once(process, "close");
    process.stdout.setEncoding("utf8").on("data", (text) => {
      this.found += text;
    });
  }

  static async begin(): Promise<ArgumentWatch> {
    const child = spawn(process.execPath, ["-e", LOOK], { stdio: ["ignore", "pipe", "inherit"] });
    const watch = new ArgumentWatch(child);
    await once(child.stdout, "data");
    return watch;
  }

  /** Ends the watch, and answers what it saw. */
  async end(): Promise<string> {
    this.process.kill();
    await this.closed;
    return this.found;
  }
}
