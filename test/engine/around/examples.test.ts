/**
 * The examples of what stands around an agent, deployed as they are. Changed is only what a reader has to put in: an image's
 * digest, a name or an address of one's own, and where the engine of the tests has no GPU, that line.
 *
 * Simulated: the servers beside agents (`images/server`), Twilio and LINE (`verify/services.py`), and the other machine
 * (`machine.ts`). The model of an agent whose example names none is chosen as a person does it: in its config.yaml.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VerifiedAgent } from "../../../lib/operations/verified";
import { eventually } from "../../eventually";
import { Engine } from "../engine";
import { exampleProject } from "../example";
import { FAKE_MODEL, FakeModel } from "../fake-model";
import { HubMirror } from "../hub-mirror";
import { buildServer, standIn } from "../images";
import { CLI } from "../installed-package";
import { MACHINE, Machine } from "../machine";
import { DIRECTORY_VARIABLE, enginePaths } from "../paths";
import { run } from "../run";
import { githubCall, lineCall, twilioCall } from "../signed-calls";
import type { Project } from "../terraform";
import { FakeServices } from "../verify/services";

const engine = new Engine();
const second = new Engine(enginePaths({ [DIRECTORY_VARIABLE]: `${enginePaths().root}-examples` }, 1));
const [RELEASE, NEXT] = ["v2026.7.30", "v2026.8.3"] as const;
const NO_DIGEST = `@sha256:${"0".repeat(64)}`;
const hex = () => randomBytes(16).toString("hex");

let hub: HubMirror;
let model: FakeModel;
let server: string;
let project: Project | undefined;

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  model = await FakeModel.start("hello", engine.gateway);
  model.reply = "repeat";
  server = await buildServer(engine);
});
afterAll(async () => {
  await engine.reset();
  await model.stop();
  await hub.stop();
});
afterEach(async () => {
  await engine.reset();
  project?.remove();
  project = undefined;
});

interface Deployed {
  readonly project: Project;
  /** Changes the program once more. */
  readonly edit: (before: string | RegExp, after: string) => void;
}

