import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentWatch, writtenBelow } from "../caprover/secret-search";
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

/** The names of the secrets whose value is in a text. */
function found(text: string): string[] {
  return Object.entries(secrets).flatMap(([name, value]) => {
    return text.includes(partOf(value)) ? [name] : [];
  });
}

/** The random part of the value: wherever a value is encoded, its letters and digits stay the same. */
function partOf(value: string): string {
  return value.slice(-20);
}

/** A text of the wrapper's own scripts. A search that finds it in a layer would also find a secret there. */
const IN_A_LAYER = "Gives back to the runtime user";

/** The result of a search for the secrets in all layers of an image. */
function searchedImage(name: string): Promise<string> {
  const patterns = [IN_A_LAYER, ...Object.values(secrets).map(partOf)].flatMap((text) => ["-e", text]);
  const search = 'docker save "$0" | grep --text --only-matching --fixed-strings "$@"';
  const { environment: env } = engine;
  return must("bash", ["-o", "pipefail", "-c", search, name, ...patterns], { env });
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
] as const)("from v2026.6.19 on secrets are only where the docs say, with provider %s", async (provider) => {
  project = new AgentProject(engine, secrets);
  const asked: Asked = {
    provider,
    image: { release: "v2026.7.30", wrapper: true },
    dashboard: true,
    modelUrl: model.baseUrl,
  };
  const watch = await ArgumentWatch.begin();
  const output = await project.deployed(asked).finally(() => watch.end());
  const seen = await watch.end();
  expect(found(output)).toEqual([]);
  // The plan of a new container shows its plain environment.
  expect(output).toContain("API_SERVER_HOST=0.0.0.0");
  expect(seen).toMatch(/terraform\0apply/);
  expect(seen).toMatch(/hermes\0gateway\0run/);
  expect(found(seen)).toEqual([]);
  const written = writtenBelow(join(project.folder, "cdktf.out"));
  expect(written).toContain('"docker_container"');
  expect(found(written)).toEqual([]);

  const { printed, saved } = await printedAndSaved();
  expect(found(printed)).toEqual([]);
  expect(found(saved)).toEqual(ALL);
  expect(found(state())).toEqual(ALL);

  const image = await agent.inspect("{{.Config.Image}}");
  const layers = await searchedImage(image);
  expect(layers).toContain(IN_A_LAYER);
  expect(found(layers)).toEqual([]);
  const history = await engine.docker("history", "--no-trunc", image);
  expect(history).toContain('CMD ["gateway" "run"]');
  expect(found(history)).toEqual([]);

  const inspected = await inspect();
  expect(inspected).toContain("API_SERVER_HOST=0.0.0.0");
  expect(found(inspected)).toEqual([]);
  expect(found((await agent.exec("cat", "/etc/hermes/.env")).stdout)).toEqual(ALL);
  expect((await agent.exec("stat", "-c", "%a", "/etc/hermes/.env")).stdout).toBe("644\n");

  const chat = await agent.fetch(API_PORT, "/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${secrets.api_server_key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "any", messages: [{ role: "user", content: "Say hello" }] }),
  });
  expect(chat.status).toBe(200);
  const printedByAgent = await agent.logs();
  expect(printedByAgent).toContain("Hermes Gateway Starting");
  expect(found(printedByAgent)).toEqual([]);
  const logged = await agent.exec("grep", "-r", "", "/opt/data/logs");
  expect(logged).toMatchObject({ code: 0, stdout: expect.stringContaining("API server listening") });
  expect(found(logged.stdout)).toEqual([]);
  const processes = await agent.exec("ps", "-eo", "args");
  expect(processes).toMatchObject({ code: 0, stdout: expect.stringContaining("hermes gateway run") });
  expect(found(processes.stdout)).toEqual([]);
});

test("before v2026.6.19 secrets are in the container's environment, and in no printed plan", async () => {
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
  // One sensitive value makes Terraform hide the whole list.
  expect(output).not.toContain("API_SERVER_HOST=0.0.0.0");
  expect(found(saved).sort()).toEqual(expected);
  expect(found(state()).sort()).toEqual(expected);
  expect(found(await inspect()).sort()).toEqual(expected);
  const synthesized = join(project.folder, "cdktf.out/stacks/agent/cdk.tf.json");
  expect(found(readFileSync(synthesized, "utf8"))).toEqual([]);
});

test("with a secrets file, secrets work and Terraform does not know them", async () => {
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
    expect(found(writtenBelow(join(project.folder, "cdktf.out")))).toEqual([]);
    expect(found(await inspect())).toEqual([]);
    const models = (bearer: string) =>
      agent.fetch(API_PORT, "/v1/models", { headers: { authorization: `Bearer ${bearer}` } });
    expect((await models(secrets.api_server_key)).status).toBe(200);
    expect((await models("another-key-of-someone")).status).toBe(401);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
