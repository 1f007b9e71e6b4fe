/** An agent's mind on the real engine with the real Hermes, by the Docker target and Terraform. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, API_PORT } from "./agent";
import { Engine } from "./engine";
import { exampleProject } from "./example";
import { FakeModel } from "./fake-model";
import { HubMirror } from "./hub-mirror";
import type { Project } from "./terraform";

const engine = new Engine();
const KEY = "key-0123456789abcdef";

let hub: HubMirror;
let model: FakeModel;
let project: Project;

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  model = await FakeModel.start("hello", engine.gateway);
});
afterAll(async () => {
  await model.stop();
  await hub.stop();
});
afterEach(async () => {
  await engine.reset();
  project.remove();
});

/** The example with a model and an API server of the test, and without what only Slack's server could answer. */
function program(soul: string): string {
  return `
    import { join } from "node:path";
    import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
    import { App, TerraformStack, TerraformVariable } from "cdktf";
    import { HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";
    const app = new App();
    const images = new TerraformStack(app, "images");
    new DockerProvider(images, "docker");
    const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });
    const agent = new TerraformStack(app, "agent");
    new DockerProvider(agent, "docker");
    const secret = (name: string) => new TerraformVariable(agent, name, { type: "string", sensitive: true }).stringValue;
    new HermesApp(agent, "iris", {
      image,
      data: new PersistentDataVolume(agent, "data", { name: "iris-data" }),
      model: { provider: "custom", name: "fake-1", baseUrl: ${JSON.stringify(model.baseUrl)} },
      apiServer: { key: secret("key") },
      // Other tests of this machine have the port too.
      target: HermesTarget.docker({ publish: { apiServer: false } }),
      soul: { text: ${JSON.stringify(soul)} },
      skills: [join(__dirname, "skills")],
      crons: { weekly: { schedule: "0 8 * * 1", prompt: "Write release notes.", skills: ["release-notes"] } },
      files: { "workspace/AGENTS.md": { text: "Never push to main.\\n" } },
      config: { skills: { disabled: ["pokemon"] } },
    });
    app.synth();
  `;
}

async function deploy(soul: string): Promise<void> {
  writeFileSync(join(project.folder, "main.ts"), program(soul));
  const { code, stdout, stderr } = await project.deploy();
  if (code !== 0) throw new Error(`cdktf deploy exited with ${code}\n${stdout}${stderr}`);
}

const agent = Agent.named(engine, "iris");
const read = async (path: string) => (await agent.exec("cat", path)).stdout;
const id = () => engine.docker("inspect", "--format", "{{.Id}}", "iris");

/** What the model is told of the agent that asks it. */
async function prompt(): Promise<string> {
  const before = model.chats.length;
  await agent.fetch(API_PORT, "/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "any", messages: [{ role: "user", content: "Who are you?" }] }),
  });
  return JSON.stringify(model.chats[before]?.body);
}

test("the example is deployed, the second plan is empty, and a changed soul replaces the container, which then answers with it", async () => {
  project = exampleProject("agent-with-a-mind", { engine, provider: "4.x", secrets: { key: KEY } });
  await deploy("You are Iris of the first deploy.");
  expect(await project.changes("agent")).toBeUndefined();
  await agent.answers(API_PORT, "/health");
  const first = await prompt();
  expect(first).toContain("You are Iris of the first deploy.");
  expect(first).toContain("release-notes");
  expect(await read("/opt/data/workspace/AGENTS.md")).toBe("Never push to main.\n");
  expect(await read("/opt/data/config.yaml")).toContain("pokemon");
  const { jobs } = JSON.parse(await read("/opt/data/cron/jobs.json"));
  expect(jobs).toEqual([expect.objectContaining({ name: "weekly", skills: ["release-notes"] })]);

  // What the agent writes itself stays.
  await agent.exec("sh", "-c", "mkdir -p /opt/data/skills/own && echo mine > /opt/data/skills/own/note");
  const before = await id();
  await deploy("You are Nova of the second deploy.");
  expect(await id()).not.toBe(before);
  expect(await project.changes("agent")).toBeUndefined();
  await agent.answers(API_PORT, "/health");
  const second = await prompt();
  expect(second).toContain("You are Nova of the second deploy.");
  expect(second).not.toContain("Iris of the first");
  expect(await read("/opt/data/skills/own/note")).toBe("mine\n");
});
