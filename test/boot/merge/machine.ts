/** Volumes on which the real program of the merge runs. One process of Python has all of a test file. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  DECLARATION_VERSION,
  type Declaration,
  type ProfileDeclaration,
} from "../../../lib/boot/declaration";
import { USER_PROGRAM } from "../../../lib/boot/merge-programs";

export interface Entry {
  readonly mode: number;
  readonly text?: string;
  readonly yaml?: unknown;
  /** Of a `.env`, as python-dotenv reads it. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly link?: string;
  readonly special?: true;
}

/** What is below a folder, by path. */
export type Tree = Readonly<Record<string, Entry>>;

export type Step =
  | {
      readonly do: "boot";
      readonly declaration: Declaration;
      readonly values?: Readonly<Record<string, unknown>>;
      /** Before which change of the file system it is killed. @default - it runs to its end */
      readonly kill?: number;
      /** Whether another container merges into the volume meanwhile. @default false */
      readonly beside?: true;
    }
  | {
      readonly do: "write";
      readonly path: string;
      readonly text: string;
      readonly mode?: number;
      /** In seconds. @default - later than all files before */
      readonly at?: number;
      readonly look?: true;
    }
  /** A file of the image, which it copies to a new volume. */
  | { readonly do: "seed"; readonly path: string; readonly text: string }
  | { readonly do: "remove" | "fifo" | "folder"; readonly path: string; readonly look?: true }
  | { readonly do: "link"; readonly path: string; readonly to: string; readonly look?: true }
  | {
      readonly do: "edit";
      readonly path: string;
      readonly at: readonly (string | number)[];
      readonly value?: unknown;
      readonly look?: true;
    };

export interface Result {
  readonly log: string | null;
  readonly data: Tree;
  readonly outside: Tree;
}

export interface Killed {
  readonly kill: number;
  readonly between: Tree;
  readonly data: Tree;
}

export class Machine {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #errors = "";

  constructor() {
    const program = readFileSync(join(__dirname, "machine.py"), "utf8");
    this.#process = spawn("python3", ["-c", program, USER_PROGRAM]);
    this.#process.stderr.on("data", (text) => {
      this.#errors += text;
    });
    // It ends only with an error, which the next answer tells.
    this.#process.stdin.on("error", () => undefined);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** What each step of the history left. */
  async run(steps: readonly Step[]): Promise<Result[]> {
    return this.#ask<Result[]>(steps);
  }

  /** Kills the boot before each of its changes, and lets it run again: what it left then. */
  async everyKill(steps: readonly Step[], declaration: Declaration, then = declaration): Promise<Killed[]> {
    const all = await this.#ask<Killed[]>([...steps, { do: "every-kill", declaration, then }]);
    return all.slice(steps.length);
  }

  stop(): void {
    this.#process.stdin.end();
  }

  async #ask<Answer>(steps: readonly unknown[]): Promise<Answer> {
    this.#process.stdin.write(`${JSON.stringify(steps)}\n`);
    const { value, done } = await this.#lines.next();
    if (done)
      throw new Error(
        `the machine ended; it needs python3 with PyYAML and python-dotenv (python3-yaml, python3-dotenv)\n${this.#errors}`,
      );
    const answer: Answer = JSON.parse(value);
    return answer;
  }
}

const NOTHING: ProfileDeclaration = {
  config: [],
  env: {},
  files: {},
  jobs: [],
  skills: {},
  ownGateway: false,
};

/** A declaration of the default profile. */
export function declared(part: Partial<ProfileDeclaration> = {}): Declaration {
  return declaredProfiles({ default: part });
}

export function declaredProfiles(
  profiles: Readonly<Record<string, Partial<ProfileDeclaration>>>,
): Declaration {
  const whole = Object.entries(profiles).map(([name, part]) => [name, { ...NOTHING, ...part }]);
  return { version: DECLARATION_VERSION, profiles: Object.fromEntries(whole), secretFiles: {}, dropped: [] };
}

export function textOf(tree: Tree, path: string): string | undefined {
  return tree[path]?.text;
}

/** The volume without the merge's own folder. */
export function ofUsers(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !path.startsWith(".cdktf-hermes")));
}

/** What the report of the last boot names. */
export function reported(tree: Tree): readonly Readonly<Record<string, string>>[] {
  return JSON.parse(textOf(tree, ".cdktf-hermes/report.json") ?? '{"items":[]}').items;
}

export type Part = Parameters<typeof declared>[0];

/** A boot with that declared of the default profile. */
export function boot(part: Part = {}, values: Readonly<Record<string, unknown>> = {}): Step {
  return { do: "boot", declaration: declared(part), values };
}

export function write(path: string, text: string, mode?: number): Step {
  return { do: "write", path, text, ...(mode !== undefined && { mode }) };
}

/** The volume after the last step. */
export async function volumeOf(machine: Machine, steps: readonly Step[]): Promise<Tree> {
  return (await machine.run(steps)).at(-1)?.data ?? {};
}
