import type { SimulatedClock } from "./clock";
import { Container, type ContainerEvents, type ContainerNetwork } from "./container";
import type { DataStore } from "./data-store";
import type { ImageStore } from "./image-store";
import type { SwarmNode, SwarmNodes } from "./nodes";
import type { Task } from "./service";

/** The containers that exist, each on its node. */
export class ContainerStore {
  private readonly containers = new Map<Container, SwarmNode>();

  constructor(
    private readonly clock: SimulatedClock,
    private readonly images: ImageStore,
    private readonly data: DataStore,
    private readonly nodes: SwarmNodes,
    private readonly network: ContainerNetwork,
  ) {}

  /** The task's container, or why there is none. */
  create(task: Task, events: ContainerEvents): Container | "no node" | { readonly missing: string } {
    const { spec, service, slot, id } = task;
    const node = this.nodes.find(spec);
    if (node === undefined) return "no node";
    const path = spec.mounts.find(
      ({ type, source }) => type === "bind" && this.data.hostDirectory(source) === undefined,
    );
    if (path !== undefined) {
      const reason = `invalid mount config for type "bind": bind source path does not exist: ${path.source}`;
      return { missing: reason };
    }
    const image = this.images.find(spec.image);
    if (image === undefined) return { missing: `No such image: ${spec.image}` };
    const name = `${service.name}.${slot}.${id}`;
    const container = new Container(name, spec, image, this.clock, this.data, this.network, events);
    this.containers.set(container, node);
    return container;
  }

  /** `undefined` for a container that was removed. */
  nodeOf(container: Container): SwarmNode | undefined {
    return this.containers.get(container);
  }

  remove(container: Container): void {
    container.remove();
    this.containers.delete(container);
  }

  /** `docker container prune` on the leader: it removes created containers as well as exited ones. */
  prune(): void {
    for (const [container, node] of this.containers)
      if (container.state !== "running" && node === this.nodes.leader) this.remove(container);
  }

  /** @param serviceName all services where it is left out */
  running(serviceName?: string): Container[] {
    return [...this.containers.keys()].filter(
      ({ state, name }) =>
        state === "running" && (serviceName === undefined || name.startsWith(`${serviceName}.`)),
    );
  }

  isVolumeInUse(name: string): boolean {
    return [...this.containers.keys()].some(({ mounts }) =>
      Object.values(mounts).some((directory) => directory.kind === "volume" && directory.name === name),
    );
  }
}
