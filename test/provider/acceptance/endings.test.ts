/** How an app is destroyed, and what happens when Terraform is killed. */
import { execFileSync } from "node:child_process";
import { finished } from "../../terraform";
import { AGENT_V2, agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

/** All descendants of a process. */
function descendants(pid: number): number[] {
  const all = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    all.flatMap(([child = 0, its]) => (its === parent ? [child, ...below(child)] : []));
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    return !/^\S*Z/.test(execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).trim());
  } catch {
    return false;
  }
}

describeInSandbox("the end of an app or of Terraform", () => {
  const scene = scenes();

  it("destroying an app names the volume that is left because something else mounts it", async () => {
    const { workspace, user, captain } = scene.current;
    await workspace.apply(agentBlock("delete_volumes = true"));
    await scene.current.madeByHand("other");
    await user.patch("other", { volumes: [{ containerPath: "/x", volumeName: "agent-data" }] });
    const output = await workspace.destroy();
    expect(output).toMatch(/agent is destroyed, but some of its volumes may be left: agent-data/);
    expect(captain.appNames).toEqual(["other"]);
    expect(captain.volumeNames).toContain("agent-data");
    expect((await workspace.plan("")).code).toBe(0);
  });

  it("an app whose volume was never made is destroyed, with a warning that names the volume", async () => {
    const { workspace, captain } = scene.current;
    const block = agentBlock("delete_volumes = true\n  instance_count = 0");
    await workspace.apply(block);
    expect(captain.volumeNames).toEqual([]);
    expect((await workspace.destroy()).replace(/\s+/g, " ")).toContain("or they were never made");
    expect(captain.appNames).toEqual([]);
  });

  it("the provider ends when Terraform is killed, and the next apply resumes", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock());
    captain.volume("agent-data")?.files.set("kept", "yes");
    const second = agentBlock('environment = { MODE = "two" }', { image: AGENT_V2 });
    await workspace.write(second);
    const before = scene.current.writes().length;
    const child = workspace.start(["apply", "-auto-approve"]);
    const providers: number[] = [];
    captain.faults.inject({
      path: /\/appData\/agent$/,
      method: "POST",
      at: "answer",
      effect: () => {
        providers.push(...descendants(child.pid ?? 0));
        child.kill("SIGKILL");
      },
    });
    await finished(child);
    expect(providers).not.toEqual([]);
    while (providers.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 100));
    await workspace.apply(second);
    expect((await workspace.plan(second)).code).toBe(0);
    // the deploy of the first apply is not sent again
    expect(scene.current.writes(before)).toEqual(["POST appData/agent", "PATCH appDefinitions/update"]);
    expect(captain.app("agent").running).toHaveLength(1);
    expect(captain.app("agent").service?.wanted).toMatchObject({ image: AGENT_V2, env: { MODE: "two" } });
    expect(captain.volume("agent-data")?.files.get("kept")).toBe("yes");
    expect(captain.overlaps).toEqual([]);
  });

  it("create_before_destroy is refused for an app with data, because both apps would have it", async () => {
    const { workspace, captain } = scene.current;
    const block = (name: string) =>
      agentBlock("lifecycle {\n    create_before_destroy = true\n  }").replace(
        /name {7}= "agent"/,
        `name       = "${name}"`,
      );
    await workspace.apply(block("agent"));
    await workspace.write(block("agent2"));
    const { code, output } = await workspace.tryApply();
    expect(code).toBe(1);
    expect(output.replace(/\s+/g, " ")).toMatch(
      /"agent-data" is mounted by app "agent" already .*Don't use create_before_destroy here/,
    );
    expect(captain.appNames).toEqual(["agent"]);
    expect(captain.app("agent").running).toHaveLength(1);
    expect(captain.overlaps).toEqual([]);
  });
});
