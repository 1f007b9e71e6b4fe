/** Apps that somebody else changes or owns. */
import type { SimulatedImage } from "cdktf-hermes/testing";
import { finished, succeeded } from "../../terraform";
import { AGENT, agentBlock, START_LINE } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const SLOW: SimulatedImage = {
  stopSeconds: 19,
  volumes: ["/opt/data"],
  logLines: [{ line: START_LINE }],
};

describeInSandbox("a change in the dashboard", () => {
  // slow enough for Terraform to start while a container is stopping
  const scene = scenes({ speed: 4, images: { "registry.test/slow:v1": SLOW } });

  it("an apply waits after somebody stopped or changed the app in the dashboard", async () => {
    const { workspace, captain, user } = scene.current;
    const block = agentBlock("", { image: "registry.test/slow:v1" });
    await workspace.apply(block);
    await scene.current.settle("agent");

    await user.patch("agent", { instanceCount: 0 });
    await workspace.apply(block);
    expect(captain.app("agent").running).toHaveLength(1);
    await scene.current.settle("agent");

    await user.patch("agent", { envVars: [{ key: "MODE", value: "by hand" }] });
    await workspace.apply(block);
    expect(captain.app("agent").definition.envVars).toEqual([]);
    expect(captain.overlaps).toEqual([]);
  });
});

describeInSandbox("an app that exists already", () => {
  const scene = scenes({}, 'owner = "us"');
  const STATE = "caprover_app.agent";

  it("a running app that a failed creation only found again keeps running", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock("", { ready: false }));
    succeeded(await finished(workspace.start(["state", "rm", STATE])));
    captain.images.remove(AGENT);
    const { code, output } = await workspace.tryApply();
    expect([code, output]).toEqual([1, expect.stringContaining("manifest unknown")]);
    expect(captain.app("agent").definition.instanceCount).toBe(1);
    expect(captain.app("agent").running).toHaveLength(1);
  });

  it("a paused app of another state is not taken over", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock('environment = { MODE = "theirs" }'));
    await workspace.apply(agentBlock('environment = { MODE = "theirs" }\n  instance_count = 0'));
    succeeded(await finished(workspace.start(["state", "rm", STATE])));
    await workspace.write(agentBlock('environment = { MODE = "ours" }'));
    const { code, output } = await workspace.tryApply();
    expect([code, output]).toEqual([1, expect.stringContaining('There is an app "agent" already')]);
    expect(captain.app("agent").definition.envVars).toEqual([{ key: "MODE", value: "theirs" }]);
  });

  it("an app with basic auth is not taken over, even before its first deploy", async () => {
    const { workspace, user } = scene.current;
    await scene.current.madeByHand("agent");
    await user.patch("agent", { httpAuth: { user: "greg", password: "their-password" } });
    await workspace.write(agentBlock());
    const { code, output } = await workspace.tryApply();
    expect([code, output]).toEqual([1, expect.stringContaining('There is an app "agent" already')]);
    expect((await user.app("agent"))?.["httpAuth"]).toMatchObject({ user: "greg" });
  });

  it("an app whose override mounts its data is not imported, and the error names the mount", async () => {
    const { workspace, user } = scene.current;
    await scene.current.madeByHand("agent");
    const Mounts = [{ Type: "volume", Source: "precious", Target: "/opt/data" }];
    const serviceUpdateOverride = JSON.stringify({ TaskTemplate: { ContainerSpec: { Mounts } } });
    await user.patch("agent", { serviceUpdateOverride });
    await workspace.write(agentBlock());
    const { code, output } = await workspace.run("import", STATE, "agent");
    expect(code).toBe(1);
    expect(output.replace(/\s+/g, " ")).toContain(
      'mounts volume "precious" at /opt/data, which is not in its volumes',
    );
  });
});

describeInSandbox("data", () => {
  const scene = scenes({ workers: ["far"] });

  it("two new apps on the same volume are refused in the plan, also for two spellings of a path", async () => {
    const { workspace, captain } = scene.current;
    const two = (one: string, other: string) =>
      agentBlock().replace('name = "agent-data"', one) +
      agentBlock("", { name: "second" }).replace('name = "second-data"', other);
    for (const block of [
      two('name = "shared"', 'name = "shared"'),
      two('host_path = "/srv/d"', 'host_path = "/srv//d/"'),
    ]) {
      const { code, output } = await workspace.plan(block);
      expect([code, output]).toEqual([1, expect.stringMatching(/"(shared|\/srv\/d)" is for app "\w+" too/)]);
    }
    expect(captain.appNames).toEqual([]);
  });

  it("one apply moves a volume from one app to another that depends on it, and never has two containers on it", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock());
    captain.volume("agent-data")?.files.set("kept", "yes");
    const heir = agentBlock("depends_on = [caprover_app.agent]", { name: "heir" });
    await workspace.apply(
      agentBlock().replace('name = "agent-data"', 'name = "fresh"') +
        heir.replace('name = "heir-data"', 'name = "agent-data"'),
    );
    expect(captain.app("heir").running).toHaveLength(1);
    expect(captain.volume("agent-data")?.files.get("kept")).toBe("yes");
    expect(captain.overlaps).toEqual([]);
  });

  it("moving an app to another node is refused while its volume is on the old one", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock());
    const { nodeId } = captain.app("agent").definition;
    const { code, output } = await workspace.plan(agentBlock('node_id = "far"'));
    expect(code).toBe(1);
    expect(output.replace(/\s+/g, " ")).toContain(`The data of agent is on node ${nodeId}`);
    expect((await workspace.plan(agentBlock(`node_id = "${nodeId}"`))).code).not.toBe(1);
  });
});
