/** Two states without a shared lock that apply to one app at once, and what only looks like it. */
import { AGENT, AGENT_V2, agentBlock } from "../agent";
import { describeInSandbox, type Scene, scenes } from "../scene";
import type { Workspace } from "../workspace";

const ROUNDS = 3;
/** A creation alone takes five writes, an upgrade two. Another one may begin before it notices. */
const MOST_WRITES = 9;
const body = (mode: string, image = AGENT) => agentBlock(`environment = { MODE = "${mode}" }`, { image });

/** Both apply at once. Exactly one succeeds, and the app is wholly that one's. */
async function race(scene: Scene, first: Workspace, second: Workspace): Promise<void> {
  const { captain } = scene;
  const writes = scene.writes().length;
  const wanted = [
    { workspace: first, mode: "a", image: AGENT },
    { workspace: second, mode: "b", image: AGENT_V2 },
  ];
  await Promise.all(wanted.map(({ workspace, mode, image }) => workspace.write(body(mode, image))));
  const ends = await Promise.all(wanted.map(({ workspace }) => workspace.tryApply()));
  const outputs = ends.map(({ output }) => output).join("\n\n");
  const winners = wanted.filter((_one, index) => ends[index]?.code === 0);
  expect({ winners: winners.length, outputs }).toEqual({ winners: 1, outputs });
  expect(outputs).toMatch(/Somebody else is changing this app: agent|There is an app "agent" already/);
  expect(outputs).not.toContain("a bug in the provider");
  const [winner] = winners;
  const { service, definition, running } = captain.app("agent");
  expect(service?.wanted).toMatchObject({ image: winner?.image, env: { MODE: winner?.mode } });
  expect(definition.instanceCount).toBe(1);
  expect(running).toHaveLength(1);
  expect(captain.overlaps).toEqual([]);
  expect(scene.writes(writes).length).toBeLessThanOrEqual(MOST_WRITES);
}

describeInSandbox("two states that apply at once", () => {
  const scene = scenes({ speed: 20 });

  it.each(
    Array.from({ length: ROUNDS }, (_, round) => round),
  )("of two creations of one app exactly one succeeds, round %i", async () => {
    const { workspace } = scene.current;
    await race(scene.current, workspace, await scene.current.anotherState());
  });

  it.each(
    Array.from({ length: ROUNDS }, (_, round) => round),
  )("of two upgrades of one app exactly one succeeds, and the next apply of the other does too, round %i", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(body("before"));
    const second = await scene.current.anotherState();
    await second.write(body("before"));
    expect((await second.run("import", "caprover_app.agent", "agent")).code).toBe(0);
    await scene.current.settle("agent");
    await race(scene.current, workspace, second);
    for (const one of [workspace, second]) expect(await one.tryApply()).toMatchObject({ code: 0 });
    expect(captain.app("agent").service?.wanted.env["MODE"]).toBe("b");
    expect(captain.overlaps).toEqual([]);
  });

  it("an apply that is killed and started again at once is not taken for two", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(body("before"));
    await workspace.write(body("after", AGENT_V2));
    const child = workspace.start(["apply", "-auto-approve"]);
    const kill = () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    captain.faults.inject({ effect: kill, at: "answer", path: /appData\/agent/, method: "POST" });
    await new Promise((resolve) => child.on("close", resolve));
    await workspace.apply(body("after", AGENT_V2));
    expect(captain.app("agent").service?.wanted).toMatchObject({ image: AGENT_V2, env: { MODE: "after" } });
    expect(captain.overlaps).toEqual([]);
  });

  it("a CI that deploys by token and a click in the dashboard during an apply are no second apply", async () => {
    const { workspace, captain, user } = scene.current;
    const open = 'deploy_token_enabled = true\n  deploy_token_wo = "token-0123456789"';
    const block = (mode: string) =>
      agentBlock(`environment = { MODE = "${mode}" }\n  ${open}`, { ready: false }).replace(
        / +image .*\n/,
        "",
      );
    await workspace.apply(block("one"));
    await user.deployImage("agent", AGENT);
    await scene.current.settle("agent");
    await workspace.write(block("two"));
    const applied = workspace.tryApply();
    await user.deployImage("agent", AGENT_V2);
    await captain.clock.until(() => !captain.app("agent").isBuilding, 600);
    await user.patch("agent", { description: "by hand" });
    expect(await applied).toMatchObject({ code: 0 });
    await workspace.apply(block("two"));
    expect(captain.app("agent").service?.wanted).toMatchObject({ image: AGENT_V2, env: { MODE: "two" } });
  });

  it("a saved plan is not applied to an app that another state has changed since, and a new plan is", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(body("one"));
    const second = await scene.current.anotherState();
    await second.write(body("one"));
    expect((await second.run("import", "caprover_app.agent", "agent")).code).toBe(0);
    await workspace.write(body("mine"));
    expect((await workspace.run("plan", "-out=saved")).code).toBe(0);
    await second.apply(body("theirs"));
    const { code, output } = await workspace.run("apply", "saved");
    expect([code, output]).toEqual([1, expect.stringContaining("Somebody else is changing this app: agent")]);
    expect(captain.app("agent").service?.wanted.env["MODE"]).toBe("theirs");
    await workspace.apply(body("mine"));
    expect(captain.app("agent").service?.wanted.env["MODE"]).toBe("mine");
  });

  it("one state after the other may change the app", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(body("one"));
    const second = await scene.current.anotherState();
    await second.write(body("two"));
    expect((await second.run("import", "caprover_app.agent", "agent")).code).toBe(0);
    await second.apply(body("two"));
    await workspace.apply(body("one"));
    await second.apply(body("two"));
    expect(captain.app("agent").service?.wanted.env["MODE"]).toBe("two");
    expect(captain.overlaps).toEqual([]);
  });
});
