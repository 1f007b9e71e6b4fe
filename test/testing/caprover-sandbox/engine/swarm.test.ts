import { replicas, SwarmTimeline, stopGrace } from "./swarm-timeline";

const ROLLBACK = { UpdateConfig: { FailureAction: "rollback" } };
const images = {
  fast: { stopSeconds: 0.02 },
  "fast-next": { stopSeconds: 0.02 },
  slow8: { stopSeconds: 8 },
  "slow8-next": { stopSeconds: 8 },
  slow30: { stopSeconds: 30 },
  exits: { exits: { afterSeconds: 0.05, code: 3 } },
  unhealthy: { healthcheck: { healthyAfterSeconds: "never", unhealthyAfterSeconds: 6 } },
  healthy: { healthcheck: { healthyAfterSeconds: 2 } },
} as const;

describe("one update of an app with data", () => {
  it("an update sends SIGTERM after three seconds, and the next container starts 0.7 s after a fast exit", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast");
    swarm.write();
    await swarm.clock.advance(20);
    expect(swarm.times("create")).toEqual([0]);
    expect(swarm.times("kill")).toEqual([3]);
    expect(swarm.times("start")).toEqual([3.7]);
    expect(swarm.overlapSeconds).toEqual([]);
    expect(swarm.updateState).toBe("completed");
  });

  it("the prune removes the waiting container of an app that stops slowly, and another starts five seconds later", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("slow8");
    swarm.write();
    await swarm.clock.advance(12);
    expect(swarm.updateState).toBe("paused");
    expect(swarm.runningImages).toEqual([]);
    await swarm.clock.advance(20);
    expect(swarm.times("destroy")[0]).toBe(4.8);
    expect(swarm.times("die")).toEqual([11]);
    expect(swarm.times("start")).toEqual([16.7]);
    expect(swarm.overlapSeconds).toEqual([]);
  });

  it("a container that needs more than its grace is killed", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("slow30");
    swarm.write();
    await swarm.clock.advance(14);
    expect(swarm.times("die")).toEqual([13]);
  });

  it("a new grace counts from the next update on", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("slow30");
    swarm.write(stopGrace(60));
    await swarm.clock.advance(14);
    expect(swarm.times("die")).toEqual([13]);
    await swarm.clock.advance(60);
    swarm.write();
    await swarm.clock.advance(60);
    const [, second = 0] = swarm.times("die");
    expect(second - (swarm.times("kill")[1] ?? 0)).toBeCloseTo(30, 1);
  });
});

describe("two writes inside one stop window", () => {
  it("two writes inside one stop window let the third container run beside the first", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("slow30", stopGrace(60));
    swarm.write();
    await swarm.clock.advance(2.1);
    swarm.write();
    await swarm.clock.advance(60);
    expect(swarm.overlapSeconds).toEqual([expect.closeTo(28.4, 0)]);
  });

  it("an app that is scaled to zero and at once to one has two containers on its data", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("slow8");
    swarm.write(replicas(0));
    await swarm.clock.advance(2.1);
    swarm.write(replicas(1));
    await swarm.clock.advance(30);
    expect(swarm.overlapSeconds).toEqual([expect.closeTo(8.3, 0)]);
  });

  it("two writes with the stop window between them never overlap", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("slow30", stopGrace(60));
    swarm.write();
    await swarm.clock.advance(3 + 60 + 6);
    swarm.write();
    await swarm.clock.advance(80);
    expect(swarm.overlapSeconds).toEqual([]);
    expect(swarm.runningImages).toEqual(["slow30"]);
  });

  it("a deploy of an app that has stopped at zero never overlaps", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("slow8");
    swarm.write(replicas(0));
    await swarm.clock.advance(3 + 10 + 2);
    swarm.deploy("fast");
    await swarm.clock.advance(1);
    expect(swarm.runningImages).toEqual([]);
    swarm.write(replicas(1));
    await swarm.clock.advance(2);
    expect(swarm.runningImages).toEqual(["fast"]);
    expect(swarm.overlapSeconds).toEqual([]);
  });
});

describe("an image that exits at once", () => {
  it("an image that exits at once is tried every five seconds for ever, and the previous container is gone", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast");
    swarm.deploy("exits");
    await swarm.clock.advance(60);
    expect(swarm.updateState).toBe("paused");
    expect(swarm.runningImages).toEqual([]);
    // at first the prune removes every second one
    expect(swarm.times("start").slice(0, 3)).toEqual([3.7, 13.8, 18.8]);
    expect(swarm.times("start").length).toBeGreaterThan(9);
  });

  it("an image that exits at once also stops the previous container of an app without data", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast", { UpdateConfig: { Order: "start-first" } });
    swarm.deploy("exits");
    await swarm.clock.advance(4);
    expect(swarm.runningImages).toEqual([]);
  });

  it("a deploy of a good image replaces one that exits at once", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast");
    swarm.deploy("exits");
    await swarm.clock.advance(30);
    swarm.deploy("fast-next");
    await swarm.clock.advance(30);
    expect(swarm.runningImages).toEqual(["fast-next"]);
  });

  it("an image that exits is not tried again under the restart condition none", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast", { TaskTemplate: { RestartPolicy: { Condition: "none" } } });
    swarm.deploy("exits");
    await swarm.clock.advance(60);
    expect(swarm.times("start")).toEqual([3.7]);
  });
});

