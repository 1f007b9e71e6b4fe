/** A synthesized agent on the sandbox, and the real Terraform that deploys it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, LocalBackend, TerraformStack } from "cdktf";
import type { CapRoverSandbox } from "cdktf-hermes/testing";
import { CapRoverProvider, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "../../lib";
import { type AgentProps, secretOf, temporaryFolder } from "../agents";
import { type Ended, run, succeed } from "./command";
import { ROOT } from "./package";

export const SECRETS = {
  key: "key-0123456789abcdef",
  hash: "scrypt$16384$8$1$c2FsdHNhbHRzYWx0c2FsdA==$a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U=",
  session: "session-0123456789abcdef",
  nginx: "nginx-0123456789",
};

/** The release of an agent that names none: the oldest one. */
export const FIRST_RELEASE = "v2026.4.23";

export class Deployment {
  readonly outdir = temporaryFolder();
  readonly environment: Readonly<Record<string, string>>;
  private isInitialized = false;

  constructor(
    readonly captain: CapRoverSandbox,
    secrets: Readonly<Record<string, string>> = SECRETS,
  ) {
    const variables = Object.entries(secrets).map(([name, value]) => [`TF_VAR_${name}`, value]);
    this.environment = { ...captain.environment, HOME: temporaryFolder(), ...Object.fromEntries(variables) };
  }

  get folder(): string {
    return join(this.outdir, "stacks", "agent");
  }

  get state(): string {
    return join(this.outdir, "terraform.tfstate");
  }

  /** One agent with an API server on a named volume, and with the props that the test is about. */
  synthesize(given: (stack: TerraformStack) => AgentProps): void {
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, "agent");
    new LocalBackend(stack, { path: this.state });
    new CapRoverProvider(stack, "caprover");
    const { release = FIRST_RELEASE, ...props } = given(stack);
    new HermesApp(stack, "hermes", {
      image: props.image ?? HermesImage.registry(stack, "image", { tag: release }),
      data: new PersistentDataVolume(stack, "data", { name: "hermes-data" }),
      apiServer: { key: secretOf(stack, "key") },
      target: HermesTarget.caprover({ address: { to: "apiServer", https: false } }),
      ...props,
    });
    app.synth();
  }

  async terraform(command: string, ...args: readonly string[]): Promise<Ended> {
    if (!this.isInitialized)
      await succeed(this.folder, this.environment, "terraform", "init", "-input=false");
    this.isInitialized = true;
    return run(this.folder, this.environment, "terraform", command, "-input=false", "-no-color", ...args);
  }

  async apply(): Promise<string> {
    const { code, output } = await this.terraform("apply", "-auto-approve");
    if (code !== 0) throw new Error(output);
    return output;
  }

  /** As `apply`, by the CDKTF CLI itself. */
  cdktfDeploy(): Promise<string> {
    const project = { language: "typescript", app: "true", output: "." };
    writeFileSync(join(this.outdir, "cdktf.json"), JSON.stringify(project));
    const cli = join(ROOT, "node_modules", ".bin", "cdktf");
    return succeed(this.outdir, this.environment, cli, "deploy", "agent", "--skip-synth", "--auto-approve");
  }

  /** The whole content of a plan file. */
  async savedPlan(): Promise<string> {
    await this.terraform("plan", "-out=saved.plan");
    return succeed(this.folder, this.environment, "terraform", "show", "-json", "saved.plan");
  }

  async changes(): Promise<"none" | "some"> {
    const { code, output } = await this.terraform("plan", "-detailed-exitcode");
    if (code === 1) throw new Error(output);
    return code === 0 ? "none" : "some";
  }
}