/** @param edits what a reader puts into the program, each in place of what stands there */
async function deployed(
  name: string,
  edits: readonly (readonly [before: string | RegExp, after: string])[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<Deployed> {
  const made = exampleProject(name, { engine, provider: "4.x", secrets });
  project = made;
  const file = join(made.folder, "main.ts");
  const edit = (before: string | RegExp, after: string) => {
    const text = readFileSync(file, "utf8");
    const edited = text.replaceAll(typeof before === "string" ? before : new RegExp(before, "g"), after);
    if (edited === text) throw new Error(`${name} has no ${before}`);
    writeFileSync(file, edited);
  };
  for (const [before, after] of edits) edit(before, after);
  await deploy(made);
  return { project: made, edit };
}

async function deploy(made: Project): Promise<void> {
  const { code, stdout, stderr } = await made.deploy();
  if (code !== 0) throw new Error(`cdktf deploy exited with ${code}\n${stdout}${stderr}`);
}

/** An image of the example is the stand-in for servers. */
const image = (name: string) => [new RegExp(`"${name}${NO_DIGEST}"`), JSON.stringify(server)] as const;

const exec = (container: string, ...command: string[]) => engine.tryDocker(["exec", container, ...command]);
const sh = (container: string, script: string) => engine.docker("exec", container, "sh", "-euc", script);

async function rows(made: Project) {
  const { stdout, stderr } = await run(process.execPath, [CLI, "verify", "--json"], {
    cwd: made.folder,
    env: engine.environment,
    timeoutSeconds: 300,
  });
  if (!stdout.startsWith("[")) throw new Error(stderr);
  const agents: readonly VerifiedAgent[] = JSON.parse(stdout);
  expect(agents.map(({ state }) => state)).toEqual(agents.map(() => "deployed"));
  return agents.flatMap(({ conditions }) => conditions);
}

/** The stand-ins have the package of one release for several, which the row `release` says. */
async function verified(made: Project) {
  await eventually(
    "verify finds nothing wrong",
    60,
    async () => (await failing(made)).length === 0 || undefined,
    () => "",
  );
  return rows(made);
}

const failing = async (made: Project) =>
  (await rows(made)).filter(({ condition, result }) => condition !== "release" && result === "fails");

async function hasNoChanges(made: Project, stacks: readonly string[]): Promise<void> {
  for (const stack of stacks) expect([stack, await made.changes(stack)]).toEqual([stack, undefined]);
}

/** As a person does it with `hermes model`. */
async function chooseModel(container: string): Promise<void> {
  await sh(
    container,
    `cat > /opt/data/config.yaml <<'YAML'\n${model.configYaml}YAML\nchown hermes: /opt/data/config.yaml`,
  );
}

const identity = (containers: readonly string[]) =>
  Promise.all(
    containers.map((name) => engine.docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", name)),
  );

/** An empty plan, a good `verify`, and an upgrade that keeps the data and leaves what is beside the agents alone. */
async function holds(
  { project, edit }: Deployed,
  stacks: readonly string[],
  agents: readonly string[],
  beside: readonly string[] = [],
): Promise<void> {
  await hasNoChanges(project, stacks);
  await verified(project);
  for (const agent of agents) await sh(agent, "echo mine > /opt/data/mine; chown hermes: /opt/data/mine");
  const before = { beside: await identity(beside), agents: await identity(agents) };
  edit(RELEASE, NEXT);
  await deploy(project);
  for (const agent of agents) expect((await exec(agent, "cat", "/opt/data/mine")).stdout).toBe("mine\n");
  expect(await identity(beside)).toEqual(before.beside);
  expect(await identity(agents)).not.toEqual(before.agents);
  await hasNoChanges(project, stacks);
  await verified(project);
}

test("sidecars: SearXNG and Camofox are reached by their names, with the agent's settings derived", async () => {
  const edits = [image("searxng/searxng"), image("ghcr.io/jo-inc/camofox-browser")];
  const made = await deployed("sidecars", edits, { searxng_secret: hex() });
  await chooseModel("hermes");
  const env = await sh("hermes", "cat /run/s6/container_environment/CAMOFOX_URL");
  expect(env).toBe("http://browser:9377");
  for (const url of ["http://search:8080/healthz", `${env}/health`])
    expect((await exec("hermes", "curl", "-fsS", url)).code).toBe(0);
  await holds(made, ["images", "sidecars", "agent"], ["hermes"], ["hermes-search", "hermes-browser"]);
});

test("local-model: one Ollama serves two agents, which find it by its name", async () => {
  const made = await deployed("local-model", [image("ollama/ollama"), [/\n {2}gpus: "all",/, ""]]);
  const agents = ["hermes-work", "hermes-home"];
  await holds(made, ["images", "models", "work", "home"], agents, ["qwen"]);
  const conditions = await rows(made.project);
  for (const condition of ["endpoint", "answer"])
    expect(conditions.filter((row) => row.condition === condition)).toMatchObject([
      { result: "holds" },
      { result: "holds" },
    ]);
  // The other way: verify says of each agent that the server is gone.
  await engine.docker("stop", "qwen");
  expect((await rows(made.project)).filter(({ condition }) => condition === "endpoint")).toMatchObject([
    { failure: "unreachable" },
    { failure: "unreachable" },
  ]);
});

test("workspace: what the agent writes belongs to the project's user, and a model of the host answers", async () => {
  await engine.inside("mount", "-t", "tmpfs", "tmpfs", "/srv");
  try {
    await engine.inside("install", "-d", "-o", "1000", "-g", "1000", "/srv/projects/site");
    const made = await deployed("workspace", [
      ['model: "llama3"', `model: "${FAKE_MODEL}"`],
      ["port: 11434", `port: ${model.port}`],
    ]);
    const asHermes = (script: string) =>
      exec("hermes", "/command/s6-setuidgid", "hermes", "sh", "-c", script);
    for (const path of ["/workspace/made", "/scratch/made"])
      expect(await asHermes(`echo kept > ${path}`)).toMatchObject({ code: 0 });
    expect(await engine.inside("stat", "-c", "%u:%g", "/srv/projects/site/made")).toBe("1000:1000");
    await holds(made, ["images", "agent"], ["hermes"]);
    for (const path of ["/workspace/made", "/scratch/made"])
      expect((await exec("hermes", "cat", path)).stdout).toBe("kept\n");
  } finally {
    await engine.reset();
    await engine.inside("umount", "/srv");
  }
});

test("chat-webhooks: each platform's calls count with a right signature alone", async () => {
  const services = await FakeServices.start(engine);
  try {
    const secrets = {
      twilio_auth_token: hex().replaceAll("bad", "dab"),
      line_channel_access_token: `line-${hex()}`.replaceAll("bad", "dab"),
      line_channel_secret: hex(),
      webhook_secret: hex(),
    };
    // The way to the stand-ins: their names, and their certificate.
    const around = `  memoryMiB: 2048,
  extraHosts: ${JSON.stringify(services.hosts)},
  mounts: [{ hostPath: ${JSON.stringify(services.folder)}, target: "/tls", readOnly: true }],
  env: { SSL_CERT_FILE: "/tls/certificate.pem" },
});`;
    const made = await deployed("chat-webhooks", [["  memoryMiB: 2048,\n});", around]], secrets);
    await chooseModel("hermes");
    const url = "https://hermes.example.com/webhooks/twilio";
    const line = `U${"0".repeat(32)}`;
    const calls = [
      [
        8080,
        200,
        403,
        (key?: string) => twilioCall(key ?? secrets.twilio_auth_token, url, "+15550101", "hi"),
      ],
      [8646, 200, 401, (key?: string) => lineCall(key ?? secrets.line_channel_secret, line, "hi")],
      [8644, 202, 401, (key?: string) => githubCall(key ?? secrets.webhook_secret, "ci", { check_run: {} })],
    ] as const;
    for (const [port, accepted, rejected, of] of calls) {
      const status = async (key?: string) => {
        const { path, headers, body } = of(key);
        return (await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body })).status;
      };
      expect([port, await status(hex()), await status()]).toEqual([port, rejected, accepted]);
    }
    await holds(made, ["images", "agent"], ["hermes"]);
  } finally {
    await engine.reset();
    await services.stop();
  }
});

describe("a terminal elsewhere", () => {
  let machine: Machine;
  let upstream: string;

  beforeAll(async () => {
    await second.start();
  });
  afterAll(() => second.stop());
  beforeEach(async () => {
    machine = await Machine.start(engine, second);
    await engine.docker("network", "connect", "bridge", MACHINE);
    // Upstream's image has both clients, which the stand-in lacks. The machine's image is the stand-in with them.
    upstream = await engine.docker("image", "inspect", "--format", "{{.Id}}", standIn(RELEASE));
    const image = await engine.docker("inspect", "--format", "{{.Image}}", MACHINE);
    const run = ["run", "--name", "made", "--entrypoint", "true", image];
    await engine.docker(...run);
    const entrypoint = JSON.stringify(["/init", "/opt/hermes/docker/main-wrapper.sh"]);
    await engine.docker("commit", "--change", `ENTRYPOINT ${entrypoint}`, "made", standIn(RELEASE));
  });
  afterEach(() => engine.docker("tag", upstream, standIn(RELEASE)));

  const address = async () => {
    const format = "{{.NetworkSettings.Networks.bridge.IPAddress}}";
    return engine.docker("inspect", "--format", format, MACHINE);
  };

  test("terminal-ssh: the machine takes the agent's key, and verify says so", async () => {
    const key = await machine.makeKey();
    const hostKey = await machine.startSsh("ed25519");
    await machine.sh("install -d -o agent -g agent /srv/project");
    const made = await deployed(
      "terminal-ssh",
      [
        [/"ssh-ed25519 AAAA[^"]*"/, JSON.stringify(hostKey)],
        ["  terminal:", `  extraHosts: { "build.lan": "${await address()}" },\n  terminal:`],
      ],
      { terminal_key: key },
    );
    await chooseModel("hermes");
    await hasNoChanges(made.project, ["images", "agent"]);
    expect((await verified(made.project)).filter(({ condition }) => condition === "terminal")).toMatchObject([
      { of: "ssh", result: "holds" },
    ]);
  });

  test("terminal-docker: the other machine's engine answers, and verify says so", async () => {
    const key = await machine.makeKey();
    const hostKey = await machine.startSsh("ed25519");
    const made = await deployed(
      "terminal-docker",
      [
        [/"ssh-ed25519 AAAA[^"]*"/, JSON.stringify(hostKey)],
        ["  terminal:", `  extraHosts: { "sandbox.lan": "${await address()}" },\n  terminal:`],
      ],
      { terminal_key: key },
    );
    await chooseModel("hermes");
    await hasNoChanges(made.project, ["images", "agent"]);
    expect((await verified(made.project)).filter(({ condition }) => condition === "terminal")).toMatchObject([
      { of: "docker", result: "holds" },
    ]);
  });
});
