/**
 * Starts what a program synthesizes as Docker's provider does, but without Terraform: the files are copied into a new
 * container, and the values of variables are filled in. `deploy.test.ts` holds that Terraform comes to the same.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { App, type TerraformStack } from "cdktf";
import { type AgentProps, agent, containerOf, newStack } from "../agents";
import { Agent } from "./agent";
import type { Engine } from "./engine";

export interface SynthesizedOptions {
  readonly name: string;
  /** The program. */
  readonly props: (stack: TerraformStack) => AgentProps;
  /** Values of its variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The image that runs. */
  readonly image: string;
  /** Further arguments of `docker create`. */
  readonly run?: readonly string[];
}

/** Starts it in the place of a container of that name, on the same volume. */
export async function startSynthesized(engine: Engine, options: SynthesizedOptions): Promise<Agent> {
  const stack = newStack();
  const { name, props, variables, image, run = [] } = options;
  agent(stack, { name, ...props(stack) }, name);
  const container = containerOf(stack);
  const staged = mkdtempSync(join(tmpdir(), "synthesized-"));
  try {
    for (const upload of container.upload ?? []) {
      const path = join(staged, upload.file);
      mkdirSync(dirname(path), { recursive: true });
      const text = "source" in upload ? assetOf(stack, upload) : filled(upload.content, variables);
      writeFileSync(path, text, { mode: Number.parseInt(upload.permissions, 8) });
    }
    await engine.tryDocker(["stop", "--time", "60", name]);
    await engine.tryDocker(["rm", "--force", name]);
    await engine.docker(
      "create",
      ...["--name", name, "--volume", `${name}-data:/opt/data`],
      ...container.env.flatMap((line) => ["--env", line]),
      ...run,
      ...[image, "gateway", "run"],
    );
    await engine.docker("cp", `${staged}/.`, `${name}:/`);
    await engine.docker("start", name);
  } finally {
    rmSync(staged, { recursive: true });
  }
  return Agent.named(engine, name);
}

function assetOf(stack: TerraformStack, upload: object): string {
  const { source, source_hash }: { source?: unknown; source_hash?: unknown } = upload;
  return readFileSync(
    join(App.of(stack).outdir, "boot-files", String(source_hash), basename(String(source))),
    "utf8",
  );
}

/** What Terraform makes of the templates that this library writes. */
function filled(template: string, variables: Readonly<Record<string, string>>): string {
  return template
    .replaceAll(/(?<!\$)\$\{jsonencode\(\(?var\.(\w+)\)?\)\}/g, (_, name: string) =>
      JSON.stringify(variables[name]),
    )
    .replaceAll("$${", "${");
}
