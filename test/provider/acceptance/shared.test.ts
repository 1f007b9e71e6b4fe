/** What several apps mount on purpose, what they can't write to, and what is harmless where there is no data. */
import { agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const app = (name: string, volumes: string, more = "") => `resource "caprover_app" "${name}" {
  name       = "${name}"
  image      = "registry.test/silent:v1"
  persistent = true
  volumes    = [${volumes}]
  ${more}
}
`;
const mount = (source: string, more = "") => `{ container_path = "/mnt", ${source}${more} }`;
const VOLUME = 'name = "files"';
const SOCKET = 'host_path = "/var/run/docker.sock"';
const CLOCK = 'host_path = "/etc/localtime"';
const SHARED = ", shared = true";

describeInSandbox("what apps share", () => {
  const scene = scenes({ hostDirectories: ["/var/run/docker.sock", "/etc/localtime"] });

  it.each([
    ["a volume", VOLUME],
    ["a socket", SOCKET],
    ["a file of the node", CLOCK],
  ])("%s is for several apps when each says that it is shared", async (_what, source) => {
    const { workspace, captain } = scene.current;
    const one = mount(source, SHARED);
    const body = app("one", one) + app("two", one);
    await workspace.apply(body);
    const plan = await workspace.plan(body);
    expect([plan.code, plan.output]).toEqual([0, expect.anything()]);
    expect(captain.app("one").running).toHaveLength(1);
    expect(captain.app("two").running).toHaveLength(1);
    await workspace.apply(body + app("three", one));
    expect(captain.appNames).toHaveLength(3);
    await workspace.destroy();
  });

  it.each([
    ["neither says", "", "", "for app"],
    ["only one says", SHARED, "", "for app"],
    ["only the other says", "", SHARED, "for app"],
  ])("two apps on one volume are refused when %s that it is shared", async (_who, first, second, text) => {
    const { workspace } = scene.current;
    const body = app("one", mount(VOLUME, first)) + app("two", mount(VOLUME, second));
    const { code, output } = await workspace.plan(body);
    expect([code, output.replace(/\s+/g, " ")]).toEqual([1, expect.stringContaining(text)]);
    expect(output.replace(/\s+/g, " ")).toContain("set shared = true on the volume of each");
    expect(scene.current.writes()).toEqual([]);
  });

  it("an app may share what an app of the dashboard mounts, and an import sees that it is shared", async () => {
    const { workspace, user } = scene.current;
    for (const name of ["by-hand", "web"]) {
      await scene.current.madeByHand(name);
      await user.patch(name, { volumes: [{ containerPath: "/mnt", volumeName: "files" }] });
    }
    await scene.current.settle("web");
    const web = app("web", mount(VOLUME, SHARED)).replace(/image .*/, "");
    const body = `${web}import {\n  to = caprover_app.web\n  id = "web"\n}\n`;
    await workspace.apply(body);
    expect((await workspace.plan(web)).code).toBe(0);
    const { code, output } = await workspace.plan(web + app("new", mount(VOLUME)));
    expect([code, output]).toEqual([1, expect.stringContaining('"files" is')]);
    await workspace.apply(web + app("new", mount(VOLUME, SHARED)));
  });

  it("sharing is declared later without a restart, and taken back only when the app is alone", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(app("one", mount(VOLUME)));
    const [running] = captain.app("one").running;
    await workspace.apply(app("one", mount(VOLUME, SHARED)));
    expect(captain.app("one").running).toEqual([running]);
    const both = app("one", mount(VOLUME, SHARED)) + app("two", mount(VOLUME, SHARED));
    await workspace.apply(both);
    expect((await workspace.plan(app("one", mount(VOLUME)) + app("two", mount(VOLUME, SHARED)))).code).toBe(
      1,
    );
    await workspace.apply(app("one", mount(VOLUME, SHARED)));
    await workspace.apply(app("one", mount(VOLUME)));
  });

  it("a shared volume outlives every app, also one that destroys its own volumes", async () => {
    const { workspace, captain } = scene.current;
    const volumes = `${mount(VOLUME, SHARED)}, { container_path = "/own", name = "own" }`;
    await workspace.apply(app("one", volumes, "delete_volumes = true"));
    captain.volume("files")?.files.set("kept", "yes");
    await workspace.destroy();
    expect(captain.volumeNames).toEqual(["files"]);
    expect(captain.volume("files")?.files.get("kept")).toBe("yes");
  });

  it("a volume is mounted read-only when it says so, and the plan is empty then and after an import", async () => {
    const { workspace, captain } = scene.current;
    const readOnly = (value: boolean) =>
      app("one", `${mount(CLOCK, `, read_only = ${value}`)}, { container_path = "/own", name = "own" }`);
    const mounts = () => JSON.stringify(captain.app("one").service?.spec["TaskTemplate"]);
    await workspace.apply(readOnly(true));
    expect(mounts()).toContain('"Target":"/mnt","ReadOnly":true');
    expect(mounts()).toContain('"Target":"/own"');
    expect((await workspace.plan(readOnly(true))).code).toBe(0);
    await workspace.run("state", "rm", "caprover_app.one");
    await workspace.apply(`${readOnly(true)}import {\n  to = caprover_app.one\n  id = "one"\n}\n`);
    expect((await workspace.plan(readOnly(true))).code).toBe(0);
    await workspace.apply(readOnly(false));
    expect(mounts()).not.toContain('"ReadOnly":true');
    expect((await workspace.plan(readOnly(false))).code).toBe(0);
  });
});

const override = (value: string) => `service_override = jsonencode(${value})`;
const START_FIRST = override('{ UpdateConfig = { Order = "start-first" } }');
const STOP_FIRST = override('{ UpdateConfig = { Order = "stop-first" } }');
const ONCE = override('{ TaskTemplate = { RestartPolicy = { Condition = "none" } } }');
const web = (more: string) => `resource "caprover_app" "web" {
  name  = "web"
  image = "registry.test/silent:v1"
  ${more}
}
`;

describeInSandbox("what only data forbids", () => {
  const scene = scenes();

  it.each([
    ["a new container before the old one stops", web(START_FIRST)],
    ["a container that is not started again", web(ONCE)],
    ["a long stop", web("stop_grace_seconds = 600")],
    ["the old container stopped first", agentBlock(STOP_FIRST)],
    ["a stop of 55 s", agentBlock().replace("= 20", "= 55")],
  ])("%s is accepted", async (_what, body) => {
    const { workspace } = scene.current;
    await workspace.apply(body);
    expect((await workspace.plan(body)).code).toBe(0);
  });

  it.each([
    ["a new container before the old one stops", agentBlock(START_FIRST), /must not be start-first/],
    ["a container that is not started again", agentBlock(ONCE), /Condition must not be none/],
    ["a stop of 56 s", agentBlock().replace("= 20", "= 56"), /at most 55 s to stop, not 56/],
    ["a stop of a day", agentBlock().replace("= 20", "= 86400"), /at most 55 s to stop/],
    [
      "a long stop in the override",
      agentBlock(override("{ TaskTemplate = { ContainerSpec = { StopGracePeriod = 60000000000 } } }")),
      /use stop_grace_seconds/,
    ],
  ])("%s is refused for an app with data", async (_what, body, message) => {
    const { workspace } = scene.current;
    const { code, output } = await workspace.plan(body);
    expect([code, output.replace(/\s+/g, " ")]).toEqual([1, expect.stringMatching(message)]);
    expect(scene.current.writes()).toEqual([]);
  });
});
