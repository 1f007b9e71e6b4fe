import type { CapRoverSandbox } from "cdktf-hermes/testing";
import { AGENT_V2, agentBlock, START_LINE, sandbox } from "../agent";
import { describeInSandbox } from "../scene";
import { forgetBundle, Workspace } from "../workspace";

jest.setTimeout(120_000);
afterAll(forgetBundle);

describeInSandbox("caprover_app", () => {
  let captain: CapRoverSandbox;
  let workspace: Workspace;

  beforeEach(async () => {
    captain = await sandbox();
    workspace = await Workspace.make(captain.environment);
  });
  afterEach(async () => {
    await workspace.close();
    await captain.stop();
  });

  const writes = () => captain.requests.filter(({ method, path }) => method !== "GET" && path !== "/login");
  const running = () => captain.app("agent").running;

  it("an app is created at zero instances, gets its image, and then its one instance", async () => {
    await workspace.apply(agentBlock('environment = { MODE = "gateway" }'));
    expect(writes().map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /user/apps/appDefinitions/register",
      "PATCH /user/apps/appDefinitions/update",
      "POST /user/apps/appData/agent",
      "PATCH /user/apps/appDefinitions/update",
    ]);
    expect(writes()[1]?.body).toMatchObject({
      instanceCount: 0,
      envVars: [{ key: "MODE", value: "gateway" }],
    });
    expect(writes()[3]?.body).toEqual({ appName: "agent", instanceCount: 1, tags: [expect.anything()] });
    expect(running().map(({ log }) => log.at(-1)?.line)).toEqual([`${START_LINE} v1`]);
    expect(captain.overlaps).toEqual([]);
    expect((await workspace.plan(agentBlock('environment = { MODE = "gateway" }'))).code).toBe(0);
  });

  it("an app's configuration changes in one write, and its image in one deploy", async () => {
    await workspace.apply(agentBlock());
    const before = writes().length;
    await workspace.apply(
      agentBlock('description = "the agent"\n  environment = { A = "1" }\n  http_port = 8080'),
    );
    expect(
      writes()
        .slice(before)
        .map(({ method }) => method),
    ).toEqual(["PATCH"]);
    await workspace.apply(
      agentBlock('description = "the agent"\n  environment = { A = "1" }\n  http_port = 8080', {
        image: AGENT_V2,
      }),
    );
    expect(
      writes()
        .slice(before)
        .map(({ path }) => path),
    ).toEqual(["/user/apps/appDefinitions/update", "/user/apps/appData/agent"]);
    expect(running().map(({ log }) => log.at(-1)?.line)).toEqual([`${START_LINE} v2`]);
    expect(captain.overlaps).toEqual([]);
  });

  it("image and configuration change together by one deploy, then one write, without two containers at once", async () => {
    await workspace.apply(agentBlock());
    const before = writes().length;
    await workspace.apply(agentBlock('environment = { A = "2" }', { image: AGENT_V2 }));
    expect(
      writes()
        .slice(before)
        .map(({ path }) => path),
    ).toEqual(["/user/apps/appData/agent", "/user/apps/appDefinitions/update"]);
    expect(captain.overlaps).toEqual([]);
    expect(running()).toHaveLength(1);
  });

  it("an app's volume is destroyed with it only when delete_volumes is set", async () => {
    await workspace.apply(agentBlock());
    await workspace.destroy();
    expect(captain.appNames).toEqual([]);
    expect(captain.volumeNames).toEqual(["agent-data"]);
    expect(captain.runningContainers("agent")).toEqual([]);
    await workspace.apply(agentBlock("delete_volumes = true"));
    await workspace.destroy();
    expect(captain.volumeNames).toEqual([]);
    expect(captain.overlaps).toEqual([]);
  });
});
