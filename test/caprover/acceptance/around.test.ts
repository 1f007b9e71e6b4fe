/**
 * What an agent talks to and works on, on CapRover: a platform that calls it, a workspace, a terminal over SSH and a model's
 * server elsewhere, by the real CDKTF and Terraform. And each of the six parts at that place: there, or refused.
 */
import { App, type TerraformStack } from "cdktf";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import {
  CapRoverProvider,
  type CapRoverTargetProps,
  type DockerTargetProps,
  HermesConfigError,
  HermesImage,
  HermesTarget,
  LocalModel,
  type RuleId,
  Terminal,
} from "../../../lib";
import type { VerifiedAgent } from "../../../lib/operations/verified";
import { type AgentProps, agent, newStack, secretOf, temporaryFolder, warningsOf } from "../../agents";
import { send } from "../../caprover-contract/captain-client";
import { describeWithTerraform } from "../../terraform";
import { BootedContainer } from "../booted";
import { hermesImage } from "../hermes-image";
import { builtPackage } from "../package";
import { Project } from "../project";
import { secretsIn } from "../secret-search";

jest.setTimeout(600_000);

const RELEASE = "v2026.7.30";
const SECRETS = {
  api_server_key: "api-key-of-the-tests-0123456789",
  webhook_secret: "webhook-secret-of-the-tests",
  terminal_key: [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    Buffer.from("of the tests".repeat(8)).toString("base64"),
    "-----END OPENSSH PRIVATE KEY-----",
    "",
  ].join("\n"),
};
const NEXT_SECRET = "next-webhook-secret-of-the-tests";
const CONFIG = "/etc/hermes/config.yaml";
const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;

const PROGRAM = `
import { App, TerraformStack, TerraformVariable } from "cdktf";
import {
  CapRoverProvider, HermesApp, HermesImage, HermesTarget, LocalModel, PersistentDataVolume, Terminal,
} from "cdktf-hermes";

const app = new App();
const agent = new TerraformStack(app, "agent");
new CapRoverProvider(agent, "caprover");
const secret = (name: string) =>
  new TerraformVariable(agent, name, { type: "string", sensitive: true }).stringValue;
const tools = new TerraformVariable(agent, "tools_host", { type: "string", default: "tools.lan" });
new HermesApp(agent, "hermes", {
  image: HermesImage.registry(agent, "image", { tag: "${RELEASE}" }),
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
  apiServer: { key: secret("api_server_key") },
  messaging: { webhook: { secret: secret("webhook_secret") } },
  workspace: { volume: "project" },
  terminal: Terminal.ssh({
    host: "build.lan", user: "agent", key: secret("terminal_key"), hostKeys: ["${HOST_KEY}"], cwd: "/srv/work",
  }),
  model: LocalModel.openAiCompatible(agent, "qwen", {
    model: "qwen3:8b", baseUrl: "http://srv-captain--ollama:11434/v1",
  }),
  mcpServers: { tools: { url: \`http://\${tools.stringValue}:8000/mcp\` } },
  target: HermesTarget.caprover({
    address: { to: "apiServer", https: false },
    apps: { webhook: { name: "hermes-hooks", https: false } },
  }),
});
app.synth();
`;

