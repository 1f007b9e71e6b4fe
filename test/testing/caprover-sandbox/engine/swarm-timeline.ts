import { initialSpec } from "../../../../lib/testing/caprover-sandbox/captain/app-service";
import { mergeObjects } from "../../../../lib/testing/caprover-sandbox/captain/override";
import { SimulatedClock } from "../../../../lib/testing/caprover-sandbox/engine/clock";
import { DataStore } from "../../../../lib/testing/caprover-sandbox/engine/data-store";
import type { ImageCatalogue } from "../../../../lib/testing/caprover-sandbox/engine/image";
import { ImageStore } from "../../../../lib/testing/caprover-sandbox/engine/image-store";
import type { JsonObject } from "../../../../lib/testing/caprover-sandbox/engine/json";
import { SwarmNodes } from "../../../../lib/testing/caprover-sandbox/engine/nodes";
import { Swarm } from "../../../../lib/testing/caprover-sandbox/engine/swarm";

const BARELY_MOVING = 1e-9;
const PRUNE_AFTER = 4.83;
const SECOND = 1e9;

/** A Swarm on a clock that stands still until the test moves it, with one service on one volume. */
export class SwarmTimeline {
  readonly clock = new SimulatedClock(BARELY_MOVING, new Date("2026-11-21T06:00:00Z"));
  readonly data = new DataStore(() => this.clock.now(), []);
  readonly swarm: Swarm;
  private zeroMs = 0;

  constructor(
    images: ImageCatalogue,
    private readonly mount: JsonObject = { Type: "volume", Source: "data", Target: "/data" },
  ) {
    const store = new ImageStore(images);
    this.swarm = new Swarm(this.clock, store, this.data, new SwarmNodes(store, []));
  }

  /** Makes the service and waits until its container runs. Time zero is then, and earlier events are dropped. */
  async run(image: string, over: JsonObject = {}): Promise<void> {
    const base = initialSpec("app", { serviceName: "app", volumePrefix: "" }, image);
    const stateful: JsonObject = {
      TaskTemplate: { ContainerSpec: { Mounts: [this.mount] } },
      UpdateConfig: { Order: "stop-first" },
    };
    this.swarm.create(mergeObjects(mergeObjects(base, stateful), over), "app");
    await this.clock.advance(60);
    this.swarm.containers.prune();
    this.swarm.events.length = 0;
    this.zeroMs = this.clock.milliseconds();
  }

  /** One write of CapRover: an update, and a prune of the node five seconds later. */
  write(over: JsonObject = {}): void {
    const spec = this.swarm.services.get("app")?.spec ?? {};
    this.swarm.update("app", mergeObjects(spec, over));
    this.clock.after(PRUNE_AFTER, () => this.swarm.containers.prune());
  }

  deploy(image: string): void {
    this.write({ TaskTemplate: { ContainerSpec: { Image: image } } });
  }

  /** When events of a kind happened: seconds since time zero, with one decimal. */
  times(kind: string): number[] {
    return this.swarm.events
      .filter((event) => event.kind === kind)
      .map(({ at }) => Math.round((at.getTime() - this.zeroMs) / 100) / 10);
  }

  get runningImages(): string[] {
    return this.swarm.containers.running("app").map(({ spec }) => spec.image);
  }

  get overlapSeconds(): number[] {
    const nowMs = this.clock.milliseconds();
    return this.data.overlaps.map(
      ({ from, until }) => Math.round(((until?.getTime() ?? nowMs) - from.getTime()) / 100) / 10,
    );
  }

  get updateState(): string | undefined {
    return this.swarm.services.get("app")?.updateStatus?.state;
  }
}

export function stopGrace(seconds: number): JsonObject {
  return { TaskTemplate: { ContainerSpec: { StopGracePeriod: seconds * SECOND } } };
}

export function replicas(count: number): JsonObject {
  return { Mode: { Replicated: { Replicas: count } } };
}
