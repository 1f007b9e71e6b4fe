import { hermesMatchers } from "cdktf-hermes/testing";
import { Agent, API_PORT } from "./agent";
import type { Asked } from "./agent-program/asked";
import { AgentProject, makeSecrets, type Secrets } from "./agent-project";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { HubMirror } from "./hub-mirror";
import { run } from "./run";

expect.extend(hermesMatchers);

const engine = new Engine();
const ANSWER = "The fake model says hello, to whom it may concern.";

let hub: HubMirror;
let model: FakeModel;
let secrets: Secrets;
let project: AgentProject;
const agent = Agent.named(engine, "hermes");

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  model = await FakeModel.start(ANSWER, engine.gateway);
  secrets = await makeSecrets();
});
afterAll(async () => {
  await model.stop();
  await hub.stop();
});

describe.each(["4.x", "3.6.2"] as const)("an agent deployed with provider %s", (provider) => {
  let asked: Asked;

  beforeAll(async () => {
    asked = { provider, image: { release: "v2026.7.30" }, modelUrl: model.baseUrl, memoryMiB: 2048 };
    project = new AgentProject(engine, secrets);
    await project.deployed(asked);
  });
  afterAll(async () => {
    await engine.reset();
    project.remove();
  });

  const chat = (stream: boolean) =>
    agent.fetch(API_PORT, "/v1/chat/completions", {
      method: "POST",
      headers: { authorization: `Bearer ${secrets.api_server_key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "any", stream, messages: [{ role: "user", content: "Say hello" }] }),
    });

  // The agent behaves the same with both versions; a change does not.
  if (provider === "4.x") agentsOwnTests();

  const changes: readonly (readonly [string, Partial<Asked>, string, string])[] = [
    ["a further mount", { mount: { volume: "one", target: "/data" } }, "{{len .Mounts}}", "2"],
    [
      "another volume in its place",
      { mount: { volume: "two", target: "/data" } },
      '{{range .Mounts}}{{if eq .Destination "/data"}}{{.Name}}{{end}}{{end}}',
      "two",
    ],
    ["another health check", { healthIntervalSeconds: 4 }, "{{.Config.Healthcheck.Interval}}", "4s"],
    ["fewer CPUs", { cpus: 1.5 }, "{{.HostConfig.CpuQuota}}", "150000"],
  ];

  test.each(
    changes,
  )("an agent is replaced for %s, keeps its data, and the next plan is empty", async (_what, change, format, value) => {
    await agent.exec(
      "sh",
      "-c",
      "echo mine > /opt/data/workspace/file; chown hermes /opt/data/workspace/file",
    );
    const before = await agent.inspect("{{.Id}}");
    asked = { ...asked, ...change };
    await project.deployed(asked);
    expect(await agent.inspect("{{.Id}}")).not.toBe(before);
    expect(await agent.inspect(format)).toBe(value);
    expect(await project.changes("images")).toBeUndefined();
    expect(await project.changes("agent")).toBeUndefined();
    expect((await agent.exec("cat", "/opt/data/workspace/file")).stdout).toBe("mine\n");
  });

  test("an agent keeps its container when only the memory changes", async () => {
    const before = await agent.inspect("{{.Id}}");
    asked = { ...asked, memoryMiB: 3072 };
    await project.deployed(asked);
    expect(await agent.inspect("{{.Id}} {{.HostConfig.Memory}}")).toBe(`${before} ${3072 * 2 ** 20}`);
    expect(await project.changes("agent")).toBeUndefined();
  });

  test("the plan of an agent that restarts, is replaced or is upgraded keeps its data, and others do not", async () => {
    for (const kept of [{ memoryMiB: 4096 }, { cpus: 1 }, { image: { release: "v2026.8.3" } }]) {
      expect(await project.planned({ ...asked, ...kept })).toKeepHermesData();
    }
    const moved = await project.planned({ ...asked, volume: "elsewhere" });
    expect(() => expect(moved).toKeepHermesData()).toThrow(
      'docker_container.hermes would move from the volume "hermes-data" to the volume "elsewhere"',
    );
    const older = await project.planned({ ...asked, image: { release: "v2026.7.20" } });
    expect(() => expect(older).toKeepHermesData()).toThrow(
      "docker_container.hermes would go back from v2026.7.30 to v2026.7.20",
    );
  });

  function agentsOwnTests(): void {
    test("an agent answers a chat with the model of config.yaml and the key of .env", async () => {
      const answer = await (await chat(false)).json();
      expect(answer).toMatchObject({ choices: [{ message: { content: ANSWER } }] });
      expect(model.chats.at(-1)).toMatchObject({
        authorization: `Bearer ${secrets.model_api_key}`,
        body: { model: "fake-1" },
      });
    });

    test("an agent answers a chat as a stream", async () => {
      const response = await chat(true);
      expect(response.headers.get("content-type")).toContain("text/event-stream");
      const events = (await response.text()).split("\n").filter((line) => line.startsWith("data: {"));
      expect(events.length).toBeGreaterThan(3);
      const pieces = events.map((line) => {
        const event: { choices?: { delta?: { content?: string } }[] } = JSON.parse(
          line.slice("data: ".length),
        );
        return event.choices?.[0]?.delta?.content ?? "";
      });
      expect(pieces.join("")).toBe(ANSWER);
    });

    test("an agent answers the one-shot prompt that the deploy prints, as the runtime user", async () => {
      const { hermes_commands: commands } = await project.outputs("agent");
      expect(commands).toMatchObject({ oneShotTest: expect.stringContaining(" -z ") });
      const { oneShotTest } = Object(commands);
      const prompt = await run("sh", ["-c", String(oneShotTest)], { env: engine.environment });
      expect(prompt).toMatchObject({ code: 0, stdout: `${ANSWER}\n` });
      expect((await agent.exec("find", "/opt/data", "-user", "root")).stdout).toBe("");
    });

    test("Hermes gets every secret unchanged, whatever characters it has", async () => {
      const read = `
import os
from hermes_cli.env_loader import load_hermes_dotenv
load_hermes_dotenv()
print(os.environ["TOOL_TOKEN"], end="")
`;
      const { code, stdout, stderr } = await engine.tryDocker([
        ...["exec", "--user", "hermes", "--env", "HOME=/opt/data", "hermes"],
        ...["/opt/hermes/.venv/bin/python", "-c", read],
      ]);
      expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: secrets.tool_token });
    });

    test("settings on the volume do not override the program's", async () => {
      const write = `
        cd /opt/data
        printf 'API_SERVER_KEY=another-key-of-the-volume\\nAPI_SERVER_PORT=9999\\n' > .env
        printf 'model:\\n  provider: auto\\n  default: another-model\\n' > config.yaml
        chown hermes:hermes .env config.yaml
      `;
      expect(await agent.exec("sh", "-c", write)).toMatchObject({ code: 0 });
      await engine.docker("restart", "hermes");
      await agent.answers(API_PORT, "/health");
      expect(await (await chat(false)).json()).toMatchObject({ choices: [{ message: { content: ANSWER } }] });
      expect(model.chats.at(-1)).toMatchObject({ body: { model: "fake-1" } });
    });
  }
});
