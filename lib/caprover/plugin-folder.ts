/** The folder and the lock entry with which Terraform finds the provider without a registry. */
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { constraintsOf, lockProvider, packageHash } from "./lock-file";
import { PROVIDER_SOURCE, packageVersion, providerFiles } from "./package";
import { zip } from "./zip";

/**
 * The launcher is a shell script that starts Node.js, so one archive serves every platform with a shell. A stack may be
 * planned on one platform and applied on another.
 */
export const PLATFORMS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"] as const;

/** Where Terraform and OpenTofu look by themselves, in the folder in which they are started. */
export const PLUGIN_FOLDER = join("terraform.d", "plugins");

export const LOCK_FILE = ".terraform.lock.hcl";

/** Without the second block Terraform would also ask the provider's host. */
const INSTALLATION = `  filesystem_mirror {
    path    = "terraform.d/plugins"
    include = ["${PROVIDER_SOURCE}"]
  }
  direct {
    exclude = ["${PROVIDER_SOURCE}"]
  }`;

/**
 * Writes the provider for these platforms, in place of every earlier version. It is packed, since Terraform would only
 * link an unpacked provider into the plugin cache, which all folders share.
 * @throws Error when this package was not built, or the folder can't be written
 */
export function writePluginFolder(folder: string, platforms: readonly string[]): void {
  const { archive } = packed();
  const mirror = join(folder, PLUGIN_FOLDER, PROVIDER_SOURCE);
  rmSync(mirror, { recursive: true, force: true });
  mkdirSync(mirror, { recursive: true });
  writeUnderNames(
    platforms.map((platform) =>
      join(mirror, `terraform-provider-caprover_${packageVersion()}_${platform}.zip`),
    ),
    archive,
  );
}

/**
 * Writes the provider's entry for the lock file of a stack of CDKTF.
 * @param others the sources of the stack's other providers
 */
export function lockInStack(folder: string, others: readonly string[]): void {
  lock(folder, packageVersion(), others);
}

/**
 * Writes the provider's entry for the lock file of a folder that somebody wrote. The constraints in it are those of the
 * folder's files, which `terraform init` copies there.
 */
export function lockInFolder(folder: string): void {
  lock(folder, constraintsOf(lockFileOf(folder), PROVIDER_SOURCE), []);
}

function lock(folder: string, constraints: string | undefined, others: readonly string[]): void {
  const own = { source: PROVIDER_SOURCE, version: packageVersion(), hash: packed().hash, constraints };
  writeFileSync(join(folder, LOCK_FILE), lockProvider(lockFileOf(folder), own, others));
}

/** The hash of this package's provider, as lock files have it. @throws Error when the package was not built */
export function providerHash(): string {
  return packed().hash;
}

const lockFileOf = (folder: string): string => textOf(join(folder, LOCK_FILE));

/**
 * What to add to the CLI configuration of this machine, that of Terraform or of OpenTofu: with a `provider_installation` block, Terraform no longer looks
 * into the plugin folder by itself. Undefined where it does.
 */
export function missingInstallation(): { readonly file: string; readonly text: string } | undefined {
  const named = process.env["TF_CLI_CONFIG_FILE"] ?? process.env["TERRAFORM_CONFIG"];
  // Of whichever of the two programs will deploy.
  const files =
    named === undefined ? [".terraformrc", ".tofurc"].map((name) => join(homedir(), name)) : [named];
  const file = files.find((one) => {
    const text = textOf(one);
    return /^\s*provider_installation\b/m.test(text) && !text.includes(PROVIDER_SOURCE);
  });
  return file === undefined ? undefined : { file, text: INSTALLATION };
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
function packed(): PackedProvider {
  if (once === undefined) {
    const files = providerFiles();
    once = { archive: zip(files), hash: packageHash(files) };
  }
  return once;
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
