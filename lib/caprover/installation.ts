/** How the provider gets to Terraform: into the stack's folder, at synthesis, without a registry. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Annotations, type ISynthesisSession, TerraformProvider, TerraformStack } from "cdktf";
import { HermesConfigError } from "../support/errors";
import { fullSource, lockProvider, packageHash } from "./lock-file";
import { PROVIDER_SOURCE, packageVersion, providerFiles } from "./package";
import { zip } from "./zip";

/** CDKTF's own hook, as its assets use it: after validation, when the stack's folder is there. */
const CUSTOM_SYNTHESIS = Symbol.for("cdktf/customSynthesis");

/** Node runs everywhere; the launcher is a shell script. A stack may be synthesized on one and applied on another. */
const PLATFORMS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"] as const;

/** Without the second block Terraform asks the provider's host too. */
const INSTALLATION = `  filesystem_mirror {
    path    = "terraform.d/plugins"
    include = ["${PROVIDER_SOURCE}"]
  }
  direct {
    exclude = ["${PROVIDER_SOURCE}"]
  }`;

export function installAtSynthesis(provider: TerraformProvider): void {
  if (process.platform === "win32") {
    Annotations.of(provider).addWarning(
      "the CapRover provider is a script for Linux and macOS, which Terraform for Windows can't start; run Terraform in WSL",
    );
  }
  if (replacesImpliedMirror()) {
    Annotations.of(provider).addWarning(
      `Terraform's CLI configuration has a provider_installation block, with which Terraform doesn't look into the stack's folder; write in that block:\n${INSTALLATION}`,
    );
  }
  Object.defineProperty(provider, CUSTOM_SYNTHESIS, {
    value: { onSynthesize: (session: ISynthesisSession) => install(provider, session) },
  });
}

/** Packed: an unpacked one would be linked, not copied, into the plugin cache that the stacks of a machine share. */
function install(provider: TerraformProvider, { outdir, manifest }: ISynthesisSession): void {
  const stack = TerraformStack.of(provider);
  const folder = join(outdir, manifest.forStack(stack).workingDirectory);
  const files = filesOf(provider);
  const archive = zip(files);
  const mirror = join(folder, "terraform.d", "plugins", PROVIDER_SOURCE);
  rmSync(mirror, { recursive: true, force: true });
  mkdirSync(mirror, { recursive: true });
  for (const platform of PLATFORMS) {
    const name = `terraform-provider-caprover_${packageVersion()}_${platform}.zip`;
    writeFileSync(join(mirror, name), archive);
  }

  const lockFile = join(folder, ".terraform.lock.hcl");
  const own = { source: PROVIDER_SOURCE, version: packageVersion(), hash: packageHash(files) };
  writeFileSync(lockFile, lockProvider(textOf(lockFile), own, otherSources(stack)));
}

function filesOf(provider: TerraformProvider) {
  try {
    return providerFiles();
  } catch (error) {
    const problem = `its files are missing in this package (${error instanceof Error ? error.message : error})`;
    throw new HermesConfigError(provider, [
      {
        prop: "CapRoverProvider",
        problem,
        fix: "install the package again; in its repository, run npm run build",
      },
    ]);
  }
}

function otherSources(stack: TerraformStack): readonly string[] {
  const sources = stack.node
    .findAll()
    .filter((node) => TerraformProvider.isTerraformProvider(node))
    .map(({ terraformProviderSource, terraformResourceType }) =>
      fullSource(terraformProviderSource ?? terraformResourceType),
    );
  return [...new Set(sources)].filter((source) => source !== PROVIDER_SOURCE);
}

function replacesImpliedMirror(): boolean {
  const file =
    process.env["TF_CLI_CONFIG_FILE"] ?? process.env["TERRAFORM_CONFIG"] ?? join(homedir(), ".terraformrc");
  const text = textOf(file);
  return /^\s*provider_installation\b/m.test(text) && !text.includes(PROVIDER_SOURCE);
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
