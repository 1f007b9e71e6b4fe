/** Drives the real `terraform` in a directory of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { serveInProcess } from "../../lib/terraform-plugin";
import { example } from "./example-provider";

export const SOURCE = "terraform.local/test/example";
const VERSION = "1.0.0";

/** Why there is no Terraform here; undefined when there is one. */
function terraformMissing(): string | undefined {
  try {
    execFileSync("terraform", ["version"], {
      env: { ...process.env, CHECKPOINT_DISABLE: "1" },
      stdio: "pipe",
    });
    return undefined;
  } catch (error) {
    return `terraform is not on PATH (${error instanceof Error ? error.message.split("\n")[0] : error})`;
  }
}

/** `describe` with Terraform; skipped by name without it, and failed in CI. */
export function describeWithTerraform(name: string, body: () => void): void {
  const missing = terraformMissing();
  if (missing === undefined) describe(name, body);
  else if (process.env["CI"] !== undefined) {
    test(name, () => {
      throw new Error(`${missing}: in CI it has to be`);
    });
  } else {
    process.stderr.write(`Skipped: ${name}: ${missing}\n`);
    describe.skip(`${name} (skipped: ${missing})`, body);
  }
}

export interface Outcome {
  readonly code: number | null;
  /** stdout and stderr, without line drawing. */
  readonly output: string;
}

export class Workspace {
  private constructor(
    readonly path: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly release: () => Promise<void>,
  ) {}

  /** The provider lives in this process. */
  static async inProcess(): Promise<Workspace> {
    const served = await serveInProcess({ [SOURCE]: example });
    const path = await mkdtemp(join(tmpdir(), "terraform-test-"));
    await writeFile(join(path, "empty.tfrc"), "");
    await mkdir(join(path, "things"));
    return new Workspace(
      path,
      { ...served.environment, TF_CLI_CONFIG_FILE: join(path, "empty.tfrc") },
      served.close,
    );
  }

  /** Terraform finds the provider as an executable and starts it. */
  static async spawned(): Promise<Workspace> {
    const path = await mkdtemp(join(tmpdir(), "terraform-test-"));
    const mirror = join(path, "mirror", SOURCE, VERSION, `${process.platform}_${goArchitecture()}`);
    await mkdir(mirror, { recursive: true });
    await mkdir(join(path, "things"));
    bundleExample(join(mirror, "provider.cjs"));
    const launcher = join(mirror, `terraform-provider-example_v${VERSION}`);
    await writeFile(launcher, `#!/bin/sh\nexec node "$(dirname "$(readlink -f "$0")")/provider.cjs"\n`);
    await chmod(launcher, 0o755);
    const config = join(path, "cli.tfrc");
    await writeFile(
      config,
      `provider_installation {\n  filesystem_mirror { path = "${join(path, "mirror")}" }\n}\n`,
    );
    const workspace = new Workspace(path, { TF_CLI_CONFIG_FILE: config }, async () => {});
    await workspace.write("");
    const { code, output } = await workspace.run("init");
    if (code !== 0) throw new Error(output);
    return workspace;
  }

  /** The configuration: the provider's block, and what is given. */
  async write(body: string, provider = ""): Promise<void> {
    const head = `
terraform {
  required_providers {
    example = { source = "${SOURCE}" }
  }
}
provider "example" {
  directory = "${join(this.path, "things")}"
  ${provider}
}
`;
    await writeFile(join(this.path, "main.tf"), head + body);
  }

  start(args: readonly string[], extra: Readonly<Record<string, string>> = {}): ChildProcess {
    const { TF_LOG: _log, CI: _ci, ...inherited } = process.env;
    return spawn("terraform", args, {
      cwd: this.path,
      env: { ...inherited, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...this.environment, ...extra },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  }

  async run(command: string, ...args: readonly string[]): Promise<Outcome> {
    return finished(this.start([command, "-no-color", ...args]));
  }

  async runWith(
    extra: Readonly<Record<string, string>>,
    command: string,
    ...args: readonly string[]
  ): Promise<Outcome> {
    return finished(this.start([command, "-no-color", ...args], extra));
  }

  /** @throws when the apply fails */
  async apply(body: string, provider = ""): Promise<string> {
    await this.write(body, provider);
    const { code, output } = await this.run("apply", "-auto-approve");
    if (code !== 0) throw new Error(output);
    return output;
  }

  async plan(body: string): Promise<Outcome> {
    await this.write(body);
    return this.run("plan", "-detailed-exitcode");
  }

  /** The state file's resources by address. */
  async state(): Promise<Record<string, StateEntry>> {
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

  thing(name: string): string {
    return join(this.path, "things", `${name}.json`);
  }

  async stored(name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.thing(name), "utf8"));
    } catch {
      return null;
    }
  }

  async close(): Promise<void> {
    await this.release();
    await rm(this.path, { recursive: true, force: true });
  }
}

export interface StateEntry {
  readonly status?: string;
  readonly schema_version: number;
  readonly private?: string;
  readonly attributes: Record<string, unknown>;
}

export function finished(child: ChildProcess): Promise<Outcome> {
  let output = "";
  const collect = (chunk: unknown) => {
    output += chunk;
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output: plain(output) })));
}

/** Without the frame that Terraform draws around diagnostics, and with its wrapped lines joined. */
const plain = (text: string): string => text.replace(/^[│╷╵] ?/gm, "");

export function bundleExample(outfile: string): void {
  buildSync({
    entryPoints: [join(__dirname, "example-main.ts")],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    logLevel: "silent",
  });
}

const goArchitecture = () => (process.arch === "x64" ? "amd64" : process.arch);

export async function until(what: string, check: () => Promise<boolean> | boolean): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited 20 s for: ${what}`);
}
