/** `npx cdktf-hermes verify` against real agents, whole and broken. */
import type { VerifiedAgent } from "../../lib/operations/verify";
import { Agent, API_PORT } from "./agent";
import { AgentProject, makeSecrets, type Secrets } from "./agent-project";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { HubMirror } from "./hub-mirror";
import { CLI } from "./installed-package";
import { type Finished, run } from "./run";

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
  project = new AgentProject(engine, secrets);
  await project.deployed({
    provider: "4.x",
    // The stand-in has the very version of that release.
    image: { release: "v2026.7.20" },
    modelUrl: model.baseUrl,
    dashboard: true,
  });
});
afterAll(async () => {
  await engine.reset();
  project?.remove();
  await model.stop();
  await hub.stop();
});
beforeEach(() => {
  model.reply = "repeat";
});

const verify = (...options: string[]): Promise<Finished> =>
  run(process.execPath, [CLI, "verify", ...options], { cwd: project.folder, env: engine.environment });

/** What does not hold, by condition, with what was seen. */
async function failures(...options: string[]): Promise<Readonly<Record<string, string>>> {
  const { stdout, stderr } = await verify("--json", ...options);
  expect(stderr).toBe("");
  const [verified]: VerifiedAgent[] = JSON.parse(stdout);
  const failed = verified?.conditions.filter(({ result }) => result === "fails") ?? [];
  return Object.fromEntries(failed.map(({ condition, seen }) => [condition, seen]));
}

test("a good agent holds every condition that can be looked at", async () => {
  const { code, stdout, stderr } = await verify();
  expect({ code, stderr, failed: stdout.match(/^ {2}✗.*$/gm) }).toEqual({
    code: 0,
    stderr: "",
    failed: null,
  });
  expect(stdout).toContain("the gateway answers");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  ["rejects its key", 401],
  ["does not know the model", 404],
  ["is overloaded", 429],
  ["breaks", 500],
  ["answers nothing", "empty"],
  ["answers something else", "fixed"],
] as const)("an agent whose model %s does not hold `model answers`", async (_, reply) => {
  model.reply = reply;
  expect(Object.keys(await failures())).toContain("answer");
});

test("verify leaves no file of another owner behind, and prints no secret", async () => {
  const { stdout } = await verify("--json");
  for (const secret of Object.values(secrets)) expect(stdout).not.toContain(secret);
  expect((await agent.exec("find", "/opt/data", "-user", "root")).stdout).toBe("");
  await agent.answers(API_PORT, "/health");
});
