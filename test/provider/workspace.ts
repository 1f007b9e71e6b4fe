/** A directory with a configuration for the real `terraform`, and the provider as its users get it. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleProvider } from "../../scripts/bundle-provider";
import { succeeded, TerraformFolder } from "../terraform";

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

export class Workspace extends TerraformFolder {
  private constructor(
    path: string,
    environment: Readonly<Record<string, string>>,
    private readonly provider: string,
  ) {
    super(path, environment);
  }

  /**
   * @param environment with the address of the CapRover server
   * @param provider attributes of the provider
   */
  static async make(environment: Readonly<Record<string, string>>, provider = ""): Promise<Workspace> {
    const bundle = await bundleOnce();
    const path = await mkdtemp(join(tmpdir(), "caprover-test-"));
    const config = join(path, "cli.tfrc");
    await writeFile(
      config,
      `provider_installation {\n  dev_overrides { "${SOURCE}" = "${bundle}" }\n  direct {}\n}\n`,
    );
    return new Workspace(path, { ...environment, TF_CLI_CONFIG_FILE: config }, provider);
  }

  async write(body: string, provider = this.provider): Promise<void> {
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

  async destroy(): Promise<string> {
    return succeeded(await this.run("destroy", "-auto-approve"));
  }

  async attributes(address: string): Promise<Record<string, unknown>> {
    return (await this.state())[address]?.attributes ?? {};
  }

  close(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
