/** Puts the provider into the stack's folder at synthesis, where Terraform finds it without a registry. */
import { join } from "node:path";
import { Annotations, type ISynthesisSession, TerraformProvider, TerraformStack } from "cdktf";
import { refuse } from "../support/errors";
import { fullSource } from "./lock-file";
import { PROVIDER_SOURCE } from "./package";
import { lockInStack, missingInstallation, PLATFORMS, writePluginFolder } from "./plugin-folder";

/** CDKTF's own hook, which its assets use: it runs after validation, when the stack's folder exists. */
const CUSTOM_SYNTHESIS = Symbol.for("cdktf/customSynthesis");

export function installAtSynthesis(provider: TerraformProvider): void {
  if (process.platform === "win32") {
    Annotations.of(provider).addWarning(
      "the CapRover provider is a script for Linux and macOS, which Terraform for Windows can't start; run Terraform in WSL",
    );
  }
  const missing = missingInstallation();
  if (missing !== undefined) {
    Annotations.of(provider).addWarning(
      `the CLI configuration of Terraform or OpenTofu has a provider_installation block, so it does not look into the stack's folder for the CapRover provider; add this to that block:\n${missing.text}`,
    );
  }
  Object.defineProperty(provider, CUSTOM_SYNTHESIS, {
    value: { onSynthesize: (session: ISynthesisSession) => install(provider, session) },
  });
}

function install(provider: TerraformProvider, { outdir, manifest }: ISynthesisSession): void {
  const stack = TerraformStack.of(provider);
  const folder = join(outdir, manifest.forStack(stack).workingDirectory);
  try {
    writePluginFolder(folder, PLATFORMS);
  } catch (error) {
    const problem = `its files are missing in this package (${error instanceof Error ? error.message : error})`;
    refuse(provider, [
      {
        prop: "CapRoverProvider",
        problem,
        fix: "install the package again; in its repository, run npm run build",
      },
    ]);
  }
  lockInStack(folder, otherSources(stack));
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
