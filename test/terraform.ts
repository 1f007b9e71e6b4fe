/** The real Terraform in the tests. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** It makes no network requests about itself, and gives no advice about the next command. */
export const UNATTENDED = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" } as const;

const WITHOUT_PROVIDERS = { ...process.env, ...UNATTENDED, TF_CLI_CONFIG_FILE: "/dev/null" };

/** Terraform as the CDKTF CLI finds it. */
export function terraformProgram(env: NodeJS.ProcessEnv = process.env): string {
  return env["TERRAFORM_BINARY_NAME"] ?? "terraform";
}

/** This machine, as Terraform names the folders of providers for it. */
export const PLATFORM = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

/** Tests that need Terraform. Without it they are skipped, with the reason in their names; in CI they fail. */
export function describeWithTerraform(name: string, tests: () => void): void {
  const found = spawnSync(terraformProgram(), ["version"], { env: WITHOUT_PROVIDERS }).status === 0;
  if (found) describe(name, tests);
  else if (process.env["CI"])
    test(name, () => expect("terraform on PATH").toBe("there, as CI is to have it"));
  else describe.skip(`${name} (skipped: no terraform on PATH)`, tests);
}

/** Applies a configuration of built-in resources only, and returns its outputs, including sensitive ones. */
export function outputsOf(configuration: object, variables: object = {}): Readonly<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "terraform-"));
  const terraform = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(terraformProgram(), [...args, "-no-color"], {
      cwd: folder,
      env: WITHOUT_PROVIDERS,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`terraform ${args[0]}: ${stderr || stdout}`);
    return stdout;
  };
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(configuration));
    // CDKTF's own backend would be a file in the directory in which the tests were started.
    writeFileSync(
      join(folder, "override.tf.json"),
      JSON.stringify({ terraform: { backend: { local: {} } } }),
    );
    writeFileSync(join(folder, "terraform.tfvars.json"), JSON.stringify(variables));
    terraform("init", "-input=false");
    terraform("apply", "-input=false", "-auto-approve");
    const outputs: Readonly<Record<string, { readonly value: unknown }>> = JSON.parse(
      terraform("output", "-json"),
    );
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Outcome {
  readonly code: number | null;
  /** stdout and stderr, without line drawing. */
  readonly output: string;
}

/** A resource's instance in a state file. */
export interface StateEntry {
  readonly status?: string;
  readonly schema_version: number;
  readonly private?: string;
  readonly attributes: Record<string, unknown>;
}

/** A directory in which Terraform works, with the provider that its environment names. */
export abstract class TerraformFolder {
  protected constructor(
    readonly path: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** The configuration: the provider's block and the given text. */
  abstract write(body: string, provider?: string): Promise<void>;

  /** A process group of its own, so that a test can kill all of it. */
  start(args: readonly string[], extra: Readonly<Record<string, string>> = {}): ChildProcess {
    const { TF_LOG: _log, CI: _ci, ...inherited } = process.env;
    return spawn(terraformProgram(), args, {
      cwd: this.path,
      env: { ...inherited, ...UNATTENDED, ...this.environment, ...extra },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  }

  run(command: string, ...args: readonly string[]): Promise<Outcome> {
    return finished(this.start([command, "-no-color", ...args]));
  }

  /** Applies what was written. */
  tryApply(...args: readonly string[]): Promise<Outcome> {
    return this.run("apply", "-auto-approve", ...args);
  }

  /** @throws when the apply fails */
  async apply(body: string, ...args: readonly string[]): Promise<string> {
    await this.write(body);
    return succeeded(await this.tryApply(...args));
  }

  /** Code 0 for no changes, 1 for an error, 2 for changes. */
  async plan(body: string): Promise<Outcome> {
    await this.write(body);
    return this.run("plan", "-detailed-exitcode");
  }

  /** The state file's resources by address. */
  async state(): Promise<Readonly<Record<string, StateEntry>>> {
    const state: { resources: { type: string; name: string; instances: StateEntry[] }[] } = JSON.parse(
      await this.rawState(),
    );
    return Object.fromEntries(
      state.resources.flatMap(({ type, name, instances: [first] }) =>
        first === undefined ? [] : [[`${type}.${name}`, first]],
      ),
    );
  }

  rawState(): Promise<string> {
    return readFile(join(this.path, "terraform.tfstate"), "utf8");
  }
}

export function finished(child: ChildProcess): Promise<Outcome> {
  let output = "";
  const collect = (chunk: unknown) => {
    output += chunk;
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output: unframed(output) })));
}

/** @throws with what Terraform printed, when it failed */
export function succeeded({ code, output }: Outcome): string {
  if (code !== 0) throw new Error(output);
  return output;
}

/** Without the frame that Terraform draws around diagnostics. */
const unframed = (text: string): string => text.replace(/^[│╷╵] ?/gm, "");

/** The output of cdktf or Terraform as one line: without colours and frames, and with wrapped lines joined. */
export function said({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
  return unframed(stripVTControlCharacters(`${stdout}\n${stderr}`))
    .replace(/\s+/g, " ")
    .trim();
}
