/** Agents on a CapRover, from props to what really runs there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import {
  CaproverProvider,
  DashboardAuth,
  HermesApp,
  HermesImage,
  HermesTarget,
  PersistentDataVolume,
} from "../../../lib";
import { CaptainClient } from "../../caprover-contract/captain-client";
import { type AgentProps, secretOf, temporaryFolder } from "../../support";
import { describeWithTerraform } from "../../terraform";
import { type Ended, run, succeed } from "../command";
import { hermesImage } from "../hermes-image";

jest.setTimeout(180_000);

const RELEASES = ["v2026.4.30", "v2026.6.5", "v2026.7.30", "v2026.9.24"] as const;
const [FIRST] = RELEASES;
const UPSTREAM = "nousresearch/hermes-agent";

const SECRETS = {
  key: "key-0123456789abcdef",
  hash: "scrypt$16384$8$1$c2FsdHNhbHRzYWx0c2FsdA==$a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U=",
  session: "session-0123456789abcdef",
  nginx: "nginx-0123456789",
};

class Deployment {
  readonly outdir = temporaryFolder();
  private readonly environment: Readonly<Record<string, string>>;
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

  /** One agent with an API server on a named volume, and what the test is about on top. */
  synthesize(given: (stack: TerraformStack) => AgentProps): void {
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, "agent");
    new LocalBackend(stack, { path: this.state });
    new CaproverProvider(stack, "caprover");
    const { release = FIRST, ...props } = given(stack);
    new HermesApp(stack, "hermes", {
      image: props.image ?? HermesImage.registry(stack, "image", { tag: release }),
      data: new PersistentDataVolume(stack, "data", { name: "hermes-data" }),
      apiServer: { key: secretOf(stack, "key") },
      target: HermesTarget.caprover({ https: false }),
      ...props,
    });
    app.synth();
  }

  async terraform(...args: readonly string[]): Promise<Ended> {
    if (!this.isInitialized)
      await succeed(this.folder, this.environment, "terraform", "init", "-input=false");
    this.isInitialized = true;
    return run(this.folder, this.environment, "terraform", ...args, "-input=false", "-no-color");
  }

  async apply(): Promise<string> {
    const { code, output } = await this.terraform("apply", "-auto-approve");
    if (code !== 0) throw new Error(output);
    return output;
  }

  async changes(): Promise<"none" | "some"> {
    const { code, output } = await this.terraform("plan", "-detailed-exitcode");
    if (code === 1) throw new Error(output);
    return code === 0 ? "none" : "some";
  }
}

describeWithTerraform("an agent", () => {
  let captain: CapRoverSandbox;
  beforeEach(async () => {
    const releases = RELEASES.map((release) => [`${UPSTREAM}:${release}`, hermesImage(release)] as const);
    captain = await CapRoverSandbox.start({
      images: {
        ...Object.fromEntries(releases),
        "caprover/nginx-reverse-proxy:1-ef5ffcb": {
          ports: { 80: () => ({ status: 200, body: '{"platform": "hermes-agent"}' }) },
        },
      },
    });
  });
  afterEach(() => captain.stop());

  const running = () => captain.app("hermes").running;
  const starts = () => captain.volume("hermes-data")?.files.get("starts");

  test("runs as asked, with the user's three demands, and a second plan is empty", async () => {
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    await user.call("POST", "/user/system/enablessl", { emailAddress: "ada@example.com" });
    const deployment = new Deployment(captain);
    deployment.synthesize((stack) => ({
      release: "v2026.7.30",
      memoryMiB: 2048,
      dashboard: DashboardAuth.basic(stack, "dashboard", {
        username: "ada",
        passwordHash: secretOf(stack, "hash"),
        sessionSecret: secretOf(stack, "session"),
      }),
      target: HermesTarget.caprover({
        basicAuth: { user: "ada", password: secretOf(stack, "nginx") },
        apiAppName: "hermes-api",
      }),
    }));
    const printed = await deployment.apply();
    // Forcing https was the last change, and restarted it.
    await captain.clock.until(() => running().length === 1, 120);
    const [container] = running();
    expect(container?.spec).toMatchObject({
      args: ["gateway", "run"],
      command: undefined,
      stopGraceSeconds: 60,
      env: { HOME: "/opt/data/home", API_SERVER_KEY: SECRETS.key, FORWARDED_ALLOW_IPS: "10.0.0.0/8" },
    });
    expect(container?.spec.mounts).toEqual(
      expect.arrayContaining([
        { type: "volume", source: "hermes-data", target: "/opt/data" },
        expect.objectContaining({ type: "tmpfs", target: "/dev/shm" }),
      ]),
    );
    expect(captain.app("hermes").definition).toMatchObject({
      instanceCount: 1,
      containerHttpPort: 9119,
      websocketSupport: true,
      forceSsl: true,
      hasDefaultSubDomainSsl: true,
    });
    expect(captain.app("hermes-api").running).toHaveLength(1);
    expect(captain.overlaps).toEqual([]);
    expect(await deployment.changes()).toBe("none");

    const config = readFileSync(join(deployment.folder, "cdk.tf.json"), "utf8");
    const state = readFileSync(deployment.state, "utf8");
    const requests = JSON.stringify(captain.requests);
    for (const secret of Object.values(SECRETS)) {
      expect([printed, config, state].filter((text) => text.includes(secret))).toEqual([]);
      expect(requests).toContain(secret);
    }
  });

  test("keeps its data over the generations, and no two ever run on it", async () => {
    const deployment = new Deployment(captain);
    for (const release of RELEASES) {
      deployment.synthesize(() => ({ release }));
      await deployment.apply();
      expect(running().map(({ spec }) => spec.image)).toEqual([`${UPSTREAM}:${release}`]);
    }
    expect(
      starts()
        ?.trim()
        .split(" ")
        .filter((one, i, all) => one !== all[i - 1]),
    ).toEqual([...RELEASES]);
    expect(captain.overlaps).toEqual([]);
  });

  test("runs on when a new image can't be pulled", async () => {
    const deployment = new Deployment(captain);
    deployment.synthesize(() => ({}));
    await deployment.apply();
    const [before] = running();
    deployment.synthesize(() => ({ release: "v2026.5.16" }));
    const { code, output } = await deployment.terraform("apply", "-auto-approve");
    expect(code).toBe(1);
    expect(output).toContain("manifest unknown");
    expect(running()).toEqual([before]);
  });

  test("is destroyed without its data", async () => {
    const deployment = new Deployment(captain);
    deployment.synthesize(() => ({}));
    await deployment.apply();
    const { code, output } = await deployment.terraform("destroy", "-auto-approve");
    expect([code, output]).toEqual([0, expect.anything()]);
    expect(captain.appNames).toEqual([]);
    expect(starts()).toContain(FIRST);
  });

  test("is built by CapRover from a wrapper", async () => {
    const deployment = new Deployment(captain);
    const wrapper = (codexVersion: string) =>
      deployment.synthesize((stack) => ({
        image: HermesImage.wrapper(stack, "image", {
          release: "v2026.7.30",
          baseRevision: "1",
          codexVersion,
        }),
        model: { provider: "openai-codex", name: "gpt-5.5" },
      }));
    wrapper("0.169.0");
    await deployment.apply();
    expect(running().map(({ spec }) => spec.image)).toEqual([expect.stringContaining("img-captain-hermes")]);
    expect(await deployment.changes()).toBe("none");
    wrapper("0.170.0");
    await deployment.apply();
    expect(running()).toHaveLength(1);
    expect(captain.overlaps).toEqual([]);
  });
});
