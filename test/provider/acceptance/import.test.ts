import { finished } from "../../terraform";
import { AGENT, agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

describeInSandbox("terraform import", () => {
  const scene = scenes();
  const importIt = (id: string) =>
    finished(scene.current.workspace.start(["import", "-no-color", "caprover_app.agent", id]));

  const block = agentBlock(`
  description = "by hand"
  environment = { MODE = "gateway" }
  secret_environment_wo = { API_KEY = "k3y" }
  basic_auth = { user = "greg", password_wo = "hunter2hunter2" }
  tmpfs = [{ container_path = "/dev/shm", size_mib = 1024 }]
  health_check = { test = ["CMD", "true"], interval_seconds = 30 }
  limits = { memory_mib = 512, cpus = 0.5 }
  service_override = yamlencode({ TaskTemplate = { ContainerSpec = { Args = ["gateway", "run"] } } })
  tags = ["mine"]
  ports = [{ host_port = 8642, container_port = 8642 }]`);

  const serviceUpdateOverride = `TaskTemplate:
  ContainerSpec:
    Args: [gateway, run]
    StopGracePeriod: 20000000000
    Healthcheck: {Test: [CMD, "true"], Interval: 30000000000}
    Mounts:
    - {Type: volume, Source: agent-data, Target: /opt/data}
    - {Type: tmpfs, Target: /dev/shm, TmpfsOptions: {SizeBytes: 1073741824}}
  Resources: {Limits: {MemoryBytes: 536870912, NanoCPUs: 500000000}}
`;

  it("an app made by hand is imported with an empty plan, and its secrets stay out of the state", async () => {
    const { workspace, user, captain, ...rest } = scene.current;
    expect(rest).toEqual({});
    await scene.current.madeByHand("agent");
    await user.patch("agent", {
      description: "by hand",
      instanceCount: 1,
      envVars: [
        { key: "API_KEY", value: "k3y" },
        { key: "MODE", value: "gateway" },
      ],
      volumes: [{ containerPath: "/opt/data", volumeName: "agent-data" }],
      ports: [{ hostPort: 8642, containerPort: 8642 }],
      tags: [{ tagName: "mine" }],
      httpAuth: { user: "greg", password: "hunter2hunter2" },
      serviceUpdateOverride,
    });
    await scene.current.settle("agent");
    await user.deployImage("agent", AGENT);
    await scene.current.settle("agent");
    await workspace.write(block);
    const { code, output } = await importIt("agent?secret=API_KEY");
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(await workspace.rawState()).not.toContain("k3y");
    const before = scene.current.writes().length;
    expect((await workspace.plan(block.replace(/ready = .*/, ""))).output).toContain("No changes");
    await workspace.write(block);
    // what only Terraform knows is added to the state, and CapRover isn't asked for anything
    await workspace.apply(block);
    expect(scene.current.writes(before)).toEqual([]);
    expect((await workspace.plan(block)).code).toBe(0);
    await workspace.apply(block.replace('"by hand"', '"by Terraform"'));
    expect(captain.overlaps).toEqual([]);
    expect(captain.app("agent").running).toHaveLength(1);
  });

  it("an import of an unknown app or variable lists those that there are", async () => {
    await scene.current.madeByHand("other");
    await scene.current.workspace.write(agentBlock());
    expect((await importIt("agent")).output).toMatch(
      /no app "agent" on the CapRover\s+server[\s\S]*The apps are: other/,
    );
    expect((await importIt("other?secret=KEY")).output).toContain('"other" has no variable KEY');
  });
});
