/** Installs the CapRover provider into a folder of Terraform files that somebody wrote. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { PROVIDER_SOURCE, packageVersion } from "../caprover/package";
import {
  LOCK_FILE,
  lockInFolder,
  missingInstallation,
  PLATFORMS,
  PLUGIN_FOLDER,
  writePluginFolder,
} from "../caprover/plugin-folder";
import { also } from "./repeatable";
import { UsageError } from "./usage-error";

export const installProviderCommand = () =>
  new Command("install-provider")
    .description(
      "installs the Terraform provider for CapRover into a folder of Terraform files, for projects without CDKTF",
    )
    .argument("[dir]", "the root module", ".")
    .option(
      "--platform <os_arch>",
      `platform on which Terraform will run; repeatable (default: ${PLATFORMS.join(", ")})`,
      also,
    )
    .addHelpText(
      "after",
      `
It writes the provider to ${PLUGIN_FOLDER}, where Terraform and OpenTofu look
by themselves, and its entry to ${LOCK_FILE}. Run it again after an
upgrade of this package. The same version writes the same files.`,
    )
    .action((folder: string, { platform = PLATFORMS }: { readonly platform?: readonly string[] }) => {
      const { text, warning = "" } = installProvider(folder, platform);
      process.stdout.write(text);
      process.stderr.write(warning);
    });

/** The platforms of Terraform that can start a shell script. */
const POSSIBLE = [
  ...PLATFORMS,
  "linux_386",
  "linux_arm",
  "freebsd_386",
  "freebsd_amd64",
  "freebsd_arm",
  "openbsd_386",
  "openbsd_amd64",
  "solaris_amd64",
];

/** What was done, for people, and what they have to know beside it. */
export interface Installed {
  readonly text: string;
  readonly warning?: string | undefined;
}

/** @throws UsageError */
export function installProvider(folder: string, asked: readonly string[]): Installed {
  const platforms = [...new Set(asked)].sort();
  for (const platform of platforms) checkPlatform(platform);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UsageError(`${folder} is no folder; name the folder that has your Terraform files`);
  }
  try {
    writePluginFolder(folder, platforms);
    lockInFolder(folder);
  } catch (error) {
    throw new UsageError(
      `the provider could not be installed: ${error instanceof Error ? error.message : error}`,
    );
  }
  const lines = [
    `Installed provider ${PROVIDER_SOURCE} ${packageVersion()} into ${join(folder, PLUGIN_FOLDER)}, for ${platforms.join(", ")}.`,
    ...(hasConfiguration(folder) ? [] : [NO_FILES]),
    "Next: terraform init",
    "",
  ];
  return { text: lines.join("\n"), warning: hiddenPluginFolder() };
}

function hiddenPluginFolder(): string | undefined {
  const missing = missingInstallation();
  return (
    missing &&
    `${missing.file} has a provider_installation block, so Terraform does not look into ${PLUGIN_FOLDER} by itself; add this to that block:\n${missing.text}\n`
  );
}

const NO_FILES = `The folder has no Terraform files yet. Begin with:

terraform {
  required_providers {
    caprover = { source = "${PROVIDER_SOURCE}" }
  }
}
`;

const hasConfiguration = (folder: string): boolean =>
  readdirSync(folder).some((file) => /\.(?:tf|tofu)(?:\.json)?$/.test(file));

function checkPlatform(platform: string): void {
  if (POSSIBLE.includes(platform)) return;
  const why = platform.startsWith("windows_")
    ? "Terraform for Windows can't start the provider, which is a shell script; run Terraform in WSL, which is linux_amd64 or linux_arm64"
    : `there is no such platform; known: ${POSSIBLE.join(", ")}`;
  throw new UsageError(`--platform ${platform}: ${why}`);
}
