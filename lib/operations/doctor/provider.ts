/** Whether Terraform will find its providers: the CapRover provider's folder, the lock file and the plugin cache. */
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fullSource, lockedProvider } from "../../caprover/lock-file";
import { PROVIDER_SOURCE, packageVersion } from "../../caprover/package";
import { LOCK_FILE, missingInstallation, PLUGIN_FOLDER, providerHash } from "../../caprover/plugin-folder";
import type { Failure, Finding } from "../../hermes/condition";
import { type Document, record } from "../../support/json-document";
import { chosenProblem, demandedProblem, hasDocker } from "../plan/docker-provider";
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
    shows:
      "The plugin cache is a folder, and none of the stacks' providers in it is a link that leads nowhere.",
    bad: {
      noFolder: {
        cause: "what TF_PLUGIN_CACHE_DIR names is no folder, so that `terraform init` fails",
        fix: { program: "name a folder, or unset TF_PLUGIN_CACHE_DIR" },
      },
      dangling: {
        cause: "a provider in the cache is a link to a folder that is gone, so that `terraform init` fails",
        fix: { program: "remove the link; `terraform init` fills the cache again" },
      },
    },
    async look({
      stacks,
      environment,
      home,
      platform,
    }): Promise<readonly Finding<"noFolder" | "dangling">[]> {
      const named = environment["TF_PLUGIN_CACHE_DIR"];
      // Terraform makes one that is not there.
      if (named && existsSync(named) && !isFolder(named)) return [{ bad: "noFolder", seen: named }];
      const cache = named || join(home, USUAL_CACHE);
      const dangling = stacks.flatMap(providersOf).flatMap(({ source, version }) => {
        const path = join(cache, source, version, platform);
        return leadsNowhere(path) ? [path] : [];
      });
      return [
        dangling.length > 0
          ? { bad: "dangling", seen: [...new Set(dangling)].join(", ") }
          : { good: existsSync(cache) ? cache : "none yet" },
      ];
    },
  }),

  dockerProvider: check({
    title: "Docker provider",
    shows: "No stack plans with a Docker provider below 4.",
    bad: {
      old: {
        cause: "a plan of the Docker provider 3.x deletes stopped containers",
        fix: { program: "let the stack take version 4, and synthesize again" },
      },
    },
    async look({ stacks }): Promise<readonly Finding<"old">[]> {
      return stacks.filter(hasDocker).map((stack): Finding<"old"> => {
        const problem = demandedProblem(stack) ?? chosenProblem(stack);
        return problem === undefined
          ? { of: stack.name, good: "4 or later" }
          : {
              of: stack.name,
              bad: "old",
              seen: problem.why,
              ...(problem.fix && { fix: { program: problem.fix } }),
            };
      });
    },
  }),
} as const;

/** The CDKTF CLI's own, which it gives Terraform where none is named. */
const USUAL_CACHE = join(".terraform.d", "plugin-cache");

const FOLDER = join(PLUGIN_FOLDER, PROVIDER_SOURCE);

function capRoverStacks(stacks: readonly SynthesizedStack[]): readonly SynthesizedStack[] {
  return stacks.filter(({ document }) => requiredSources(document).includes(PROVIDER_SOURCE));
}

function archivesIn(folder: string): readonly string[] {
  const path = join(folder, FOLDER);
  return isFolder(path) ? readdirSync(path) : [];
}

/** The providers that the stack's lock file names. */
function providersOf({ folder, document }: SynthesizedStack) {
  const lock = textOf(join(folder, LOCK_FILE));
  return requiredSources(document).flatMap((source) => {
    const locked = lockedProvider(lock, source);
    return locked === undefined ? [] : [{ source, version: locked.version }];
  });
}

function requiredSources(document: Document): readonly string[] {
  return Object.values(record(record(document["terraform"])["required_providers"])).flatMap((provider) => {
    const { source } = record(provider);
    return typeof source === "string" ? [fullSource(source)] : [];
  });
}

function leadsNowhere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && !existsSync(path);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
