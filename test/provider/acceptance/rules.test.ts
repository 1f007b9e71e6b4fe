/** Traps of CapRover; ../README.md lists them. */
import { CapRoverSandbox, type SimulatedImage } from "cdktf-hermes/testing";
import { finished } from "../../terraform";
import { AGENT, AGENT_V2, agentBlock, IMAGES, START_LINE } from "../agent";
import { describeInSandbox, Scene, scenes } from "../scene";

const PLACEHOLDER = "caprover/caprover-placeholder-app:latest";

describeInSandbox("caprover_app", () => {
  const scene = scenes();

  it("a write that was saved and never reached the engine shows in the plan, and is sent again", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock('environment = { MODE = "one" }'));
    await workspace.write(agentBlock('environment = { MODE = "two" }'));
    await scene.current.applyCutOff();
    expect(captain.app("agent").definition.envVars).toEqual([{ key: "MODE", value: "two" }]);
    expect(captain.app("agent").service?.wanted.env["MODE"]).toBe("one");
    const { code, output } = await workspace.plan(agentBlock('environment = { MODE = "two" }'));
    expect(code).toBe(2);
    expect(output).toMatch(/applied\s+= false -> true/);
    await workspace.apply(agentBlock('environment = { MODE = "two" }'));
    expect(captain.app("agent").service?.wanted.env["MODE"]).toBe("two");
    expect(captain.overlaps).toEqual([]);
  });

  it("a creation that failed leaves the app at zero instances, and the next apply resumes it", async () => {
    const { workspace, captain } = scene.current;
    await workspace.write(agentBlock("", { image: "registry.test/missing:v1" }));
    const { code, output } = await workspace.tryApply();
    expect(code).toBe(1);
    expect(output).toMatch(/could not deploy registry.test\/missing:v1[\s\S]*manifest unknown/);
    const failing = agentBlock("deletion_protection = true").replace(START_LINE, "NEVER SAID");
    await workspace.write(failing.replace("ready = {", "ready = { timeout_seconds = 30,"));
    const second = await workspace.tryApply();
    expect(second.output).toMatch(/not ready after 30 s[\s\S]*AGENT READY v1/);
    expect(captain.app("agent").definition.instanceCount).toBe(0);
    captain.volume("agent-data")?.files.set("kept", "yes");
    await workspace.apply(agentBlock("deletion_protection = true"));
    expect(scene.current.writes().filter((write) => /register|delete/.test(write))).toHaveLength(1);
    expect(captain.volume("agent-data")?.files.get("kept")).toBe("yes");
    expect((await workspace.run("destroy", "-auto-approve")).output).toContain(
      "protected against destruction",
    );
  });

  it("an apply waits while the CapRover server restarts and its nginx answers with errors", async () => {
    const { workspace, captain } = scene.current;
    captain.faults.inject({ effect: "500", method: "GET", path: "/user/apps/appDefinitions", times: 12 });
    await workspace.apply(agentBlock());
    expect(captain.faults.pending).toBe(0);
  });

  it("a new app with data is changed only after Swarm has placed its first container", async () => {
    const { workspace, captain } = scene.current;
    captain.faults.inject({ effect: "not placed", path: /\/update$/, times: 3 });
    await workspace.apply(agentBlock());
    expect(captain.faults.pending).toBe(0);
    captain.faults.inject({ effect: "not placed", path: /\/update$/, times: 1000 });
    await workspace.write(agentBlock("", { name: "second" }));
    expect((await workspace.tryApply()).output).toContain("No NodeId was found. Try again in a minute");
  });

  it("an app of somebody else is not taken over", async () => {
    const { workspace, user } = scene.current;
    await scene.current.madeByHand("agent");
    await user.patch("agent", { envVars: [{ key: "MINE", value: "1" }], instanceCount: 1 });
    const before = scene.current.writes().length;
    await workspace.write(agentBlock());
    const { output } = await workspace.tryApply();
    expect(output).toMatch(/an app "agent" already[\s\S]*terraform import caprover_app/);
    expect(scene.current.writes(before)).toEqual([]);
  });

  it("a state is not applied to another CapRover server", async () => {
    const { workspace } = scene.current;
    await workspace.apply(agentBlock());
    const other = await CapRoverSandbox.start({ rootDomain: "other.localhost" });
    const { output } = await finished(workspace.start(["plan", "-no-color"], other.environment));
    await other.stop();
    expect(output).toContain("agent is on another CapRover server");
  });

  it("a volume that another app mounts is refused", async () => {
    const { workspace } = scene.current;
    await workspace.apply(agentBlock());
    await workspace.write(
      agentBlock() + agentBlock("", { name: "second" }).replace('"second-data"', '"agent-data"'),
    );
    expect((await workspace.tryApply()).output).toMatch(/"agent-data" is for app "\w+" too/);
  });

  it("a deploy that the engine refuses does not count as applied, though CapRover counts it", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock());
    await scene.current.user.patch("agent", {
      serviceUpdateOverride: '{"TaskTemplate":{"ContainerSpec":{"Args":"no list"}}}',
    });
    await scene.current.settle("agent");
    captain.app("agent");
    await workspace.write(agentBlock("", { image: AGENT_V2 }));
    const { code, output } = await workspace.tryApply();
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining("could not deploy") });
    expect((await workspace.plan(agentBlock("", { image: AGENT_V2 }))).code).toBe(2);
    await workspace.tryApply();
    expect(captain.overlaps).toEqual([]);
  });

  it("an image that exits at once fails the apply, though CapRover calls it deployed", async () => {
    const { workspace } = scene.current;
    await workspace.write(
      agentBlock('ready = { failure_log_line = "FATAL", log_line = "READY" }', {
        image: "registry.test/exits:v1",
        ready: false,
      }),
    );
    expect((await workspace.tryApply()).output).toMatch(/says that it failed: FATAL no key/);
  });

  it("without an image in the configuration, whoever has the deploy token may deploy", async () => {
    const { workspace, user } = scene.current;
    const block = agentBlock("", { ready: false }).replace(/image\s+= .*/, "");
    await workspace.apply(block);
    await user.deployImage("agent", AGENT);
    await scene.current.settle("agent");
    expect((await workspace.plan(block)).code).toBe(0);
  });

  it("settings that leave the override are reset, and those that CapRover can't reset are named", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(
      agentBlock(`health_check = { test = ["CMD", "true"], interval_seconds = 30 }
  limits = { memory_mib = 256 }
  service_override = jsonencode({ TaskTemplate = { ContainerSpec = { Args = ["x"] }, RestartPolicy = { Window = 1000000000 } } })`),
    );
    const output = await workspace.apply(agentBlock());
    expect(output).toMatch(/stay in force[\s\S]*Healthcheck.Interval[\s\S]*RestartPolicy.Window/);
    const task = JSON.stringify(captain.app("agent").service?.spec);
    expect(task).toContain('"Args":[]');
    expect(task).toContain('"MemoryBytes":0');
    expect((await workspace.plan(agentBlock())).code).toBe(0);
  });

  it("an error hides every variable that a build log prints, also variables that no configuration has", async () => {
    const { workspace, user } = scene.current;
    const block = (lines: string) => `resource "caprover_app" "web" {
  name = "web"
  ${lines}
  secret_environment_wo = { API_KEY = "bu1ld-secret\\nsec0nd-line" }
}
`;
    await workspace.apply(block(`image = "${AGENT}"`));
    const envVars = [
      { key: "API_KEY", value: "bu1ld-secret\nsec0nd-line" },
      { key: "FOREIGN", value: "f0reign-secret\nf0reign-line" },
    ];
    await user.patch("web", { envVars });
    await workspace.write(
      block(
        `captain_definition = jsonencode({ schemaVersion = 2, dockerfileLines = ["FROM ${AGENT}", "ARG API_KEY", "ARG FOREIGN", "RUN echo $API_KEY $FOREIGN && exit 7"] })`,
      ),
    );
    const { code, output } = await workspace.tryApply();
    expect(code).toBe(1);
    expect(output).toContain("could not deploy");
    expect(output).toContain("RUN echo");
    expect(output).not.toMatch(/bu1ld-secret|sec0nd-line/);
    expect(output).not.toMatch(/f0reign-(secret|line)/);
  });

  it("a write that nginx refuses shows in the next plan, because the engine has it already", async () => {
    const { workspace, user } = scene.current;
    await workspace.apply(agentBlock());
    const config = (await user.call("GET", "/user/apps/appDefinitions")).data["defaultNginxConfig"];
    await user.patch("agent", {
      customNginxConfig: `${config}<% if (s.websocketSupport) { %>\nbroken {\n<% } %>`,
    });
    await scene.current.settle("agent");
    await workspace.write(agentBlock("websocket_support = true"));
    expect((await workspace.tryApply()).output).toContain("nginx refused");
    const { code, output } = await workspace.plan(agentBlock());
    expect(code).toBe(2);
    expect(output).toMatch(/applied\s+= false -> true/);
  });
});