describeWithTerraform("an agent on CapRover with all that stands around it", () => {
  let captain: CapRoverSandbox;
  let project: Project;
  beforeAll(async () => {
    const state = { model: { provider: "custom", name: "qwen3:8b" } };
    captain = await CapRoverSandbox.start({
      images: { [`nousresearch/hermes-agent:${RELEASE}`]: hermesImage(RELEASE, RELEASE, state) },
    });
    const packageFolder = await builtPackage(temporaryFolder());
    const folder = temporaryFolder();
    project = projectWith({}, folder).copyExample("caprover-smallest").install(packageFolder);
    project.write("main.ts", PROGRAM);
  });
  afterAll(async () => {
    expect(captain.overlaps).toEqual([]);
    await captain.stop();
  });

  const projectWith = (secrets: Partial<typeof SECRETS>, folder = project.folder) =>
    new Project(folder, captain.environment, { ...SECRETS, ...secrets });
  const env = (): Readonly<Record<string, string>> => Object(captain.app("hermes").running[0]?.spec.env);
  /** A container with what the running app has, after its boot. */
  function booted(): BootedContainer {
    const container = new BootedContainer();
    expect(container.boot(env())).toContain("merge: done");
    return container;
  }
  const call = (path: string) =>
    send(`${captain.url}${path}`, "POST", { host: "hermes-hooks.apps.localhost" }, "{}");

  /** Applies what the program says now, and looks again. */
  async function applied(given = project): Promise<string> {
    await given.cdktf("synth");
    const printed = await given.terraform("agent", "apply", "-auto-approve", "-no-color");
    expect(await given.terraform("agent", "plan", "-detailed-exitcode")).toContain("No changes.");
    return printed;
  }

  test("it is deployed, the platform's calls reach it by an app of their own, and the next plan is empty", async () => {
    const printed = await project.cdktf("deploy");
    expect(await project.terraform("agent", "plan", "-detailed-exitcode")).toContain("No changes.");
    expect(env()).toMatchObject({
      WEBHOOK_SECRET: SECRETS.webhook_secret,
      TERMINAL_ENV: "ssh",
      TERMINAL_SSH_HOST: "build.lan",
      HERMES_WRITE_SAFE_ROOT: expect.stringContaining("/workspace"),
    });
    const container = booted();
    expect(container.read(CONFIG)).toContain("http://srv-captain--ollama:11434/v1");
    // Terraform alone knew the address, and no service sees what carried it.
    expect(container.read(CONFIG)).toContain("http://tools.lan:8000/mcp");
    expect(Object.keys(container.environment()).filter((name) => name.startsWith("CDKTF_"))).toEqual([]);
    expect(captain.app("hermes").running[0]?.spec.mounts).toContainEqual(
      expect.objectContaining({ target: "/workspace" }),
    );
    // Through nginx and the small app to the platform itself, which knows no signature here.
    expect(await call("/webhooks/ci")).toMatchObject({ http: 401 });
    expect(secretsIn(printed, SECRETS)).toEqual([]);
  });

  test("describe and verify know all of it", async () => {
    const described = await project.script("npx cdktf-hermes describe");
    for (const part of [
      "workspace   /workspace, of project",
      "terminal    ssh, agent@build.lan",
      "qwen3:8b of custom at http://srv-captain--ollama:11434/v1",
      "webhook (",
    ])
      expect(described).toContain(part);
    await captain.clock.advance(30);
    const { output } = await project.tryScript("npx cdktf-hermes verify --json --no-ask");
    const agents: readonly VerifiedAgent[] = JSON.parse(output);
    const conditions = agents.flatMap(({ conditions }) => conditions);
    expect(agents.map(({ state }) => state)).toEqual(["deployed"]);
    expect(conditions.filter(({ result }) => result === "fails")).toEqual([]);
    expect(conditions).toContainEqual(
      expect.objectContaining({ condition: "platforms", of: "webhook", result: "holds" }),
    );
    for (const condition of ["terminal", "endpoint"])
      expect(conditions.filter((row) => row.condition === condition)).toMatchObject([
        { result: "not-looked-at", seen: expect.stringMatching(/\w/) },
      ]);
  });

  test("a change of each arrives, and the data stays", async () => {
    project.replace("main.ts", 'volume: "project"', 'volume: "other"');
    project.replace("main.ts", "build.lan", "build-2.lan");
    project.replace("main.ts", 'model: "qwen3:8b"', 'model: "qwen3:32b"');
    await applied();
    expect(captain.app("hermes").running[0]?.spec.mounts).toContainEqual(
      expect.objectContaining({ source: expect.stringMatching(/other$/), target: "/workspace" }),
    );
    expect(env()["TERMINAL_SSH_HOST"]).toBe("build-2.lan");
    expect(booted().read(CONFIG)).toContain("qwen3:32b");

    const changed = projectWith({ webhook_secret: NEXT_SECRET });
    await applied(changed);
    expect(env()["WEBHOOK_SECRET"]).toBe(NEXT_SECRET);
    expect(captain.volume("hermes-data")?.files.get("starts")).toContain(RELEASE);
    expect(captain.volume("project")).toBeDefined();
  });
});

