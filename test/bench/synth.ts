import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Container } from "@cdktf/provider-docker/lib/container";
import { Image } from "@cdktf/provider-docker/lib/image";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import {
  CapRoverProvider,
  DashboardAuth,
  HermesApp,
  HermesImage,
  HermesTarget,
  PersistentDataVolume,
} from "../../lib";
import { commandsByHand, containerByHand } from "./by-hand";
import { alternate, type Comparison, compare, milliseconds } from "./measure";

type Define = (stack: TerraformStack, image: HermesImage, agents: number) => void;

/** What both sides synthesize for three agents. The comparison is fair while they are equal. */
export function bothSides(): { readonly ours: unknown; readonly byHand: unknown } {
  return { ours: document(withConstructs, 3), byHand: document(withRawCdktf, 3) };
}

/** Synthesizing 1,000 agents, compared with the same resources written by hand in plain CDKTF. */
export function synth(): Comparison {
  return alternate(
    7,
    () => synthesize(withConstructs, 1000),
    () => synthesize(withRawCdktf, 1000),
  );
}

/** 10,000 agents in one stack, compared with 1,000. */
export function growth(): Comparison {
  synthesize(withConstructs, 1000);
  const small = [1, 2, 3].map(() => synthesize(withConstructs, 1000));
  const large = [1, 2, 3].map(() => synthesize(withConstructs, 10_000));
  return compare(large, small);
}

/** The same agents, each in a stack of its own, deployed to a CapRover and to a Docker engine. */
export function caproverSynth(): Comparison {
  synthesizeFleet(onCapRover, 5);
  synthesizeFleet(onDocker, 5);
  return alternate(
    9,
    () => synthesizeFleet(onCapRover, 50),
    () => synthesizeFleet(onDocker, 50),
  );
}

type Place = (stack: TerraformStack) => HermesTarget;

const onCapRover: Place = (stack) => {
  new CapRoverProvider(stack, "caprover", { url: "https://captain.apps.example.com" });
  return HermesTarget.caprover();
};

const onDocker: Place = (stack) => {
  new DockerProvider(stack, "docker");
  return HermesTarget.docker({ publish: { apiServer: false } });
};

function synthesizeFleet(place: Place, agents: number): number {
  return inApp((app, _stack, image) =>
    milliseconds(() => {
      for (let i = 0; i < agents; i++) {
        const stack = new TerraformStack(app, `agent-${i}`);
        const target = place(stack);
        const secret = (name: string) =>
          new TerraformVariable(stack, name, { type: "string", sensitive: true }).stringValue;
        new HermesApp(stack, "hermes", {
          name: `agent-${i}`,
          image,
          data: new PersistentDataVolume(stack, "data", { name: `agent-${i}-data` }),
          apiServer: { key: secret("key") },
          memoryMiB: 2048,
          target,
        });
      }
      app.synth();
    }),
  );
}

function synthesize(define: Define, agents: number): number {
  return inApp((app, stack, image) =>
    milliseconds(() => {
      define(stack, image, agents);
      app.synth();
    }),
  );
}

function document(define: Define, agents: number): unknown {
  return inApp((app, stack, image, outdir) => {
    define(stack, image, agents);
    app.synth();
    return JSON.parse(readFileSync(join(outdir, "stacks", "agents", "cdk.tf.json"), "utf8"), (key, value) => {
      // Nobody writes these by hand: they are what only the constructs know.
      if (key === "//" || /_(?:manifest|where|url)$/.test(key)) return undefined;
      if (typeof value !== "string") return value;
      return SETTINGS_HASH.test(value) ? "(hash)" : value.replace(FILE_BESIDE, "(file)/");
    });
  });
}

/** A person who writes by hand sets this label to any text that changes with the settings. */
const SETTINGS_HASH = /^(?:[0-9a-f]{16}|[0-9a-f]{64})$/;

/** Where a file lies that is uploaded. */
const FILE_BESIDE = /^(?:files\/|assets\/.*\/)/;

function inApp<T>(use: (app: App, stack: TerraformStack, image: HermesImage, outdir: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-hermes-bench-"));
  try {
    const app = new App({ outdir });
    const images = new TerraformStack(app, "images");
    new DockerProvider(images, "docker");
    const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });
    const stack = new TerraformStack(app, "agents");
    new DockerProvider(stack, "docker");
    return use(app, stack, image, outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function withConstructs(stack: TerraformStack, image: HermesImage, agents: number): void {
  const secret = (name: string) =>
    new TerraformVariable(stack, name, { type: "string", sensitive: true }).stringValue;
  const [key, hash, session] = [secret("key"), secret("hash"), secret("session")];
  for (let i = 0; i < agents; i++) {
    new HermesApp(stack, `agent-${i}`, {
      image,
      data: new PersistentDataVolume(stack, `data-${i}`, { name: `agent-${i}-data` }),
      dashboard: DashboardAuth.basic(stack, `dashboard-${i}`, {
        username: "admin",
        passwordHash: hash,
        sessionSecret: session,
      }),
      apiServer: { key },
      target: HermesTarget.docker({ publish: { dashboard: false, apiServer: false } }),
      model: { provider: "openai-codex", name: "gpt-5.5" },
      memoryMiB: 2048,
    });
  }
}

function withRawCdktf(stack: TerraformStack, image: HermesImage, agents: number): void {
  const secret = (name: string) =>
    new TerraformVariable(stack, name, { type: "string", sensitive: true }).stringValue;
  const [key, hash, session] = [secret("key"), secret("hash"), secret("session")];
  new Image(image, "Default", {
    name: image.reference,
    keepLocally: true,
    lifecycle: { createBeforeDestroy: true },
  });
  stack.addDependency(TerraformStack.of(image));
  stack.addOverride("terraform.required_version", ">= 1.3");
  stack.addOverride("terraform.required_providers.docker.version", ">= 4.1, < 5");
  for (let i = 0; i < agents; i++) {
    const name = `agent-${i}`;
    const agent = new Construct(stack, name);
    new Container(agent, "Default", containerByHand(name, image.reference, { key, hash, session }));
    const output = new TerraformOutput(agent, "commands", { value: commandsByHand(name) });
    output.overrideLogicalId(`${name}_commands`);
  }
}