describeInSandbox("caprover_app on an unusual CapRover server", () => {
  let scene: Scene | undefined;
  afterEach(() => scene?.end());
  jest.setTimeout(120_000);

  it("an app is created even when CapRover's placeholder image can't be pulled", async () => {
    scene = await Scene.set({ images: { [PLACEHOLDER]: { pullError: "no route to host" } } });
    await scene.workspace.apply(agentBlock());
    expect(scene.captain.app("agent").running).toHaveLength(1);
    expect((await scene.workspace.plan(agentBlock())).code).toBe(0);
  });

  it("an HTTP condition waits for the new container while the old one still answers", async () => {
    const moody: SimulatedImage = {
      stopSeconds: 8,
      ports: { 80: (_request, { env }) => ({ status: env["MODE"] === "bad" ? 500 : 200, body: "I am up" }) },
    };
    // slow enough to ask the app between CapRover's answer and the end of the old container
    scene = await Scene.set({ speed: 5, images: { "registry.test/moody:v1": moody } });
    const block = (mode: string) =>
      agentBlock(
        `ready = { http = { contains = "I am" }, timeout_seconds = 20 }\n  environment = { MODE = "${mode}" }`,
        { image: "registry.test/moody:v1", ready: false },
      ).replace("stop_grace_seconds = 20", "");
    await scene.workspace.apply(block("good"));
    await scene.workspace.write(block("bad"));
    const { code, output } = await scene.workspace.tryApply();
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining("answers 500") });
  });

  it("an old CapRover gets whole apps, and mounts with its own names for volumes", async () => {
    scene = await Scene.set({ version: "1.14.1" });
    const { workspace, captain } = scene;
    const block = (description: string) =>
      agentBlock(`description = "${description}"
  basic_auth = { user = "greg", password_wo = "hunter2hunter2" }
  tmpfs = [{ container_path = "/dev/shm", size_mib = 64 }]`);
    await workspace.apply(block("one"));
    await workspace.apply(block("two"));
    expect(scene.writes().some((write) => write.startsWith("PATCH"))).toBe(false);
    expect(captain.app("agent").definition).toMatchObject({
      description: "two",
      httpAuth: { user: "greg" },
      instanceCount: 1,
    });
    expect(captain.volume("captain--agent-data")?.files.has("memory")).toBe(true);
    expect(captain.overlaps).toEqual([]);
    await captain.upgrade("1.15.3");
    const { output } = await workspace.plan(block("two").replace(/name {7}= "agent"/, 'name = "agent2"'));
    expect(output).toContain("Replacing agent would lose its volumes");
  });
});

describeInSandbox("caprover_app on another node than CapRover's own", () => {
  const scene = scenes({ workers: ["node2"] });

  it("the plan warns that an app on another node is down while its image is pulled", async () => {
    const { workspace, captain } = scene.current;
    const both = (image: string) =>
      agentBlock('node_id = "node2"', { name: "far", image }) + agentBlock("", { name: "near", image });
    await workspace.apply(both(AGENT));
    const { output } = await workspace.plan(both(AGENT_V2));
    expect(output).toContain("far is down while its node pulls the new image");
    expect(output).not.toContain("near is down");
    await workspace.apply(both(AGENT_V2));
    const downSeconds = (name: string) => {
      const last = (wanted: string) =>
        captain.events.findLast(({ kind, service }) => kind === wanted && service === name)?.at.getTime() ??
        0;
      return (last("start") - last("die")) / 1000;
    };
    const pullSeconds = IMAGES[AGENT_V2]?.pullSeconds ?? 0;
    expect(downSeconds("far")).toBeGreaterThan(pullSeconds);
    expect(downSeconds("near")).toBeLessThan(pullSeconds);
    expect(captain.overlaps).toEqual([]);
  });
});
