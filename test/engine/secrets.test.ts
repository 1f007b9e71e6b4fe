import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, API_PORT } from "./agent";
import { type Asked, SECRETS } from "./agent-program/asked";
import { AgentProject, makeSecrets, type Secrets } from "./agent-project";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { HubMirror } from "./hub-mirror";
import { must } from "./run";

const engine = new Engine();
const agent = Agent.named(engine, "hermes");

let hub: HubMirror;
let model: FakeModel;
let secrets: Secrets;
let project: AgentProject;

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  model = await FakeModel.start("hello", engine.gateway);
  secrets = await makeSecrets();
});
afterAll(async () => {
  await model.stop();
  await hub.stop();
});
afterEach(async () => {
  await engine.reset();
  project.remove();
});

/** The names of the secrets whose value stands in a text. */
function found(text: string): string[] {
  return Object.entries(secrets).flatMap(([name, value]) => {
    return text.includes(partOf(value)) ? [name] : [];
  });
}

/** The random part: no place that writes a value in a form of its own changes letters and digits. */
function partOf(value: string): string {
  return value.slice(-20);
}

/** Everything that a process of this machine was started with while the work went on. */
async function argumentsDuring<T>(work: () => Promise<T>): Promise<{ result: T; seen: string }> {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      } catch {
        // It has ended in between.
      }
    }
  }, 50);
  try {
    return { result: await work(), seen: [...seen].join("\n") };
  } finally {
    clearInterval(timer);
  }
}

/** All files of a folder that a deploy wrote, less Terraform's programs. */
function textOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !path.includes(".terraform/providers"))
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

/** Of an image with all its layers. */
async function secretsInImage(name: string): Promise<string[]> {
  const patterns = Object.values(secrets).flatMap((value) => ["-e", partOf(value)]);
  const search = 'docker save "$0" | grep --text --only-matching --fixed-strings "$@" || true';
  return found(await must("sh", ["-c", search, name, ...patterns], { env: engine.environment }));
}

async function printedAndSaved() {
  const printed = await project.terraform("agent", "plan", "-replace=docker_container.hermes", "-out=saved");
  expect(printed).toMatchObject({ code: 0 });
  const saved = await project.terraform("agent", "show", "-json", "saved");
  expect(saved).toMatchObject({ code: 0 });
  return { printed: printed.stdout + printed.stderr, saved: saved.stdout };
}

const state = () => readFileSync(join(project.folder, "terraform.agent.tfstate"), "utf8");
const inspect = () => engine.docker("inspect", "hermes");
const ALL = Object.keys(SECRETS);

test.each([
  "4.x",
  "3.6.2",
] as const)("are where the docs say, from v2026.6.19 on, with provider %s", async (provider) => {
  project = new AgentProject(engine, secrets);
  const asked: Asked = {
    provider,
    image: { release: "v2026.7.30", wrapper: true },
    dashboard: true,
    modelUrl: model.baseUrl,
  };
  const { result: output, seen } = await argumentsDuring(() => project.deployed(asked));
  expect(found(output)).toEqual([]);
  // The plan of a new container shows its plain environment.
  expect(output).toContain("API_SERVER_HOST=0.0.0.0");
  expect(seen).toContain("terraform");
  expect(found(seen)).toEqual([]);
  expect(found(textOf(join(project.folder, "cdktf.out")))).toEqual([]);

  const { printed, saved } = await printedAndSaved();
  expect(found(printed)).toEqual([]);
  expect(found(saved)).toEqual(ALL);
  expect(found(state())).toEqual(ALL);

  const image = await agent.inspect("{{.Config.Image}}");
  expect(await secretsInImage(image)).toEqual([]);
  expect(found(await engine.docker("history", "--no-trunc", image))).toEqual([]);

  expect(found(await inspect())).toEqual([]);
  expect(found((await agent.exec("cat", "/etc/hermes/.env")).stdout)).toEqual(ALL);
  expect((await agent.exec("stat", "-c", "%a", "/etc/hermes/.env")).stdout).toBe("644\n");

  const chat = await agent.fetch(API_PORT, "/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${secrets.api_server_key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "any", messages: [{ role: "user", content: "Say hello" }] }),
  });
  expect(chat.status).toBe(200);
  expect(found(await agent.logs())).toEqual([]);
  expect(found((await agent.exec("grep", "-r", "", "/opt/data/logs")).stdout)).toEqual([]);
  expect(found((await agent.exec("ps", "-eo", "args")).stdout)).toEqual([]);
});

test("are in the container's environment before v2026.6.19, and in no printed plan", async () => {
  const { model_api_key: _notThere, ...others } = secrets;
  project = new AgentProject(engine, others);
  const output = await project.deployed({
    provider: "4.x",
    image: { release: "v2026.6.5" },
    dashboard: true,
  });
  const expected = Object.keys(others).sort();
  expect(found(output)).toEqual([]);
  const { printed, saved } = await printedAndSaved();
  expect(found(printed)).toEqual([]);
  // One sensitive value hides the whole list.
  expect(output).not.toContain("API_SERVER_HOST");
  expect(found(saved).sort()).toEqual(expected);
  expect(found(state()).sort()).toEqual(expected);
  expect(found(await inspect()).sort()).toEqual(expected);
  const synthesized = join(project.folder, "cdktf.out/stacks/agent/cdk.tf.json");
  expect(found(readFileSync(synthesized, "utf8"))).toEqual([]);
});

test("are known to Terraform in no way with a secrets file, and work", async () => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-file-"));
  try {
    const closed = join(folder, "hermes-agent");
    mkdirSync(closed, { mode: 0o700 });
    const file = join(closed, "hermes.env");
    const lines = Object.entries(SECRETS).map(([name, variable]) => {
      const value = Object.entries(secrets).find(([key]) => key === name)?.[1] ?? "";
      return `${variable}='${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'\n`;
    });
    writeFileSync(file, lines.join(""), { mode: 0o644 });

    project = new AgentProject(engine, {});
    const asked: Asked = {
      provider: "4.x",
      image: { release: "v2026.7.30" },
      dashboard: true,
      modelUrl: model.baseUrl,
      secretsFile: file,
    };
    const output = await project.deployed(asked);
    expect(await project.changes("agent")).toBeUndefined();
    const { printed, saved } = await printedAndSaved();
    expect(found(output + printed + saved)).toEqual([]);
    expect(found(state())).toEqual([]);
    expect(found(textOf(join(project.folder, "cdktf.out")))).toEqual([]);
    expect(found(await inspect())).toEqual([]);
    const models = (bearer: string) =>
      agent.fetch(API_PORT, "/v1/models", { headers: { authorization: `Bearer ${bearer}` } });
    expect((await models(secrets.api_server_key)).status).toBe(200);
    expect((await models("another-key-of-someone")).status).toBe(401);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
