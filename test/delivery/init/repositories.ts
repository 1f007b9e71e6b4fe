/** A folder of repositories as `init` writes them, which are checked at once. */
import { copyFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readAnswers } from "../../../lib/delivery/init/answers";
import { writeRepository } from "../../../lib/delivery/init/folder";
import type { AnswerTexts } from "../../../lib/delivery/init/questions";
import { newRepository } from "../../../lib/delivery/init/repository";
import { temporaryFolder } from "../../agents";
import { succeed } from "../../caprover/command";

/** What a program led to. */
export interface Seen {
  /** Messages of warnings and errors. */
  readonly annotations: readonly string[];
  /** Names of the variables of its stacks. */
  readonly variables: readonly string[];
}

/** A process keeps every program that it ran. */
const AT_ONCE = 256;

export class Repositories {
  readonly folder = temporaryFolder();
  /** By the names of their folders. */
  readonly answers: ReadonlyMap<string, AnswerTexts>;

  /** @param modules the packages that they have in common */
  constructor(combinations: readonly AnswerTexts[], modules: string) {
    symlinkSync(modules, join(this.folder, "node_modules"));
    this.answers = new Map(combinations.map((texts, i) => [`repository-${i + 1}`, texts]));
    for (const [name, texts] of this.answers) {
      writeRepository(join(this.folder, name), newRepository(readAnswers(texts), { folder: name }));
    }
  }

  read(name: string, file: string): string {
    return readFileSync(join(this.folder, name, file), "utf8");
  }

  write(file: string, value: object): string {
    const path = join(this.folder, file);
    writeFileSync(path, JSON.stringify(value));
    return path;
  }

  /** @throws Error with what the compiler prints */
  async typecheck(compiler: string, configuration: object): Promise<void> {
    const path = this.write("tsconfig.json", { ...configuration, include: ["repository-*/*.ts"] });
    await succeed(this.folder, {}, compiler, "--project", path);
  }

  /**
   * Runs their own tests and their programs, in one process for several of them.
   *
   * @throws Error with what jest prints
   */
  async runOwnTests(jest: string, configuration: object): Promise<void> {
    copyFileSync(join(__dirname, "own-tests.ts"), join(this.folder, "own.test.ts"));
    const names = [...this.answers.keys()];
    const path = this.write("jest.config.json", {
      ...configuration,
      rootDir: this.folder,
      testMatch: ["<rootDir>/own.test.ts"],
    });
    for (let first = 0; first < names.length; first += AT_ONCE) {
      this.write("names.json", names.slice(first, first + AT_ONCE));
      // Those of the previous process would count as obsolete.
      rmSync(join(this.folder, "__snapshots__"), { recursive: true, force: true });
      await succeed(this.folder, { CI: "" }, jest, "--config", path, "--ci=false", "--silent");
    }
  }

  /** What the program of a repository led to, after the tests ran. */
  seen(name: string): Seen {
    return JSON.parse(this.read(name, "seen.json"));
  }
}