describe("an image that never gets healthy", () => {
  it("an image that never becomes healthy is killed and tried again, and the previous container is gone", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast");
    swarm.deploy("unhealthy");
    await swarm.clock.advance(60);
    expect(swarm.updateState).toBe("paused");
    expect(swarm.times("start").length).toBeGreaterThan(3);
    expect(swarm.swarm.services.get("app")?.tasks.some(({ state }) => state === "running")).toBe(false);
  });

  it("an image that never becomes healthy leaves the previous container of an app without data running", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast", { UpdateConfig: { Order: "start-first" } });
    swarm.deploy("unhealthy");
    await swarm.clock.advance(60);
    expect(swarm.runningImages).toContain("fast");
  });

  it("an image that never becomes healthy runs when the health check is switched off", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast", { TaskTemplate: { ContainerSpec: { Healthcheck: { Test: ["NONE"] } } } });
    swarm.deploy("unhealthy");
    await swarm.clock.advance(30);
    expect(swarm.updateState).toBe("completed");
  });
});

describe("an app without data", () => {
  it("an update of an app without data starts the next container at once and stops the previous one three seconds later", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast", { UpdateConfig: { Order: "start-first" } });
    swarm.write();
    await swarm.clock.advance(10);
    expect(swarm.times("start")).toEqual([0.2]);
    expect(swarm.times("kill")).toEqual([3.2]);
  });

  it("an update of an app without data stops the previous container when the next one is healthy", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast", { UpdateConfig: { Order: "start-first" } });
    swarm.deploy("healthy");
    await swarm.clock.advance(10);
    expect(swarm.times("kill")).toEqual([5.2]);
  });
});

describe("rollback", () => {
  it("a rollback restores the whole previous spec when the new image fails", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast", ROLLBACK);
    swarm.write({ TaskTemplate: { ContainerSpec: { Image: "exits", Env: ["A=2"] } } });
    await swarm.clock.advance(30);
    expect(swarm.runningImages).toEqual(["fast"]);
    expect(swarm.swarm.services.get("app")?.wanted.env).toEqual({});
    expect(swarm.updateState).toMatch(/^rollback_/);
  });

  it("a rollback undoes a good deploy of an app that stops slowly, because the pruned container counts as a failure", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("slow8", ROLLBACK);
    swarm.deploy("slow8-next");
    await swarm.clock.advance(40);
    expect(swarm.runningImages).toEqual(["slow8"]);
    expect(swarm.updateState).toBe("rollback_completed");
  });
});

describe("a container that can't be created", () => {
  const BIND = { Type: "bind", Source: "/captain/data/x", Target: "/data" };

  it("a container without its host path is rejected every five seconds, and starts when the directory is created", async () => {
    const swarm = new SwarmTimeline(images, BIND);
    await swarm.run("fast");
    expect(swarm.runningImages).toEqual([]);
    expect(swarm.swarm.services.get("app")?.tasks.at(-1)).toMatchObject({
      state: "rejected",
      error: 'invalid mount config for type "bind": bind source path does not exist: /captain/data/x',
    });
    swarm.data.makeHostDirectory("/captain/data/x");
    await swarm.clock.advance(10);
    expect(swarm.runningImages).toEqual(["fast"]);
  });

  it("a container that no node has memory for waits for ever, and the previous one is gone", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast");
    swarm.write({ TaskTemplate: { Resources: { Reservations: { MemoryBytes: 2 ** 40 } } } });
    await swarm.clock.advance(60);
    expect(swarm.runningImages).toEqual([]);
    expect(swarm.swarm.services.get("app")?.tasks.at(-1)?.state).toBe("pending");
  });

  it("a service that publishes a port in use is refused, and nothing changes", async () => {
    const swarm = new SwarmTimeline(images);
    const ports = { EndpointSpec: { Ports: [{ PublishedPort: 8642, TargetPort: 1, Protocol: "tcp" }] } };
    await swarm.run("fast", ports);
    expect(() => swarm.swarm.create(swarm.swarm.services.get("app")?.spec ?? {}, "other")).toThrow(
      "port '8642' is already in use by service 'app'",
    );
    expect(swarm.runningImages).toEqual(["fast"]);
  });
});

describe("removing a service", () => {
  it("a container that stops slowly runs on after its service is removed", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("slow30", stopGrace(60));
    swarm.swarm.remove("app");
    await swarm.clock.advance(14);
    expect(swarm.runningImages).toEqual(["slow30"]);
    expect(swarm.swarm.containers.isVolumeInUse("data")).toBe(true);
    await swarm.clock.advance(17);
    expect(swarm.runningImages).toEqual([]);
    expect(swarm.swarm.containers.isVolumeInUse("data")).toBe(false);
  });
});

describe("two services on one volume", () => {
  it("two services may run on one volume, and the sandbox records the overlap", async () => {
    const swarm = new SwarmTimeline(images);
    await swarm.run("fast");
    swarm.swarm.create(swarm.swarm.services.get("app")?.spec ?? {}, "other");
    await swarm.clock.advance(5);
    expect(swarm.data.overlaps).toMatchObject([{ directory: "data", until: undefined }]);
  });
});
