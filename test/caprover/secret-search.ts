/** Looks for secrets by their values wherever a deploy could have left them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The names of the secrets whose value stands in a text. */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(secrets).flatMap(([name, value]) => (text.includes(value) ? [name] : []));
}

/** All files below a folder that a deploy wrote, less installed packages and programs. */
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

const PROCESSES = "/proc";

/** Collects what the processes of this machine are started with; where there is no /proc, nothing. */
export class ArgumentWatch {
  static readonly isPossible = existsSync(`${PROCESSES}/self/cmdline`);
  private readonly found = new Set<string>();
  private readonly timer = ArgumentWatch.isPossible ? setInterval(() => this.look(), 50) : undefined;

  /** Ends the watch. */
  end(): string {
    clearInterval(this.timer);
    return [...this.found].join("\n");
  }

  private look(): void {
    for (const pid of readdirSync(PROCESSES).filter((name) => /^\d+$/.test(name))) {
      try {
        this.found.add(readFileSync(`${PROCESSES}/${pid}/cmdline`, "utf8"));
      } catch {
        // It has ended in between.
      }
    }
  }
}
