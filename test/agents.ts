/**
 * Helpers for tests of the constructs: apps in temporary folders, an agent in one call, and its synthesized resources.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformElement, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { HermesApp, type HermesAppProps, HermesConfigError, HermesImage, PersistentDataVolume } from "../lib";
import { NEWEST_KNOWN_TAG } from "../lib/hermes/releases";

export const NEWEST = NEWEST_KNOWN_TAG;

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-test-"));
  folders.push(folder);
  return folder;
}

export function newApp(): App {
  return new App({ outdir: temporaryFolder() });
}

/** A stack with a Docker provider. */
export function newStack(app: App = newApp(), id = "agents"): TerraformStack {
  const stack = new TerraformStack(app, id);
  new DockerProvider(stack, "docker", {});
  return stack;
}

/** A stack that states a version of the Docker provider. */
export function newStackOfProvider(version: string, app: App = newApp(), id = "old"): TerraformStack {
  const stack = newStack(app, id);
  stack.addOverride("terraform.required_providers.docker.version", version);
  return stack;
}

/** The app's stack of images, made at its first use. */
export function imageStack(scope: Construct): TerraformStack {
  const app = App.of(scope);
  const found = app.node.tryFindChild("images");
  return found instanceof TerraformStack ? found : newStack(app, "images");
}

/** Upstream's image of that release, in its own stack. */
export function imageOf(scope: Construct, tag: string = NEWEST): HermesImage {
  const stack = imageStack(scope);
  const found = stack.node.tryFindChild(tag);
  return found instanceof HermesImage ? found : HermesImage.registry(stack, tag, { tag });
}

/** A volume for the data of one agent. */
export function newDataOf(scope: Construct, name: string): PersistentDataVolume {
  return new PersistentDataVolume(scope, name, { name });
}

/** A sensitive value that only Terraform knows. */
export function secretOf(stack: TerraformStack, name = "secret"): string {
  const found = stack.node.tryFindChild(name);
  const variable =
    found instanceof TerraformVariable
      ? found
      : new TerraformVariable(stack, name, { type: "string", sensitive: true });
  return variable.stringValue;
}

export type AgentProps = Partial<HermesAppProps> & { readonly release?: string };

/** The smallest agent, with the props that the test is about. */
export function agent(scope: Construct, props: AgentProps = {}, id = "hermes"): HermesApp {
  const { release, ...rest } = props;
  return new HermesApp(scope, id, {
    image: rest.image ?? imageOf(scope, release),
    data: rest.data ?? newDataOf(scope, `${id}-data`),
    ...rest,
  });
}

export interface ContainerJson {
  readonly [attribute: string]: unknown;
  readonly image: string;
  readonly env: readonly string[];
  readonly labels: readonly { readonly label: string; readonly value: string }[];
  readonly mounts: readonly Readonly<Record<string, unknown>>[];
  readonly ports?: readonly Readonly<Record<string, unknown>>[];
  readonly upload?: readonly {
    readonly file: string;
    readonly content: string;
    readonly permissions: string;
  }[];
  readonly healthcheck?: Readonly<Record<string, unknown>> & { readonly test: readonly string[] };
  readonly lifecycle?: {
    readonly precondition: readonly { readonly condition: string; readonly error_message: string }[];
  };
}

type Resources<Attributes> = Readonly<Record<string, Attributes>>;

export interface StackJson {
  readonly "//": { readonly metadata: Readonly<Record<string, unknown>> };
  readonly terraform: { readonly required_providers: Resources<{ readonly version: string }> };
  readonly resource?: {
    readonly docker_container?: Resources<ContainerJson>;
    readonly docker_image?: Resources<Readonly<Record<string, unknown>>>;
    readonly docker_volume?: Resources<Readonly<Record<string, unknown>>>;
    readonly docker_network?: Resources<Readonly<Record<string, unknown>>>;
  };
  readonly output?: Resources<{ readonly value: unknown }>;
}

/** Writes the whole app as `cdktf synth` does, and reads this stack's file back. */
export function synth(stack: TerraformStack): StackJson {
  const app = App.of(stack);
  app.synth();
  return JSON.parse(readFileSync(join(app.outdir, "stacks", stack.node.id, "cdk.tf.json"), "utf8"));
}

/** The stack's only container, as the provider sees it. */
export function containerOf(stack: TerraformStack): ContainerJson {
  const [container, ...others] = Object.values(synth(stack).resource?.docker_container ?? {});
  if (container === undefined || others.length > 0) throw new Error("there is not one container");
  return container;
}

/** The container of one agent with these props. */
export function containerWith(props: AgentProps | ((stack: TerraformStack) => AgentProps)): ContainerJson {
  const stack = newStack();
  agent(stack, typeof props === "function" ? props(stack) : props);
  return containerOf(stack);
}

export function environmentOf({ env }: ContainerJson): Readonly<Record<string, string>> {
  return Object.fromEntries(
    env.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** Paths of the files that are uploaded to Hermes' managed scope. */
export function managedFilesOf({ upload = [] }: ContainerJson): readonly string[] {
  return upload.map(({ file }) => file).filter((file) => file.startsWith("/etc/hermes/"));
}

export function uploadOf({ upload }: ContainerJson, file: string): string | undefined {
  return upload?.find((found) => found.file === file)?.content;
}

/** All warnings, also those that come at synthesis. */
export function warningsOf(scope: IConstruct): readonly string[] {
  for (const element of scope.node.findAll().filter(TerraformElement.isTerraformElement))
    element.toMetadata();
  return scope.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === "@cdktf/warn")
    .map(({ data }) => String(data));
}

/** The message with which the action is refused. */
export function refusalOf(action: () => unknown): HermesConfigError {
  try {
    action();
  } catch (error) {
    if (error instanceof HermesConfigError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

export function rulesOf({ problems }: HermesConfigError): readonly string[] {
  return problems.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
}
