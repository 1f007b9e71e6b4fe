/** Puts the provider into the stack's folder at synthesis, where Terraform finds it without a registry. */
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Annotations, type ISynthesisSession, TerraformProvider, TerraformStack } from "cdktf";
import { HermesConfigError } from "../support/errors";
import { fullSource, lockProvider, packageHash } from "./lock-file";
import { PROVIDER_SOURCE, packageVersion, providerFiles } from "./package";
import { zip } from "./zip";

/** CDKTF's own hook, which its assets use: it runs after validation, when the stack's folder exists. */
const CUSTOM_SYNTHESIS = Symbol.for("cdktf/customSynthesis");

/**
 * The launcher is a shell script that starts Node.js. A stack may be synthesized on one platform and applied on
 * another.
 */
const PLATFORMS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"] as const;

/** Without the second block Terraform would also ask the provider's host. */
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
      `the CLI configuration of Terraform or OpenTofu has a provider_installation block, so it does not look into the stack's folder for the CapRover provider; add this to that block:\n${INSTALLATION}`,
    );
  }
  Object.defineProperty(provider, CUSTOM_SYNTHESIS, {
    value: { onSynthesize: (session: ISynthesisSession) => install(provider, session) },
  });
}

/** As an archive: Terraform would only link an unpacked provider into the plugin cache, which all stacks share. */
function install(provider: TerraformProvider, { outdir, manifest }: ISynthesisSession): void {
  const stack = TerraformStack.of(provider);
  const folder = join(outdir, manifest.forStack(stack).workingDirectory);
  const { archive, hash } = packed(provider);
  const mirror = join(folder, "terraform.d", "plugins", PROVIDER_SOURCE);
  rmSync(mirror, { recursive: true, force: true });
  mkdirSync(mirror, { recursive: true });
  writeUnderNames(
    PLATFORMS.map((platform) =>
      join(mirror, `terraform-provider-caprover_${packageVersion()}_${platform}.zip`),
    ),
    archive,
  );

  const lockFile = join(folder, ".terraform.lock.hcl");
  const own = { source: PROVIDER_SOURCE, version: packageVersion(), hash };
  writeFileSync(lockFile, lockProvider(textOf(lockFile), own, otherSources(stack)));
}

/** One file with several names, which is written once; several files where the file system has no links. */
function writeUnderNames([first, ...others]: readonly string[], content: Buffer): void {
  if (first === undefined) return;
  writeFileSync(first, content);
  for (const other of others) {
    try {
      linkSync(first, other);
    } catch {
      writeFileSync(other, content);
    }
  }
}

interface PackedProvider {
  readonly archive: Buffer;
  readonly hash: string;
}

let once: PackedProvider | undefined;

/** Packed once for all stacks of a process: it takes longer than all else in a stack's synthesis. */
function packed(provider: TerraformProvider): PackedProvider {
  try {
    if (once === undefined) {
      const files = providerFiles();
      once = { archive: zip(files), hash: packageHash(files) };
    }
    return once;
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

/** By whichever of the two programs will deploy. */
function replacesImpliedMirror(): boolean {
  const named = process.env["TF_CLI_CONFIG_FILE"] ?? process.env["TERRAFORM_CONFIG"];
  const files =
    named === undefined ? [".terraformrc", ".tofurc"].map((name) => join(homedir(), name)) : [named];
  return files
    .map(textOf)
    .some((text) => /^\s*provider_installation\b/m.test(text) && !text.includes(PROVIDER_SOURCE));
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
