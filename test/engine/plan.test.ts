/** `cdktf-hermes plan` with a Docker provider and a real engine. */
import type { Asked } from "./agent-program/asked";
import { AgentProject, makeSecrets, type Secrets } from "./agent-project";
import { Engine } from "./engine";
import { HubMirror } from "./hub-mirror";
import { CLI } from "./installed-package";
import { run } from "./run";

const engine = new Engine();
const ASKED: Asked = { provider: "4.x", image: { release: "v2026.7.30" }, memoryMiB: 2048 };

let hub: HubMirror;
let secrets: Secrets;
let project: AgentProject;

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  secrets = await makeSecrets();
  project = new AgentProject(engine, secrets);
});
afterAll(async () => {
  await engine.reset();
  project.remove();
  await hub.stop();
});

async function plan(asked: Partial<Asked>, ...options: readonly string[]) {
  await project.synthesized({ ...ASKED, ...asked });
  const { code, stdout, stderr } = await run(process.execPath, [CLI, "plan", ...options], {
    cwd: project.folder,
    env: project.env,
  });
  for (const secret of Object.values(secrets)) expect(stdout + stderr).not.toContain(secret);
  return { code, stdout };
}

async function planned(asked: Partial<Asked>) {
  const { code, stdout } = await plan(asked, "--json", "--fail-on=destroy,replace,data-move,downgrade");
  const stacks: { stack: string; agents: object[]; resources: object[] }[] = JSON.parse(stdout);
  const named = (name: string) => stacks.find(({ stack }) => stack === name);
  return { code, images: named("images")?.resources, agent: named("agent")?.agents[0] };
}

test("an agent that is not deployed yet is new, and its image too", async () => {
  const { code, images, agent } = await planned({});
  expect(code).toBe(0);
  expect(images).toMatchObject([{ effect: "create" }]);
  expect(agent).toMatchObject({ agent: "agent/hermes", name: "hermes", effect: "create", data: "new" });
});

describe("a deployed agent", () => {
  beforeAll(async () => {
    await project.deployed(ASKED);
  });

  test.each<[what: string, asked: Partial<Asked>, code: number, expected: object]>([
    ["does not change", {}, 0, { effect: "none", data: "kept", attributes: [] }],
    [
      "gets another memory limit without a restart",
      { memoryMiB: 3072 },
      0,
      { effect: "update", data: "kept", attributes: ["memory", "memory_swap"] },
    ],
    [
      "is replaced for other settings, on the same data",
      { cpus: 1 },
      1,
      { effect: "replace", data: "kept", failures: ["replace"] },
    ],
    [
      "moves to another volume",
      { volume: "elsewhere" },
      1,
      {
        effect: "replace",
        data: "moved",
        why: expect.stringContaining('from the volume "hermes-data" to the volume "elsewhere"'),
        failures: ["replace", "data-move"],
      },
    ],
    [
      "goes back to an older release",
      { image: { release: "v2026.7.20" } },
      1,
      {
        data: "downgrade",
        release: { before: "v2026.7.30", after: "v2026.7.20" },
        failures: ["replace", "downgrade"],
      },
    ],
    [
      "is no longer in the program",
      { without: true },
      1,
      { name: "hermes", effect: "destroy", data: "abandoned", failures: ["destroy"] },
    ],
  ])("%s", async (_what, asked, code, expected) => {
    const answer = await planned(asked);
    expect(answer.agent).toMatchObject(expected);
    expect(answer.code).toBe(code);
  });

  test("that has stopped is started by the next apply, and a plan leaves it as it is", async () => {
    await engine.docker("stop", "hermes");
    const { agent } = await planned({});
    expect(agent).toMatchObject({ effect: "start", data: "kept" });
    expect(await engine.docker("ps", "-aq", "--filter", "name=^hermes$")).not.toBe("");
  });

  test("that has stopped is not looked at with a provider that would delete it", async () => {
    const { code, stdout } = await plan({ provider: "3.6.2" });
    expect(code).toBe(2);
    expect(stdout).toContain("its Docker provider is older than 4");
    expect(await engine.docker("ps", "-aq", "--filter", "name=^hermes$")).not.toBe("");
  });

  test("that somebody has removed is made again on its data", async () => {
    await engine.docker("rm", "-f", "hermes");
    const { agent } = await planned({});
    expect(agent).toMatchObject({ effect: "create", data: "kept", notes: ["it is gone from its place"] });
  });
});
