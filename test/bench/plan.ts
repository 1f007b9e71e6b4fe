/**
 * What `cdktf-hermes plan` and `describe` take for twenty agents on three engines and three CapRover servers, beyond
 * what is needed anyway. The servers are sandboxes, and the engines answer that they have nothing.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack } from "cdktf";
import { CapRoverProvider, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "../../lib";
import { PROVIDER_SOURCE } from "../../lib/caprover/package";
import { CapRoverSandbox } from "../../lib/testing";
import { StandInMirror } from "../engine/docker-provider/mirror";
import { CLI } from "../engine/installed-package";
import { must } from "../engine/run";
import { terraformProgram, UNATTENDED } from "../terraform";
import { type Count, median } from "./measure";

const AGENTS = 20;
const PLACES = 3;
const TAG = "v2026.7.30";
const ROUNDS = 3;
const PACKAGE = join(__dirname, "..", "..");

/** Seconds of the command beyond the same inits and plans of Terraform. */
export function planSeconds(): Promise<Count> {
  return withFleet(async ({ folder, stacks, env }) => {
    const terraform = (stack: string, ...args: readonly string[]) =>
      must(terraformProgram(env), args, { cwd: join(folder, "stacks", stack), env });
    const clean = () => {
      for (const stack of stacks)
        rmSync(join(folder, "stacks", stack, ".terraform"), { recursive: true, force: true });
    };
    const alone = async () => {
      for (const stack of stacks) await terraform(stack, "init", "-input=false");
      const waiting = [...stacks];
      const worker = async () => {
        for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift())
          await terraform(stack, "plan", "-input=false", `-out=${join(folder, stack)}.plan`);
      };
      await Promise.all(Array.from({ length: 2 * availableParallelism() }, worker));
    };
    const ours = () => must(process.execPath, [CLI, "plan", "--output", folder], { cwd: folder, env });
    return difference(ours, alone, clean);
  });
}

/** Seconds of the command beyond loading the package. */
export function describeSeconds(): Promise<Count> {
  return withFleet(({ folder, env }) =>
    difference(
      () => must(process.execPath, [CLI, "describe", "--output", folder], { env }),
      () => must(process.execPath, ["-e", "require(process.argv[1])", PACKAGE], { env }),
    ),
  );
}

async function difference(
  ours: () => Promise<unknown>,
  baseline: () => Promise<unknown>,
  before: () => void = () => undefined,
): Promise<Count> {
  const times = { ours: [] as number[], baseline: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.baseline.push(await seconds(baseline, before));
    times.ours.push(await seconds(ours, before));
  }
  return { count: Math.round(100 * (median(times.ours) - median(times.baseline))) / 100 };
}

async function seconds(work: () => Promise<unknown>, before: () => void): Promise<number> {
  before();
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

interface Fleet {
  readonly folder: string;
  readonly stacks: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

async function withFleet<T>(use: (fleet: Fleet) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-bench-"));
  const mirror = new StandInMirror();
  const captains = await Promise.all(Array.from({ length: PLACES }, () => CapRoverSandbox.start()));
  const engines = await Promise.all(Array.from({ length: PLACES }, emptyEngine));
  try {
    const configuration = join(folder, "cli.tfrc");
    writeFileSync(configuration, withPluginFolder(readFileSync(mirror.configuration, "utf8")));
    const app = new App({ outdir: folder });
    define(
      app,
      engines.map((engine) => `tcp://127.0.0.1:${portOf(engine)}`),
      captains.map(({ url }) => url),
    );
    app.synth();
    const env = {
      ...process.env,
      ...UNATTENDED,
      ...captains[0]?.environment,
      TF_CLI_CONFIG_FILE: configuration,
      TF_PLUGIN_CACHE_DIR: undefined,
    };
    return await use({
      folder,
      stacks: readdirSync(join(folder, "stacks")).sort(),
      env,
    });
  } finally {
    for (const captain of captains) await captain.stop();
    for (const engine of engines) engine.close();
    mirror.remove();
    rmSync(folder, { recursive: true });
  }
}

function define(app: App, engines: readonly string[], captains: readonly string[]): void {
  const images = engines.map((host, i) => {
    const stack = new TerraformStack(app, `images-${i}`);
    new DockerProvider(stack, "docker", { host });
    return HermesImage.registry(stack, "image", { tag: TAG });
  });
  const docker = engines.map((host, i) => {
    const stack = new TerraformStack(app, `docker-${i}`);
    new DockerProvider(stack, "docker", { host });
    return { stack, image: images[i], target: HermesTarget.docker() };
  });
  const caprover = captains.map((url, i) => {
    const stack = new TerraformStack(app, `caprover-${i}`);
    new CapRoverProvider(stack, "caprover", { url });
    return {
      stack,
      image: HermesImage.registry(stack, "image", { tag: TAG }),
      target: HermesTarget.caprover(),
    };
  });
  const places = [...docker, ...caprover];
  for (let i = 0; i < AGENTS; i++) {
    const place = places[i % places.length];
    if (place?.image === undefined) continue;
    const { stack, image, target } = place;
    const name = `agent-${i}`;
    new HermesApp(stack, name, {
      image,
      target,
      data: new PersistentDataVolume(stack, `${name}-data`, { name: `${name}-data` }),
    });
  }
}

/** An engine without containers, as far as a plan of new ones asks it. */
function emptyEngine(): Promise<Server> {
  const server = createServer(({ url = "" }, answer) => {
    const isPing = url.endsWith("/_ping");
    answer.writeHead(isPing ? 200 : 404, { "api-version": "1.41", "content-type": "application/json" });
    answer.end(isPing ? "OK" : JSON.stringify({ message: "no such object" }));
  });
  return new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(server)));
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen");
  return address.port;
}

/** The block of the stand-in hides the folders that the stacks have. */
function withPluginFolder(configuration: string): string {
  const mirror = `filesystem_mirror {\n    path = "terraform.d/plugins"\n    include = ["${PROVIDER_SOURCE}"]\n  }`;
  return configuration
    .replace("provider_installation {", `provider_installation {\n  ${mirror}`)
    .replace("exclude = [", `exclude = ["${PROVIDER_SOURCE}", `);
}
