/** A project as users have it: a folder of its own, in which the real CDKTF CLI and the real Terraform work. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ended, run, succeed, succeedPrinting } from "./command";
import { ROOT } from "./package";

export class Project {
  private readonly variables: Readonly<Record<string, string>>;

  /**
   * @param folder that is its own
   * @param environment of the shell, with the address of the CapRover server
   * @param secrets values of the variables of the stacks
   * @param print gets what the CLI prints while it works
   */
  constructor(
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    secrets: Readonly<Record<string, string>> = {},
    private readonly print: (text: string) => void = () => undefined,
  ) {
    this.variables = Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => [`TF_VAR_${name}`, value]),
    );
  }

  /** Copies an example, without what a deploy of it left there. */
  copyExample(name: string): this {
    cpSync(join(ROOT, "examples", name), this.folder, {
      recursive: true,
      filter: (path) => !/cdktf\.out|node_modules$|tfstate/.test(path),
    });
    return this;
  }

  /** What `npm install` does: the package itself, and what it and the project's program work with. */
  install(packageFolder: string): this {
    const [from, to] = [join(ROOT, "node_modules"), join(this.folder, "node_modules")];
    rmSync(to, { recursive: true, force: true });
    mkdirSync(to);
    linkAll(from, to, (entry) => entry !== ".bin");
    mkdirSync(join(to, ".bin"));
    linkAll(join(from, ".bin"), join(to, ".bin"));
    cpSync(packageFolder, join(to, "cdktf-hermes"), { recursive: true });
    symlinkSync(join("..", "cdktf-hermes", "dist", "cli", "main.js"), join(to, ".bin", "cdktf-hermes"));
    return this;
  }

  write(file: string, text: string): this {
    writeFileSync(join(this.folder, file), text);
    return this;
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /** @throws Error when the text to be replaced is not there: the edit would do nothing */
  replace(file: string, before: string, after: string): this {
    const text = this.read(file);
    if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
    return this.write(file, text.replace(before, after));
  }

  /** Runs the CDKTF CLI, with only the flag that answers its question. */
  cdktf(command: "synth" | "deploy" | "diff" | "destroy", ...stacks: readonly string[]): Promise<string> {
    const approval = command === "deploy" || command === "destroy" ? ["--auto-approve"] : [];
    const cli = join(this.folder, "node_modules", ".bin", "cdktf");
    return succeedPrinting(this.print, this.folder, this.shell, cli, command, ...stacks, ...approval);
  }

  /** Runs the commands of a page line by line, and stops at the first that fails. */
  async script(commands: string): Promise<string> {
    const { code, output } = await this.tryScript(commands);
    if (code !== 0) throw new Error(`${commands} ended with ${code}:\n${output}`);
    return output;
  }

  tryScript(commands: string): Promise<Ended> {
    const path = `${join(this.folder, "node_modules", ".bin")}:${process.env["PATH"]}`;
    const unattended = commands.replace(/^(npx cdktf deploy.*)$/gm, "$1 --auto-approve");
    return run(this.folder, { ...this.shell, PATH: path }, "sh", "-euc", unattended);
  }

  tryTerraform(stack: string, ...args: readonly string[]): Promise<Ended> {
    return run(this.stackFolder(stack), this.shell, "terraform", ...args);
  }

  async terraform(stack: string, ...args: readonly string[]): Promise<string> {
    return succeed(this.stackFolder(stack), this.shell, "terraform", ...args);
  }

  stackFolder(stack: string): string {
    return join(this.folder, "cdktf.out", "stacks", stack);
  }

  private get shell(): NodeJS.ProcessEnv {
    return { HOME: this.folder, ...this.environment, ...this.variables };
  }
}

function linkAll(from: string, to: string, wanted: (entry: string) => boolean = () => true): void {
  for (const entry of readdirSync(from).filter(wanted)) symlinkSync(join(from, entry), join(to, entry));
}
