/** A second container that Swarm starts beside the first one, and the port that prevents it. */
import type { SimulatedImage } from "cdktf-hermes/testing";
import { agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const LOCK = "lock_port = 20123";
const far = (more = "", name = "agent") => agentBlock(`node_id = "node2"\n  ${more}`, { name });
const SLOW = "registry.test/slow:v1";
const slow: SimulatedImage = { stopSeconds: 90 };
const LONG_GRACE = { TaskTemplate: { ContainerSpec: { StopGracePeriod: 120_000_000_000 } } };
const LOCKED = {
  EndpointSpec: {
    Ports: [{ Protocol: "udp", TargetPort: 9, PublishedPort: 20124, PublishMode: "host" }],
  },
};

describeInSandbox("a CapRover server of two nodes", () => {
  const scene = scenes({ workers: ["node2"], images: { [SLOW]: slow } });
  const ports = () => JSON.stringify(scene.current.captain.app("agent").service?.spec["EndpointSpec"]);

  it("a node that is cut off gets a second container beside the first, and none with a lock", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(far());
    await captain.cutOffNode("node2", 10);
    expect(captain.overlaps).toEqual([]);
    await captain.cutOffNode("node2", 20);
    await captain.clock.sleep(30);
    expect(captain.overlaps).toHaveLength(1);
    expect(captain.app("agent").running).toHaveLength(1);
    await workspace.apply(far(LOCK));
    expect(ports()).toContain('"Protocol":"udp","TargetPort":9,"PublishedPort":20123,"PublishMode":"host"');
    await captain.cutOffNode("node2", 20);
    await captain.clock.sleep(30);
    expect(captain.overlaps).toHaveLength(1);
    expect(captain.app("agent").running).toHaveLength(1);
    expect((await workspace.plan(far(LOCK))).code).toBe(0);
  });

  it("a lock stays over changes of the app, beside its ports, and goes when it is no longer configured", async () => {
    const { workspace, captain, user } = scene.current;
    await workspace.apply(far(LOCK));
    const published = `${LOCK}\n  ports = [{ host_port = 9000, container_port = 80 }]`;
    await workspace.apply(far(published));
    expect(ports()).toMatch(/"PublishedPort":9000,"PublishMode":"ingress".*"PublishedPort":20123/);
    expect((await workspace.plan(far(published))).code).toBe(0);
    await user.patch("agent", { description: "by hand" });
    await scene.current.settle("agent");
    expect(ports()).toContain('"PublishedPort":20123,"PublishMode":"host"');
    await workspace.apply(far());
    expect(ports()).not.toContain("20123");
    expect((await workspace.plan(far())).code).toBe(0);
    expect(captain.overlaps).toEqual([]);
  });

  it("an agent that stops for more than a minute overlaps with the next one, and not with a lock", async () => {
    const { captain, user } = scene.current;
    await scene.current.madeByHand("slow");
    await user.patch("slow", {
      volumes: [{ containerPath: "/opt/data", volumeName: "slow" }],
      serviceUpdateOverride: JSON.stringify(LONG_GRACE),
    });
    await user.deployImage("slow", SLOW);
    await scene.current.settle("slow");
    await user.patch("slow", { description: "one" });
    await captain.clock.sleep(120);
    expect(captain.overlaps).toHaveLength(1);
    await user.patch("slow", { serviceUpdateOverride: JSON.stringify({ ...LONG_GRACE, ...LOCKED }) });
    await captain.clock.sleep(200);
    const before = captain.overlaps.length;
    await user.patch("slow", { description: "two" });
    await captain.clock.sleep(200);
    expect(captain.overlaps).toHaveLength(before);
    expect(captain.app("slow").running).toHaveLength(1);
  });

  it("one lock for two apps, for a port of the app, or without data is refused", async () => {
    const { workspace } = scene.current;
    const cases: readonly (readonly [string, string])[] = [
      [far(LOCK) + far(LOCK, "second"), "is the lock_port of app"],
      [far(`${LOCK}\n  ports = [{ host_port = 20123, container_port = 80 }]`), "is in ports too"],
      [`resource "caprover_app" "web" {\n  name = "web"\n  ${LOCK}\n}\n`, "lock_port needs volumes"],
    ];
    for (const [body, message] of cases) {
      const { code, output } = await workspace.plan(body);
      expect([code, output]).toEqual([1, expect.stringContaining(message)]);
    }
    await workspace.apply(far(LOCK) + far("lock_port = 20125", "second"));
  });
});

describeInSandbox("a CapRover server of one node", () => {
  const scene = scenes();

  it("an app has no lock there, and its plan is empty", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock(LOCK));
    expect(JSON.stringify(captain.app("agent").service?.spec)).not.toContain("20123");
    expect((await workspace.plan(agentBlock(LOCK))).code).toBe(0);
  });
});
