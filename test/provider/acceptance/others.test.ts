/** What somebody else does, or did, with the apps of Terraform. */
import type { SimulatedImage } from "cdktf-hermes/testing";
import { finished, succeeded } from "../../terraform";
import { AGENT, agentBlock, START_LINE } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const SLOW: SimulatedImage = {
  stopSeconds: 19,
  volumes: ["/opt/data"],
  logLines: [{ line: START_LINE }],
};

describeInSandbox("somebody who was just in the dashboard", () => {
  // so slow that Terraform starts within the stop of a container
  const scene = scenes({ speed: 4, images: { "registry.test/slow:v1": SLOW } });

  it("and has stopped the app, or changed it, is waited for", async () => {
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

describeInSandbox("an app of", () => {
  const scene = scenes();
  const STATE = "caprover_app.agent";

  it("this state that is found again runs on, also where its image can't be had any more", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock("", { ready: false }));
    succeeded(await finished(workspace.start(["state", "rm", STATE])));
    captain.images.remove(AGENT);
    const { code, output } = await workspace.tryApply();
    expect([code, output]).toEqual([1, expect.stringContaining("manifest unknown")]);
    expect(captain.app("agent").definition.instanceCount).toBe(1);
    expect(captain.app("agent").running).toHaveLength(1);
  });

  it("another state is not taken while it is paused", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock('environment = { MODE = "theirs" }'));
    await workspace.apply(agentBlock('environment = { MODE = "theirs" }\n  instance_count = 0'));
    succeeded(await finished(workspace.start(["state", "rm", STATE])));
    await workspace.write(agentBlock('environment = { MODE = "ours" }'));
    const { code, output } = await workspace.tryApply();
    expect([code, output]).toEqual([1, expect.stringContaining('There is an app "agent" already')]);
    expect(captain.app("agent").definition.envVars).toEqual([{ key: "MODE", value: "theirs" }]);
  });

  it("the dashboard with a login of its own is not taken before its first deploy either", async () => {
    const { workspace, user } = scene.current;
    await scene.current.madeByHand("agent");
    await user.patch("agent", { httpAuth: { user: "greg", password: "their-password" } });
    await workspace.write(agentBlock());
    const { code, output } = await workspace.tryApply();
    expect([code, output]).toEqual([1, expect.stringContaining('There is an app "agent" already')]);
    expect((await user.app("agent"))?.["httpAuth"]).toMatchObject({ user: "greg" });
  });

  it("the dashboard whose override mounts its data is not imported, and the mount is named", async () => {
    const { workspace, user } = scene.current;
    await scene.current.madeByHand("agent");
    const Mounts = [{ Type: "volume", Source: "precious", Target: "/opt/data" }];
    const serviceUpdateOverride = JSON.stringify({ TaskTemplate: { ContainerSpec: { Mounts } } });
    await user.patch("agent", { serviceUpdateOverride });
    await workspace.write(agentBlock());
    const { code, output } = await workspace.run("import", STATE, "agent");
    expect(code).toBe(1);
    expect(output.replace(/\s+/g, " ")).toContain(
      'mounts volume "precious" at /opt/data, which its volumes don\'t have',
    );
  });
});

describeInSandbox("data", () => {
  const scene = scenes({ workers: ["far"] });

  it("of one volume for two new apps is refused in the plan, also in two spellings of a path", async () => {
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

  it("goes from one app to another in one apply, when the other depends on it: nothing runs twice on it", async () => {
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

  it("is not left behind on another node", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock());
    const { nodeId } = captain.app("agent").definition;
    const { code, output } = await workspace.plan(agentBlock('node_id = "far"'));
    expect(code).toBe(1);
    expect(output.replace(/\s+/g, " ")).toContain(`The data of agent is on node ${nodeId}`);
    expect((await workspace.plan(agentBlock(`node_id = "${nodeId}"`))).code).not.toBe(1);
  });
});
