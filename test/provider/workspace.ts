/** A directory with a configuration for the real `terraform`, the provider as its users get it, and a captain. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleProvider } from "../../scripts/bundle-provider";
import { finished, type Outcome, type StateEntry } from "../terraform-plugin/terraform";

const SOURCE = "terraform.local/cdktf-hermes/caprover";

let bundled: Promise<string> | undefined;

/** The provider's directory, made once for all tests of a file. */
function bundleOnce(): Promise<string> {
  bundled ??= mkdtemp(join(tmpdir(), "caprover-provider-")).then(async (directory) => {
    await bundleProvider(directory);
    await chmod(join(directory, "terraform-provider-caprover"), 0o755);
    return directory;
  });
  return bundled;
}

export async function forgetBundle(): Promise<void> {
  if (bundled !== undefined) await rm(await bundled, { recursive: true, force: true });
  bundled = undefined;
}

export class Workspace {
  private constructor(
    readonly path: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** @param environment tells the provider of its captain */
  static async make(environment: Readonly<Record<string, string>>): Promise<Workspace> {
    const provider = await bundleOnce();
    const path = await mkdtemp(join(tmpdir(), "caprover-test-"));
    const config = join(path, "cli.tfrc");
    await writeFile(
      config,
      `provider_installation {\n  dev_overrides { "${SOURCE}" = "${provider}" }\n  direct {}\n}\n`,
    );
    return new Workspace(path, { ...environment, TF_CLI_CONFIG_FILE: config });
  }

  async write(body: string, provider = ""): Promise<void> {
    const head = `terraform {
  required_providers {
    caprover = { source = "${SOURCE}" }
  }
}
provider "caprover" {
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
    const { code, output } = await this.tryApply(...args);
    if (code !== 0) throw new Error(output);
    return output;
  }

  async destroy(): Promise<string> {
    const { code, output } = await this.run("destroy", "-auto-approve");
    if (code !== 0) throw new Error(output);
    return output;
  }

  /** 0 for no changes, 1 for an error, 2 for changes. */
  async plan(body: string): Promise<Outcome> {
    await this.write(body);
    return this.run("plan", "-detailed-exitcode");
  }

  async attributes(address: string): Promise<Record<string, unknown>> {
    const state: { resources: { type: string; name: string; instances: StateEntry[] }[] } = JSON.parse(
      await this.rawState(),
    );
    const found = state.resources.find(({ type, name }) => `${type}.${name}` === address);
    return found?.instances[0]?.attributes ?? {};
  }

  rawState(): Promise<string> {
    return readFile(join(this.path, "terraform.tfstate"), "utf8");
  }

  close(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
