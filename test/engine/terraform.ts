import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { said, terraformProgram, UNATTENDED } from "../terraform";
import { type Finished, must, run } from "./run";

const CDKTF = join(__dirname, "../../node_modules/.bin/cdktf");

/** cdktf also must not make network requests about itself, or ask a person. */
const CDKTF_UNATTENDED = { DISABLE_VERSION_CHECK: "1", CI: "1" };

/**
 * A plugin cache of the machine would mix up a provider with its stand-in, and parallel runs with each other. cdktf
 * reads only the variable; its flag of that name has no effect.
 */
const NO_PLUGIN_CACHE = { TF_PLUGIN_CACHE_DIR: undefined, CDKTF_DISABLE_PLUGIN_CACHE_ENV: "true" };

/** Terraform's own answer whether it can install a provider here, from a registry or a mirror. */
export type Installable =
  | { readonly installed: true }
  | { readonly installed: false; readonly reason: string };

/**
 * Asks Terraform to install the provider as in a user's project. Terraform reads its CLI configuration: without a
 * registry, a `TF_CLI_CONFIG_FILE` that names a filesystem mirror is enough.
 */
export async function installable(
  source: string,
  version: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Installable> {
  const folder = mkdtempSync(join(tmpdir(), "provider-"));
  try {
    const terraform = { required_providers: { asked: { source, version } } };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform }));
    const { code, stderr } = await run(terraformProgram(env), ["init", "-input=false", "-no-color"], {
      cwd: folder,
      env: { ...env, ...UNATTENDED },
      timeoutSeconds: 120,
    });
    return code === 0
      ? { installed: true }
      : { installed: false, reason: firstError(said({ stdout: "", stderr })) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface ProjectOptions {
  /** The command that synthesizes the stacks, run in the project's folder. */
  readonly app: string;
  /**
   * Environment of cdktf, Terraform and the provider. It decides which engine they find and, with `TF_CLI_CONFIG_FILE`
   * or `TF_REATTACH_PROVIDERS`, which provider.
   */
  readonly env: NodeJS.ProcessEnv;
}

/** A CDKTF project in a folder of its own, with the state files of its stacks. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "project-"));

  constructor(readonly options: ProjectOptions) {
    const configuration = {
      language: "typescript",
      app: options.app,
      projectId: "test",
      sendCrashReports: "false",
    };
    writeFileSync(join(this.folder, "cdktf.json"), JSON.stringify(configuration));
    mkdirSync(this.#home);
  }

  /**
   * Types commands of a page in one shell, which stops at the first that fails. `npx cdktf` is the CDKTF CLI, and the
   * question that a person answers is answered.
   */
  async script(commands: string): Promise<string> {
    const bin = join(this.folder, ".bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, "npx"),
      `#!/bin/sh
[ "$1" = cdktf ] || exec ${join(dirname(process.execPath), "npx")} "$@"
shift
[ "$1" != deploy ] || set -- "$@" --auto-approve --skip-provider-lock
exec ${process.execPath} ${CDKTF} "$@"
`,
      { mode: 0o755 },
    );
    const env = { ...this.env, PATH: `${bin}:${this.env["PATH"]}` };
    return must("sh", ["-euc", commands], { cwd: this.folder, env });
  }

  /** `cdktf deploy` of the named stacks, or of all. */
  deploy(...stacks: string[]): Promise<Finished> {
    return this.#cdktf("deploy", "--auto-approve", ...(stacks.length > 0 ? stacks : ["*"]));
  }

  destroy(...stacks: string[]): Promise<Finished> {
    return this.#cdktf("destroy", "--auto-approve", ...(stacks.length > 0 ? stacks : ["*"]));
  }

  /** Deploys like a pipeline without the CDKTF CLI: runs the program, and then Terraform on each stack. */
  async apply(...stacks: string[]): Promise<void> {
    await this.synthesize();
    for (const stack of stacks) {
      await this.#must(stack, "init", "-input=false");
      await this.#must(stack, "apply", "-auto-approve", "-input=false");
    }
  }

  /** Plans a stack in the same way. Returns the plan as Terraform shows it in JSON. */
  async plan(stack: string): Promise<unknown> {
    await this.synthesize();
    await this.#must(stack, "init", "-input=false");
    await this.#must(stack, "plan", "-out=saved", "-input=false");
    return JSON.parse(await this.#must(stack, "show", "-json", "saved"));
  }

  /** Runs the program. */
  async synthesize(): Promise<void> {
    const [program = "", ...args] = this.options.app.split(" ");
    await must(program, args, { cwd: this.folder, env: this.env });
  }

  async #must(stack: string, command: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.terraform(stack, command, "-no-color", ...args);
    if (code !== 0) throw new Error(`terraform ${command} of ${stack} failed\n${stdout}${stderr}`);
    return stdout;
  }

  /** A terraform command on a deployed stack. */
  terraform(stack: string, ...args: string[]): Promise<Finished> {
    return run(terraformProgram(this.env), args, {
      cwd: join(this.folder, "cdktf.out/stacks", stack),
      env: this.env,
    });
  }

  /** The outputs of a deployed stack. */
  async outputs(stack: string): Promise<Readonly<Record<string, unknown>>> {
    const { code, stdout, stderr } = await this.terraform(stack, "output", "-json");
    if (code !== 0) throw new Error(`terraform output of ${stack} failed\n${stderr}`);
    const outputs: Readonly<Record<string, { readonly value: unknown }>> = JSON.parse(stdout);
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** The plan as Terraform prints it; undefined if it is empty. */
  async changes(stack: string): Promise<string | undefined> {
    const plan = await this.terraform(stack, "plan", "-detailed-exitcode", "-input=false", "-no-color");
    if (plan.code === 0) return undefined;
    if (plan.code === 2) return plan.stdout;
    throw new Error(`terraform plan of ${stack} failed\n${plan.stdout}${plan.stderr}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  get #home(): string {
    return join(this.folder, ".cdktf");
  }

  /** The environment of every command. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...this.options.env,
      ...UNATTENDED,
      ...CDKTF_UNATTENDED,
      ...NO_PLUGIN_CACHE,
      CDKTF_HOME: this.#home,
    };
  }

  /**
   * `terraform providers lock`, which cdktf runs otherwise, asks the provider's own registry, whatever mirrors the CLI
   * configuration has, and no registry has the stand-in. `side-by-side.test.ts` deploys without a flag.
   */
  #cdktf(command: string, ...args: string[]): Promise<Finished> {
    return run(process.execPath, [CDKTF, command, ...args, "--skip-provider-lock"], {
      cwd: this.folder,
      env: this.env,
    });
  }
}

/** The first error in Terraform's output, without advice. */
function firstError(printed: string): string {
  return printed.replace(/^.*?Error: /, "").replace(/ To see which modules .*$/, "");
}
