/** A creation of what exists already: what it takes, and what it refuses. */
import { finished, succeeded } from "../../terraform";
import { AGENT, AGENT_V2, agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const OWNER = 'owner = "prod/agent"';
const BODY = agentBlock('environment = { MODE = "gateway" }');
const IMPORT_BLOCK = /import \{\s+to = caprover_app.NAME\s+id = "agent"\s+\}[\s\S]*importFrom\("agent"\)/;

describeInSandbox("an app that exists already", () => {
  const scene = scenes({}, OWNER);
  /** Loses the state, as a creation does that is killed at its very end. */
  const lostState = async (address = "caprover_app.agent") =>
    succeeded(await finished(scene.current.workspace.start(["state", "rm", address])));

  it.each([
    ["without an owner", "", BODY],
    ["of another owner", 'owner = "test/agent"', BODY],
    ["of the same owner that wants another environment", OWNER, BODY.replace("gateway", "other")],
    ["of the same owner that wants another image", OWNER, BODY.replace(AGENT, AGENT_V2)],
  ])("a running app is not taken by another state %s, and its destroy leaves it", async (_who, owner, body) => {
    const { workspace, captain } = scene.current;
    await workspace.apply(BODY);
    const writes = scene.current.writes().length;
    const second = await scene.current.anotherState(owner);
    const { code, output } = await second.plan(body);
    expect([code, output]).toEqual([1, expect.stringContaining('There is an app "agent" already')]);
    expect(output).toMatch(IMPORT_BLOCK);
    expect((await second.tryApply()).code).toBe(1);
    await second.destroy();
    expect(scene.current.writes(writes)).toEqual([]);
    expect(captain.app("agent").running).toHaveLength(1);
    expect((await workspace.plan(BODY)).code).toBe(0);
  });

  it("a running app is not taken an hour after it was created, and the printed block imports it", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(BODY);
    await lostState();
    await captain.clock.sleep(3700);
    const { code, output } = await workspace.plan(BODY);
    expect([code, output]).toEqual([1, expect.stringMatching(/created 6\d minutes ago/)]);
    const [block = ""] = /import \{[\s\S]*?\}/.exec(output) ?? [];
    await workspace.apply(`${BODY}${block.replace("NAME", "agent")}\n`);
    expect((await workspace.plan(BODY)).code).toBe(0);
    expect(captain.app("agent").running).toHaveLength(1);
  });

  it("an app that somebody made and used in the dashboard is not taken", async () => {
    const { workspace, user } = scene.current;
    await scene.current.madeByHand("agent");
    const used: readonly Readonly<Record<string, unknown>>[] = [
      { description: "mine" },
      { tags: [{ tagName: "mine" }] },
      { containerHttpPort: 8080 },
      { websocketSupport: true },
      { envVars: [{ key: "A", value: "1" }] },
    ];
    const unused = {
      description: "",
      tags: [],
      containerHttpPort: 80,
      websocketSupport: false,
      envVars: [],
      instanceCount: 1,
    };
    for (const setting of used) {
      await user.patch("agent", { ...unused, ...setting });
      const { code, output } = await workspace.plan(BODY);
      expect([setting, code, output]).toEqual([setting, 1, expect.stringContaining("Somebody else made it")]);
    }
    await user.patch("agent", unused);
    expect((await workspace.plan(BODY)).code).toBe(2);
  });

  it("an app that another state created after the plan is not taken, also not by the same owner", async () => {
    const { workspace, captain } = scene.current;
    const second = await scene.current.anotherState(OWNER);
    await second.write(BODY);
    expect((await second.run("plan", "-out=saved")).code).toBe(0);
    await workspace.apply(BODY);
    const writes = scene.current.writes().length;
    expect((await second.run("apply", "saved")).code).toBe(1);
    await second.destroy();
    expect(scene.current.writes(writes)).toEqual([]);
    expect(captain.app("agent").running).toHaveLength(1);
  });

  it("a running app is taken by its owner when the creation's state was lost, and the plan warns with the time", async () => {
    const { workspace } = scene.current;
    await workspace.apply(BODY);
    await lostState();
    const { code, output } = await workspace.plan(BODY);
    expect([code, output]).toEqual([2, expect.stringContaining("This takes over the running app agent")]);
    expect(output).toMatch(/created it at\s+\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/);
    await workspace.apply(BODY);
    expect((await workspace.plan(BODY)).code).toBe(0);
    const { adopted } = await workspace.attributes("caprover_app.agent");
    expect(adopted).toMatch(/^\d{4}-/);
  });

  it("an app that somebody only registered is taken without an owner, also when it was registered after the plan", async () => {
    const { user, captain } = scene.current;
    const second = await scene.current.anotherState();
    await scene.current.madeByHand("agent");
    await second.apply(BODY);
    expect(captain.app("agent").running).toHaveLength(1);
    await second.destroy();
    await second.write(BODY);
    expect((await second.run("plan", "-out=saved")).code).toBe(0);
    await user.register("agent", true);
    await scene.current.settle("agent");
    expect(await second.run("apply", "saved")).toMatchObject({ code: 0 });
    expect((await second.plan(BODY)).code).toBe(0);
  });

  it("an app whose creation failed is taken by another state, however late and without an owner", async () => {
    const { workspace, captain } = scene.current;
    await workspace.write(BODY.replace(AGENT, "registry.test/none:v1"));
    expect((await workspace.tryApply()).code).toBe(1);
    expect(captain.app("agent").definition.instanceCount).toBe(0);
    await captain.clock.sleep(7200);
    const second = await scene.current.anotherState();
    const output = await second.apply(BODY);
    expect(output).not.toContain("takes over");
    expect(captain.app("agent").running).toHaveLength(1);
    expect((await second.plan(BODY)).code).toBe(0);
  });

  it("a saved plan whose apply was killed half-way resumes", async () => {
    const { workspace, captain } = scene.current;
    await workspace.write(BODY);
    expect((await workspace.run("plan", "-out=saved")).code).toBe(0);
    const child = workspace.start(["apply", "saved"]);
    const kill = () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    captain.faults.inject({ effect: kill, at: "answer", path: /appData\/agent/, method: "POST" });
    await finished(child);
    expect(await workspace.run("apply", "saved")).toMatchObject({ code: 0 });
    expect((await workspace.plan(BODY)).code).toBe(0);
    expect(captain.overlaps).toEqual([]);
  });

  it("two configurations with apps of different names don't meet", async () => {
    const { workspace } = scene.current;
    const second = await scene.current.anotherState(OWNER);
    await workspace.apply(BODY);
    await second.apply(agentBlock("", { name: "other" }));
    await second.destroy();
    expect((await workspace.plan(BODY)).code).toBe(0);
  });
});

