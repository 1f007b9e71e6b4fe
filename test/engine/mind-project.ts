/** A user's project with an agent that has a mind, which the real CDKTF deploys on an engine of the tests. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, API_PORT } from "./agent";
import { Engine } from "./engine";
import { exampleProject } from "./example";
import { FakeModel } from "./fake-model";
import { HubMirror } from "./hub-mirror";
import type { Project } from "./terraform";

const KEY = "key-0123456789abcdef";

export class MindProject {
  readonly project: Project;
  readonly agent: Agent;

  constructor(
    engine: Engine,
    private readonly model: FakeModel,
  ) {
    this.project = exampleProject("agent-with-a-mind", { engine, provider: "4.x", secrets: { key: KEY } });
    this.agent = Agent.named(engine, "iris");
  }

  /**
   * The example with a model and an API server of the test, and without what only Slack's server could answer.
   *
   * @param mind further props, as they stand in the program
   */
  async deploy(mind: string, modelName = "fake-1"): Promise<void> {
    const model = { provider: "custom", name: modelName, baseUrl: this.model.baseUrl };
    writeFileSync(
      join(this.project.folder, "main.ts"),
      `
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
      model: ${JSON.stringify(model)},
      apiServer: { key: secret("key") },
      // Other tests of this machine have the port too.
      target: HermesTarget.docker({ publish: { apiServer: false } }),
      ${mind}
    });
    app.synth();
  `,
    );
    const { code, stdout, stderr } = await this.project.deploy();
    if (code !== 0) throw new Error(`cdktf deploy exited with ${code}\n${stdout}${stderr}`);
  }

  async read(path: string): Promise<string> {
    return (await this.agent.exec("cat", path)).stdout;
  }

  /** What the model is told of the agent that asks it. */
  async prompt(): Promise<string> {
    const before = this.model.chats.length;
    await this.agent.fetch(API_PORT, "/v1/chat/completions", {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "any", messages: [{ role: "user", content: "Who are you?" }] }),
    });
    // A job may have asked meanwhile.
    const asked = this.model.chats.slice(before).map(({ body }) => JSON.stringify(body));
    return asked.find((body) => body.includes("Who are you?")) ?? "";
  }
}

/** For all tests of a file: an engine and a model, and for each test a project of its own. */
export function mindTests() {
  const engine = new Engine();
  let hub: HubMirror;
  let model: FakeModel;
  let deployed: MindProject;
  beforeAll(async () => {
    hub = await HubMirror.start(engine);
    model = await FakeModel.start("hello", engine.gateway);
  });
  afterAll(async () => {
    await model.stop();
    await hub.stop();
  });
  beforeEach(() => {
    deployed = new MindProject(engine, model);
  });
  afterEach(async () => {
    await engine.reset();
    deployed.project.remove();
  });
  return {
    engine,
    get model() {
      return model;
    },
    /** Of the test that runs. */
    get deployed() {
      return deployed;
    },
  };
}
