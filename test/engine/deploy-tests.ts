/** An agent that a program deploys and changes: what a file of tests with one provider needs. */
import { hermesMatchers } from "cdktf-hermes/testing";
import { Agent, API_PORT } from "./agent";
import type { Asked } from "./agent-program/asked";
import { AgentProject, makeSecrets, type Secrets } from "./agent-project";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { HubMirror } from "./hub-mirror";

expect.extend(hermesMatchers);

export const engine = new Engine();
export const ANSWER = "The fake model says hello, to whom it may concern.";

let hub: HubMirror;
export let model: FakeModel;
export let secrets: Secrets;
export let project: AgentProject;
export const agent = Agent.named(engine, "hermes");

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  model = await FakeModel.start(ANSWER, engine.gateway);
  secrets = await makeSecrets();
});
afterAll(async () => {
  await model.stop();
  await hub.stop();
});

export const chat = (stream: boolean) =>
  agent.fetch(API_PORT, "/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${secrets.api_server_key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "any", stream, messages: [{ role: "user", content: "Say hello" }] }),
  });

/**
 * An agent and what changes it.
 *
 * @param more further tests of the agent, before it is changed
 */
export function testDeploys(provider: Asked["provider"], more: () => void = () => undefined): void {
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

  more();

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
}
