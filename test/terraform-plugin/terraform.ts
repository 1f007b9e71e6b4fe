/** Runs the real `terraform` in a directory of its own. */
import { readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { serveInProcess } from "../../lib/terraform-plugin";
import { finished, type Outcome, PLATFORM, succeeded, TerraformFolder } from "../terraform";
import { example } from "./example-provider";

export const SOURCE = "terraform.local/test/example";
const VERSION = "1.0.0";

export class Workspace extends TerraformFolder {
  private constructor(
    path: string,
    environment: Readonly<Record<string, string>>,
    private readonly release: () => Promise<void>,
  ) {
    super(path, environment);
  }

  /** With the provider in this process. */
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

  /** With the provider as an executable, which Terraform finds and starts. */
  static async spawned(): Promise<Workspace> {
    const path = await mkdtemp(join(tmpdir(), "terraform-test-"));
    const mirror = join(path, "mirror", SOURCE, VERSION, PLATFORM);
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
    succeeded(await workspace.run("init"));
    return workspace;
  }

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

  async runWith(
    extra: Readonly<Record<string, string>>,
    command: string,
    ...args: readonly string[]
  ): Promise<Outcome> {
    return finished(this.start([command, "-no-color", ...args], extra));
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

/** An `example_thing` whose name is "thing" and a letter. */
export const thing = (body: string, letter = "a") =>
  `resource "example_thing" "${letter}" {\n  name = "thing${letter}"\n${body}\n}\n`;

/** Applies, expects that a second plan finds no changes, and returns the attributes of `example_thing.a`. */
export async function settled(terraform: Workspace, body: string): Promise<Record<string, unknown>> {
  await terraform.apply(body);
  const { code, output } = await terraform.plan(body);
  if (code !== 0) throw new Error(output);
  return (await terraform.state())["example_thing.a"]?.attributes ?? {};
}

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

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** For `node --require`: makes the timers of a process 30 times faster. */
export const HURRIED = join(__dirname, "hurried.js");
