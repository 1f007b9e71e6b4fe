import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Engine } from "./engine";
import { hostConfiguration } from "./host-configuration";
import { must } from "./run";

/** How an image boots. `images/README.md` names the upstream releases of each kind. */
export type Generation = "entrypoint" | "tini" | "s6" | "dispatch";

export interface StandIn {
  readonly generation: Generation;
  /** The real Hermes Agent inside. */
  readonly hermesVersion: string;
}

export const REPOSITORY = "nousresearch/hermes-agent";

/** The stand-ins, by upstream's tags of the releases. */
export const STAND_INS = {
  "v2026.4.23": { generation: "entrypoint", hermesVersion: "0.14.0" },
  "v2026.5.16": { generation: "tini", hermesVersion: "0.14.0" },
  "v2026.6.5": { generation: "s6", hermesVersion: "0.16.0" },
  "v2026.7.20": { generation: "s6", hermesVersion: "0.19.0" },
  "v2026.7.30": { generation: "s6", hermesVersion: "0.19.0" },
  "v2026.8.3": { generation: "dispatch", hermesVersion: "0.19.0" },
} as const satisfies { readonly [tag: string]: StandIn };

export type StandInTag = keyof typeof STAND_INS;

export function standIn(tag: StandInTag): string {
  return `${REPOSITORY}:${tag}`;
}

/** Builds the stand-ins whose recipe has changed since their last build, and removes all other images. */
export async function buildStandIns(engine: Engine, report: (line: string) => void): Promise<void> {
  const builder = new Builder(engine, report);
  // In parallel, because a build mostly waits for downloads.
  await Promise.all(
    Object.entries<StandIn>(STAND_INS).map(async ([tag, image]) =>
      engine.docker("tag", await builder.standIn(image), `${REPOSITORY}:${tag}`),
    ),
  );
  await builder.removeOthers();
}

/** Starts the second engine with the images of the first one, which is running. */
export async function copyImages(from: Engine, to: Engine): Promise<void> {
  await to.start();
  const listed = ["image", "ls", "--all", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"];
  if ((await to.docker(...listed)) === (await from.docker(...listed))) return;
  await from.stop();
  await to.stop();
  rmSync(to.paths.data, { recursive: true, force: true });
  mkdirSync(to.paths.data);
  for (const entry of readdirSync(from.paths.data)) {
    // Layers never change, so that both engines can have the same files.
    const options = entry === "overlay2" ? "-al" : "-a";
    await must("cp", [options, join(from.paths.data, entry), to.paths.data]);
  }
  await from.start();
  await to.start();
}

const LAYER_REPOSITORY = "cdktf-hermes-engine";
const RECIPES = join(__dirname, "images");
const DEBIAN_SUITE = "bookworm";

/** Repository of the stand-in for servers beside agents. */
const SERVER_REPOSITORY = "stand-in/server";

/**
 * Builds the stand-in for servers beside agents, on the base of the agents' images.
 *
 * @returns its name with the digest by which the mirror of Docker Hub knows it
 */
export async function buildServer(engine: Engine): Promise<string> {
  const parent = await layerOf(engine, "base");
  const args = ["--build-arg", `PARENT=${parent}`, "--tag", `${SERVER_REPOSITORY}:1`];
  await must("docker", ["build", ...args, join(RECIPES, "server")], {
    env: { ...engine.environment, DOCKER_BUILDKIT: "0" },
    timeoutSeconds: 300,
  });
  await engine.docker("pull", `${SERVER_REPOSITORY}:1`);
  const format = "{{index .RepoDigests 0}}";
  return engine.docker("image", "inspect", "--format", format, `${SERVER_REPOSITORY}:1`);
}

/** The name of an image on which the stand-ins are built. */
export async function layerOf(engine: Engine, recipe: "debian" | "base"): Promise<string> {
  const listed = await engine.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}");
  const found = listed.split("\n").find((name) => name.startsWith(`${LAYER_REPOSITORY}/${recipe}:`));
  if (found === undefined) throw new Error(`the image ${recipe} of the stand-ins was not built`);
  return found;
}

/** Builds the s6 stand-in with another version of Hermes, and returns its name. */
export async function imageOfVersion(engine: Engine, version: string): Promise<string> {
  const image = `${LAYER_REPOSITORY}/other:${version}`;
  // Both programs named hermes are the stand-in's own.
  const dockerfile = `FROM ${standIn("v2026.7.20")}
RUN PATH=/opt/tools/bin:$PATH && cd /opt/hermes \\
 && cp -a bin /tmp/shims && cp -a .venv/bin/hermes /tmp/hermes && rm -rf hermes_cli gateway agent tools plugins \\
 && uv pip install --no-cache --python .venv/bin/python "hermes-agent[slack]==${version}" \\
 && uv pip uninstall --python .venv/bin/python hermes-agent \\
 && uv pip install --no-cache --no-deps --reinstall --target /opt/hermes "hermes-agent==${version}" \\
 && rm -rf bin && mv /tmp/shims bin && mv /tmp/hermes .venv/bin/hermes
`;
  const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
  await must("docker", ["build", "--tag", image, "-"], { env, input: dockerfile, timeoutSeconds: 600 });
  return image;
}