describeInSandbox("what exists beside apps", () => {
  const scene = scenes({}, OWNER);
  const PROJECT = 'resource "caprover_project" "agents" {\n  name = "agents"\n}\n';
  const REGISTRY = `resource "caprover_registry" "ghcr" {
  domain      = "ghcr.test"
  username    = "me"
  password_wo = "t0ken"
}
`;
  const WEB = 'resource "caprover_app" "web" {\n  name  = "web"\n  image = "registry.test/silent:v1"\n}\n';
  const DOMAIN =
    'resource "caprover_custom_domain" "own" {\n  app = "web"\n  domain = "a.example.test"\n  ssl = false\n}\n';

  it("a project of the same name is refused with its id, and two of one name are both named", async () => {
    const { workspace, user } = scene.current;
    const register = async (parentProjectId = "") => {
      const body = { name: "agents", parentProjectId, description: "" };
      return String((await user.call("POST", "/user/projects/register", body)).data["id"]);
    };
    const first = await register();
    const { code, output } = await workspace.plan(PROJECT);
    expect([code, output]).toEqual([1, expect.stringContaining('There is a project "agents" already')]);
    expect(output).toContain(`id = "${first}"`);
    const second = await register();
    const both = await workspace.plan(PROJECT);
    expect([both.code, both.output]).toEqual([1, expect.stringContaining(`id = "${second}"`)]);
    expect(both.output).toContain(`id = "${first}"`);
    const byName = await workspace.run("import", "caprover_project.agents", "agents");
    expect([byName.code, byName.output]).toEqual([
      1,
      expect.stringMatching(/2 projects "agents": import one/),
    ]);
    expect((await workspace.run("import", "caprover_project.agents", first)).code).toBe(0);
    expect((await workspace.plan(PROJECT)).code).toBe(0);
  });

  it("a project of another project's name in another parent is created", async () => {
    const { workspace } = scene.current;
    const body = `${PROJECT}resource "caprover_project" "inner" {
  name      = "agents"
  parent_id = caprover_project.agents.id
}
`;
    await workspace.apply(body);
    expect((await workspace.plan(body)).code).toBe(0);
  });

  it("another state's account of a registry is refused with its id, and its destroy leaves it", async () => {
    const { workspace } = scene.current;
    await workspace.apply(REGISTRY);
    const { id } = await workspace.attributes("caprover_registry.ghcr");
    const second = await scene.current.anotherState(OWNER);
    const { code, output } = await second.plan(REGISTRY);
    expect([code, output]).toEqual([1, expect.stringContaining(`id = "${id}"`)]);
    expect((await second.plan(REGISTRY.replace('"me"', '"acme"'))).code).toBe(2);
    await second.destroy();
    expect((await workspace.plan(REGISTRY)).code).toBe(0);
  });

  it("a domain of somebody else's app is refused, and an own app's is taken", async () => {
    const { workspace, user, captain } = scene.current;
    await workspace.apply(WEB);
    await user.call("POST", "/user/apps/appDefinitions/customdomain", {
      appName: "web",
      customDomain: "a.example.test",
    });
    const second = await scene.current.anotherState('owner = "test/web"');
    const { code, output } = await second.plan(DOMAIN);
    expect([code, output]).toEqual([1, expect.stringContaining('id = "web/a.example.test"')]);
    await second.destroy();
    await workspace.apply(WEB + DOMAIN);
    expect((await workspace.plan(WEB + DOMAIN)).code).toBe(0);
    expect(captain.app("web").definition.customDomain).toHaveLength(1);
  });

  it("a domain without its certificate is taken away again, and the next apply makes it", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    const withSsl = WEB + DOMAIN.replace("ssl = false", "depends_on = [caprover_app.web]");
    captain.faults.inject({ effect: "1106", path: /enablecustomdomainssl/, times: 3 });
    await workspace.write(withSsl);
    expect((await workspace.tryApply()).code).toBe(1);
    expect(captain.app("web").definition.customDomain).toEqual([]);
    await workspace.apply(withSsl);
    expect((await workspace.plan(withSsl)).code).toBe(0);
  });
});