/** Each of the six parts on CapRover: what it comes to there. */
type Given = (stack: TerraformStack) => AgentProps;
const SERVER = `ollama/ollama@sha256:${"0".repeat(64)}`;
const caprover = (stack: TerraformStack) => {
  new CapRoverProvider(stack, "caprover");
};
const login = (stack: TerraformStack) => ({ key: secretOf(stack, "k"), hostKeys: [HOST_KEY] });

const THERE: Readonly<Record<string, Given>> = {
  "a platform that calls": (stack) => ({ messaging: { webhook: { secret: secretOf(stack, "w") } } }),
  "a model elsewhere": (stack) => ({
    model: LocalModel.openAiCompatible(stack, "m", { model: "m", baseUrl: "http://srv-captain--m:1/v1" }),
  }),
  "a workspace in a volume": () => ({ workspace: { volume: "project" } }),
  "the container's own terminal": () => ({ terminal: Terminal.local() }),
  "a terminal over SSH": (stack) => ({
    terminal: Terminal.ssh({ host: "build.lan", user: "agent", ...login(stack), cwd: "/srv" }),
  }),
  "a sandbox of another engine": (stack) => ({
    terminal: Terminal.docker({ engine: { ssh: { host: "b.lan", user: "agent", ...login(stack) } } }),
    acknowledge: { "terminal-skills-missing": "of the tests" },
  }),
  "packages in Hermes' own environment": (stack) => ({
    image: HermesImage.wrapper(stack, "own", {
      release: RELEASE,
      baseRevision: "1",
      hermesPackages: { "tiny-plugin": "1.0" },
    }),
  }),
};

const REFUSED: Readonly<Record<string, readonly [rule: RuleId, Given]>> = {
  "a platform that nothing leads to": [
    "caprover-platform-unrouted",
    (stack) => ({
      apiServer: { key: secretOf(stack, "a") },
      messaging: { webhook: { secret: secretOf(stack, "w") } },
    }),
  ],
  "a model's server as a container": [
    "caprover-unsupported-model-server",
    (stack) => ({
      model: LocalModel.ollama(newStack(App.of(stack), "m"), "qwen", { image: SERVER, model: "m" }),
    }),
  ],
  "a model on the host": [
    "caprover-unsupported-host-gateway",
    (stack) => ({ model: LocalModel.openAiCompatible(stack, "m", { model: "m", onHost: { port: 1 } }) }),
  ],
  "a workspace in a directory": ["caprover-host-path", () => ({ workspace: { hostPath: "/srv/site" } })],
  "the node's own engine": [
    "mount-docker-socket",
    () => ({ terminal: Terminal.docker({ engine: { socket: "/var/run/docker.sock" } }) }),
  ],
};

/** What only a Docker engine has: none of it is a prop of CapRover's target. */
const NOT_THERE = [
  "sidecars",
  "sidecarStack",
  "gpus",
  "devices",
  "publish",
  "hostNetwork",
] as const satisfies readonly Exclude<keyof DockerTargetProps, keyof CapRoverTargetProps>[];

describe("each part on CapRover", () => {
  const deployed = (given: Given) => {
    const stack = newStack();
    caprover(stack);
    return agent(stack, { release: RELEASE, target: HermesTarget.caprover(), ...given(stack) });
  };

  test.each(Object.entries(THERE))("%s is there", (_, given) => {
    expect(deployed(given)).toBeDefined();
  });

  test.each(Object.entries(REFUSED))("%s is refused, or warned of until somebody acknowledges it", (_, [
    rule,
    given,
  ]) => {
    const said = () => {
      try {
        return warningsOf(deployed(given)).join("\n");
      } catch (error) {
        if (!(error instanceof HermesConfigError)) throw error;
        return error.message;
      }
    };
    expect(said()).toContain(rule);
  });

  test.each(NOT_THERE)("%s does not compile, and is refused where nothing is compiled", (prop) => {
    const props = JSON.parse(JSON.stringify({ [prop]: {} }));
    expect(() => deployed(() => ({ target: HermesTarget.caprover(props) }))).toThrow(`target.${prop}`);
  });
});