/** Builds each image once for each content of its recipe: the image's tag is a hash of everything in the recipe. */
class Builder {
  readonly #host = hostConfiguration();
  readonly #made = new Map<string, Promise<void>>();

  constructor(
    readonly engine: Engine,
    readonly report: (line: string) => void,
  ) {}

  async standIn({ generation, hermesVersion }: StandIn): Promise<string> {
    const hermes = await this.#build("hermes", await this.#build("base", await this.#debian(), {}), {
      HERMES_VERSION: hermesVersion,
      // Up to 0.15 the dashboard's server is an extra.
      HERMES_EXTRAS: minor(hermesVersion) < 16 ? "slack,web" : "slack",
    });
    switch (generation) {
      case "tini":
        return this.#build("tini", hermes, {});
      case "entrypoint":
        return this.#build("entrypoint", await this.#build("tini", hermes, {}), {});
      case "s6":
        return this.#s6(hermes, hermesVersion);
      case "dispatch":
        return this.#build("dispatch", await this.#s6(hermes, hermesVersion), {});
    }
  }

  /** Removes the images of earlier recipes, and those that tests built. */
  async removeOthers(): Promise<void> {
    const kept = new Set([
      ...this.#made.keys(),
      ...Object.keys(STAND_INS).map((tag) => `${REPOSITORY}:${tag}`),
    ]);
    const listed = await this.engine.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}");
    const others = listed.split("\n").filter((name) => name !== "" && !kept.has(name));
    const named = others.filter((name) => !name.includes("<none>"));
    if (named.length > 0) await this.engine.docker("image", "rm", "--force", ...named);
    await this.engine.docker("image", "prune", "--force");
    await this.engine.docker("builder", "prune", "--force", "--keep-storage", "3gb");
  }

  /** Since July 2026 the s6 releases have a program named tini again, for callers that still expect it. */
  #s6(hermes: string, hermesVersion: string): Promise<string> {
    return this.#build("s6", hermes, minor(hermesVersion) >= 19 ? { WITH_TINI_SHIM: "yes" } : {});
  }

  /** The base of all images: Debian from its archive, which reaches the registries in the same way as this machine. */
  #debian(): Promise<string> {
    return this.#once("debian", [DEBIAN_SUITE, JSON.stringify(this.#host)], async (name) => {
      const tree = mkdtempSync(join(this.engine.paths.run, "debootstrap-"));
      try {
        await must("debootstrap", ["--variant=minbase", "--include=ca-certificates", DEBIAN_SUITE, tree]);
        rmSync(join(tree, "var/cache/apt"), { recursive: true });
        rmSync(join(tree, "var/lib/apt/lists"), { recursive: true });
        for (const [path, content] of Object.entries(this.#host)) {
          mkdirSync(dirname(join(tree, path)), { recursive: true });
          writeFileSync(join(tree, path), content);
        }
        await must("sh", ["-c", 'tar -C "$1" -c . | docker import - "$2"', "sh", tree, name], {
          env: this.engine.environment,
        });
      } finally {
        rmSync(tree, { recursive: true, force: true });
      }
    });
  }

  #build(recipe: string, parent: string, args: { readonly [name: string]: string }): Promise<string> {
    const context = join(RECIPES, recipe);
    return this.#once(recipe, [parent, JSON.stringify(args), ...contents(context)], async (name) => {
      const allArgs = Object.entries({ ...args, PARENT: parent }).map(([key, value]) => `${key}=${value}`);
      const proxies = ["http_proxy", "https_proxy", "no_proxy"].filter((variable) => process.env[variable]);
      await must(
        "docker",
        ["build", "--tag", name, ...[...allArgs, ...proxies].flatMap((arg) => ["--build-arg", arg]), context],
        // The classic builder, because BuildKit needs a plug-in that not every docker command has.
        { env: { ...this.engine.environment, DOCKER_BUILDKIT: "0" }, timeoutSeconds: 900 },
      );
    });
  }

  async #makeUnlessCached(name: string, make: (name: string) => Promise<void>): Promise<void> {
    if ((await this.engine.tryDocker(["image", "inspect", name])).code === 0) return;
    const start = Date.now();
    await make(name);
    this.report(`built image ${name} in ${Math.round((Date.now() - start) / 1000)} s`);
  }

  async #once(
    recipe: string,
    inputs: readonly string[],
    make: (name: string) => Promise<void>,
  ): Promise<string> {
    const key = createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 16);
    const name = `${LAYER_REPOSITORY}/${recipe}:${key}`;
    const made = this.#made.get(name) ?? this.#makeUnlessCached(name, make);
    this.#made.set(name, made);
    await made;
    return name;
  }
}

function minor(version: string): number {
  return Number(version.split(".")[1]);
}

/** Path, executable bit and text of every file of a folder, in a fixed order. */
function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((path) => ({ path, file: join(folder, path) }))
    .filter(({ file }) => statSync(file).isFile())
    .map(({ path, file }) => {
      const executable = (statSync(file).mode & 0o100) !== 0;
      return JSON.stringify([path, executable, readFileSync(file, "utf8")]);
    });
}
