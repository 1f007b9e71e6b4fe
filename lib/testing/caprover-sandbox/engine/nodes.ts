import type { ImageStore } from "./image-store";
import type { ServiceSpec } from "./service-spec";

/** A node of the Swarm. */
export interface SwarmNode {
  readonly id: string;
  readonly hostname: string;
  readonly nanoCpus: number;
  readonly memoryBytes: number;
}

const nodeOf = (id: string, hostname: string): SwarmNode => ({
  id,
  hostname,
  nanoCpus: 2e9,
  memoryBytes: 8 * 2 ** 30,
});

/** The leader, on which CapRover runs and pulls images, and workers, each of which pulls images for itself. */
export class SwarmNodes {
  readonly leader = nodeOf("node1", "sandbox");
  readonly all: readonly SwarmNode[];
  /** The worker's id and the image, for each pull of a worker. */
  private readonly pulledByWorkers = new Set<string>();

  constructor(
    private readonly images: ImageStore,
    workers: readonly string[],
  ) {
    this.all = [this.leader, ...workers.map((id) => nodeOf(id, id))];
  }

  /** The node for a container of the service; `undefined` when none can take it. */
  find(spec: ServiceSpec): SwarmNode | undefined {
    return this.all.find(
      (node) =>
        spec.nodeIds.every((id) => id === node.id) &&
        spec.reservedMemoryBytes <= node.memoryBytes &&
        spec.reservedNanoCpus <= node.nanoCpus,
    );
  }

  /** How long a container waits for its image. The leader has pulled it already; a worker pulls it at the first start. */
  pullSeconds(node: SwarmNode, image: string): number {
    const pull = `${node.id} ${image}`;
    if (node === this.leader || this.pulledByWorkers.has(pull)) return 0;
    this.pulledByWorkers.add(pull);
    return this.images.firstPullSeconds(image);
  }
}
