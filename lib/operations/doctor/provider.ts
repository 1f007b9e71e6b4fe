/** Whether Terraform will find its providers: the CapRover provider's folder, the lock file and the plugin cache. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { lockedProvider } from "../../caprover/lock-file";
import { PROVIDER_SOURCE, packageVersion } from "../../caprover/package";
import { LOCK_FILE, missingInstallation, PLUGIN_FOLDER, providerHash } from "../../caprover/plugin-folder";
import type { Failure, Finding } from "../../hermes/condition";
import { record } from "../../support/json-document";
import { admitsBelow4 } from "../../targets/docker/provider-version";
import type { SynthesizedStack } from "../stacks";
import { check } from "./check";

const SYNTHESIZE: Failure["fix"] = { program: "synthesize again: `npx cdktf synth`" };

export const PROVIDER_CHECKS = {
  capRoverProvider: check({
    title: "CapRover provider",
    shows: "Each stack for CapRover has the provider of this package for this machine in its folder.",
    bad: {
      windows: {
        cause: "Terraform for Windows can't start the provider, which is a shell script",
        fix: { program: "run Terraform in WSL" },
      },
      missing: { cause: "the stack's folder does not have the provider for this machine", fix: SYNTHESIZE },
      other: {
        cause: "the stack's folder has the provider of another version of this package",
        fix: SYNTHESIZE,
      },
    },
    async look({ stacks, platform }) {
      return capRoverStacks(stacks).map(({ name: of, folder }) => {
        if (platform.startsWith("windows") || platform.startsWith("win32"))
          return { of, bad: "windows", seen: platform };
        const archives = archivesIn(folder).filter((file) => file.endsWith(`_${platform}.zip`));
        if (archives.length === 0) return { of, bad: "missing", seen: `no archive for ${platform}` };
        const good = archives.includes(`terraform-provider-caprover_${packageVersion()}_${platform}.zip`);
        return good ? { of, good: packageVersion() } : { of, bad: "other", seen: archives.join(", ") };
      });
    },
  }),

  lockFile: check({
    title: "lock file",
    shows: "The lock file of each stack for CapRover has the hash of the provider that is there.",
    bad: {
      other: {
        cause:
          "the lock file has another hash for the same version, which not even `terraform init -upgrade` accepts",
        fix: SYNTHESIZE,
      },
    },
    async look({ stacks }) {
      return capRoverStacks(stacks).map(({ name: of, folder }) => {
        const locked = lockedProvider(textOf(join(folder, LOCK_FILE)), PROVIDER_SOURCE);
        if (locked === undefined) return { of, good: "no entry yet" };
        const same = locked.version !== packageVersion() || locked.hashes.includes(providerHash());
        return same ? { of, good: locked.version } : { of, bad: "other", seen: locked.version };
      });
    },
  }),

  cliConfiguration: check({
    title: "Terraform's settings",
    shows: "No `provider_installation` block of this machine hides the folder with the CapRover provider.",
    bad: {
      hidden: {
        cause: "a `provider_installation` block makes Terraform look for the provider elsewhere",
        fix: { program: "add the lines that `npx cdktf-hermes install-provider` prints to that block" },
      },
    },
    async look({ stacks }): Promise<readonly Finding<"hidden">[]> {
      if (capRoverStacks(stacks).length === 0) return [];
      const missing = missingInstallation();
      return [missing === undefined ? { good: "none" } : { bad: "hidden", seen: missing.file }];
    },
  }),

  pluginCache: check({
    title: "plugin cache",
    shows: "The plugin cache is a folder, and no link to a provider leads nowhere.",
    bad: {
      missing: {
        cause: "TF_PLUGIN_CACHE_DIR names no folder, and Terraform ends with an error",
        fix: { program: "make the folder, or unset TF_PLUGIN_CACHE_DIR" },
      },
      dangling: {
        cause: "a provider is a link to a folder that is gone; Terraform says that no package is cached",
        fix: { program: "remove the link; `terraform init` makes it again" },
      },
    },
    async look({ stacks, environment }): Promise<readonly Finding<"missing" | "dangling">[]> {
      const cache = environment["TF_PLUGIN_CACHE_DIR"];
      if (cache && !isFolder(cache)) return [{ bad: "missing", seen: cache }];
      const folders = stacks.map(({ folder }) => join(folder, ".terraform", "providers"));
      const dangling = [...folders, ...(cache ? [cache] : [])].flatMap(danglingIn);
      return [
        dangling.length > 0 ? { bad: "dangling", seen: dangling.join(", ") } : { good: cache ?? "none" },
      ];
    },
  }),

  dockerProvider: check({
    title: "Docker provider",
    shows: "No stack lets Terraform choose a Docker provider below 4.",
    bad: {
      old: {
        cause: "a plan of the Docker provider 3.x deletes stopped containers",
        fix: {
          program:
            "take away the override of `terraform.required_providers.docker.version`, or require `>= 4.1, < 5` there",
        },
      },
    },
    async look({ stacks }): Promise<readonly Finding<"old">[]> {
      return stacks.flatMap(({ name: of, document }): readonly Finding<"old">[] => {
        const required = record(record(record(document["terraform"])["required_providers"])["docker"]);
        if (required["source"] === undefined) return [];
        const version = String(required["version"] ?? "");
        return [
          admitsBelow4(version) ? { of, bad: "old", seen: version || "any version" } : { of, good: version },
        ];
      });
    },
  }),
} as const;

/** A folder of Terraform's own plugin folder holds one version. */
const FOLDER = join(PLUGIN_FOLDER, PROVIDER_SOURCE);

function capRoverStacks(stacks: readonly SynthesizedStack[]): readonly SynthesizedStack[] {
  return stacks.filter(({ document }) =>
    Object.values(record(record(document["terraform"])["required_providers"])).some(
      (provider) => record(provider)["source"] === PROVIDER_SOURCE,
    ),
  );
}

function archivesIn(folder: string): readonly string[] {
  const path = join(folder, FOLDER);
  return isFolder(path) ? readdirSync(path) : [];
}

function danglingIn(folder: string): readonly string[] {
  if (!isFolder(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !existsSync(path));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
