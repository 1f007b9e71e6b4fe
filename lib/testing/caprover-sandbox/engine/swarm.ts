import type { SimulatedClock } from "./clock";
import type { ContainerEvents } from "./container";
import { ContainerStore } from "./containers";
import type { DataStore } from "./data-store";
import { EngineError } from "./errors";
import type { ProgramRequest, ProgramResponse } from "./image";
import type { ImageStore } from "./image-store";
import type { JsonObject } from "./json";
import type { SwarmNodes } from "./nodes";
import { SwarmService, Task } from "./service";
import { readSpec, type UpdatePolicy } from "./service-spec";
import { acceptSpec } from "./spec-decoder";

/**
 * Something that happened to a container (`create` to `destroy`, as Docker names its events) or to an update of a
 * service: Swarm has `paused` it, or begun a `rollback`.
 */
export interface SwarmEvent {
  /** In simulated time. */
  readonly at: Date;
  readonly kind: "create" | "start" | "kill" | "die" | "destroy" | "paused" | "rollback";
  readonly service: string;
  /** The container's name; `""` for a rollback. */
  readonly container: string;
}

/** How many seconds each step takes on a real Swarm of one node (Docker Engine 20.10). */
const CONNECTIONS_DRAIN = 3.0;
const START_AFTER_STOP = 0.7;
const START_BESIDE = 0.2;
const START_IN_EMPTY_SLOT = 0.6;
const STOP_OF_NEVER_STARTED = 1.8;
const TASK_HISTORY = 5;
/** After SIGTERM Swarm waits no longer for a container, and starts the next one beside it. */
const LONGEST_WAIT_FOR_STOP = 59.2;
/** After that time without a sign of life Swarm calls a node down. */
const NODE_DOWN_AFTER = 12;

/** A Swarm with the order of steps and the races of a real one. */
export class Swarm {
  readonly services = new Map<string, SwarmService>();
  readonly events: SwarmEvent[] = [];
  readonly containers: ContainerStore;
  private turn = 0;

  constructor(
    private readonly clock: SimulatedClock,
    images: ImageStore,
    data: DataStore,
    readonly nodes: SwarmNodes,
  ) {
    const network = (url: URL, request: ProgramRequest) =>
      this.request(url.hostname, Number(url.port || 80), request);
    this.containers = new ContainerStore(clock, images, data, nodes, network);
  }

  create(sent: JsonObject, name: string): SwarmService {
    const service = new SwarmService(name, this.accept(name, sent), this.clock.now());
    this.services.set(name, service);
    for (let slot = 1; slot <= service.wanted.replicas; slot++) this.fillSlot(service, slot);
    return service;
  }

  /** @throws EngineError when the engine refuses the spec; then nothing changes */
  update(name: string, sent: JsonObject): void {
    const service = this.services.get(name);
    if (service === undefined) throw new EngineError(404, "unexpected", `service ${name} not found`);
    const accepted = this.accept(name, sent);
    service.replaceSpec(accepted, service.spec);
    service.updateStatus = { state: "updating", startedAt: this.clock.now(), message: "update in progress" };
    this.roll(service, service.wanted.update);
  }

  /** Sends SIGTERM at once; the containers run on until they exit. */
  remove(name: string): void {
    const service = this.services.get(name);
    if (service === undefined) return;
    this.services.delete(name);
    service.generation++;
    for (const task of service.tasks) {
      task.desired = "shutdown";
      task.reachable = false;
      const { container } = task;
      if (container === undefined) continue;
      if (container.state === "running")
        this.clock.after(0.1, () => container.stop(task.spec.stopGraceSeconds));
      else this.containers.remove(container);
      task.whenEnded(() => this.containers.remove(container));
    }
  }

  /**
   * Sends a request to the service of that name, to its containers in turn. It reaches an old container until its
   * SIGTERM, which comes after CapRover's API has answered: the worst case for a client that asks whether the new
   * container is ready.
   */
  request(host: string, port: number, request: ProgramRequest): ProgramResponse | undefined {
    const service =
      this.services.get(host) ??
      [...this.services.values()].find(({ wanted }) => wanted.aliases.includes(host));
    const tasks = service?.tasks.filter(({ reachable }) => reachable) ?? [];
    const task = tasks[this.turn++ % Math.max(1, tasks.length)];
    return task?.container?.request(port, request);
  }

  private accept(name: string, sent: JsonObject): JsonObject {
    const accepted = acceptSpec(sent);
    for (const port of readSpec(accepted).publishedPorts) {
      for (const other of this.services.values()) {
        if (other.name === name || !other.wanted.publishedPorts.includes(port)) continue;
        const message = `port '${port}' is already in use by service '${other.name}' as an ingress port`;
        throw new EngineError(500, "server error", `rpc error: code = InvalidArgument desc = ${message}`);
      }
    }
    return accepted;
  }

  private roll(service: SwarmService, policy: UpdatePolicy): void {
    const { replicas } = service.wanted;
    const slots = new Set(service.tasks.map(({ slot }) => slot));
    for (let slot = 1; slot <= replicas; slot++) slots.add(slot);
    for (const slot of slots) {
      if (slot > replicas) for (const task of service.activeTasks(slot)) this.shutDown(task);
      else this.replaceSlot(service, slot, policy);
    }
    if (replicas === 0) this.finishUpdate(service, service.generation, 0);
  }

  private replaceSlot(service: SwarmService, slot: number, policy: UpdatePolicy): void {
    const old = service.activeTasks(slot);
    if (old.length === 0) this.fillSlot(service, slot);
    else if (policy.order === "stop-first") this.startAfter(old, service, slot);
    else {
      const next = this.makeTask(service, slot);
      this.clock.after(START_BESIDE, () => this.start(next));
    }
  }

  /** Waits for the tasks that are active now. A task that was being stopped already is not among them. */
  private startAfter(old: readonly Task[], service: SwarmService, slot: number): void {
    for (const task of old) this.shutDown(task);
    const next = this.makeTask(service, slot);
    let left = old.length;
    for (const task of old) {
      task.whenEnded(() => {
        left--;
        if (left === 0) this.clock.after(START_AFTER_STOP, () => this.start(next));
      });
    }
    this.clock.after(CONNECTIONS_DRAIN + LONGEST_WAIT_FOR_STOP, () => this.start(next));
  }

  /**
   * A node loses its connection and gets it back. Its containers run on. When Swarm has called it down, it makes other
   * tasks for them, which start at once when the node comes back; the containers are only told to stop then.
   */
  async cutOff(nodeId: string, seconds: number): Promise<void> {
    await this.clock.sleep(Math.min(seconds, NODE_DOWN_AFTER));
    const isDown = seconds > NODE_DOWN_AFTER;
    const lost = isDown ? [...this.services.values()].flatMap(({ tasks }) => tasks).filter(runsOn) : [];
    for (const task of lost) task.desired = "shutdown";
    await this.clock.sleep(Math.max(0, seconds - NODE_DOWN_AFTER));
    for (const { service, slot, container, spec } of lost) {
      const next = this.makeTask(service, slot);
      this.clock.after(0, () => this.start(next));
      container?.stop(spec.stopGraceSeconds);
    }

    function runsOn({ desired, container, spec }: Task): boolean {
      return desired === "running" && container?.state === "running" && spec.nodeIds.includes(nodeId);
    }
  }

  private fillSlot(service: SwarmService, slot: number): void {
    const task = this.makeTask(service, slot);
    this.clock.after(START_IN_EMPTY_SLOT, () => this.start(task));
  }

  private makeTask(service: SwarmService, slot: number): Task {
    const task = new Task(service, slot, service.wanted, service.generation);
    service.tasks.push(task);
    this.forgetOldTasks(service, slot);
    this.prepare(task);
    return task;
  }

  /** Creates the task's container. A task that no node can take waits; one that lacks something is rejected. */
  private prepare(task: Task): void {
    const holder = this.holderOfPort(task);
    if (holder !== undefined) {
      // its container is not even created, so no prune removes it
      task.state = "pending";
      holder.whenEnded(() => this.clock.after(START_AFTER_STOP, () => this.startPending(task)));
      return;
    }
    const made = this.containers.create(task, this.eventsOf(task));
    if (made === "no node") task.state = "pending";
    else if ("missing" in made) this.clock.after(0, () => this.failed(task, "rejected", made.missing));
    else task.container = made;
  }

  private holderOfPort({ spec }: Task): Task | undefined {
    return [...this.services.values()]
      .flatMap(({ tasks }) => tasks)
      .find(
        (other) =>
          other.container?.state === "running" &&
          other.spec.hostPorts.some((port) => spec.hostPorts.includes(port)) &&
          other.spec.nodeIds.join() === spec.nodeIds.join(),
      );
  }

  private startPending(task: Task): void {
    if (task.desired !== "ready" || this.services.get(task.service.name) !== task.service) return;
    task.state = "ready";
    this.prepare(task);
    this.start(task);
  }

  private start(task: Task): void {
    if (task.desired !== "ready" || task.state !== "ready") return;
    task.desired = "running";
    const { container } = task;
    if (container === undefined) return;
    const node = this.containers.nodeOf(container);
    if (node === undefined) {
      this.failed(task, "failed", `No such container: ${container.name}`);
      return;
    }
    task.state = "starting";
    const pullSeconds = this.nodes.pullSeconds(node, task.spec.image);
    const run = () => {
      if (task.ended) return;
      container.start();
      if (!container.checksHealth) this.started(task);
    };
    if (pullSeconds === 0) run();
    else this.clock.after(pullSeconds, run);
  }

  private started(task: Task): void {
    if (task.state !== "starting") return;
    const { service, slot, generation } = task;
    task.state = "running";
    task.reachable = true;
    const { monitorSeconds } = service.wanted.update;
    task.watchedUntilMs = this.clock.milliseconds() + monitorSeconds * 1000;
    for (const other of service.activeTasks(slot)) if (other !== task) this.shutDown(other);
    this.finishUpdate(service, generation, monitorSeconds);
  }

  private finishUpdate(service: SwarmService, generation: number, afterSeconds: number): void {
    this.clock.after(afterSeconds, () => {
      const status = service.updateStatus;
      if (service.generation !== generation || status === undefined) return;
      if (status.state === "updating")
        service.updateStatus = { ...status, state: "completed", message: "update completed" };
      if (status.state === "rollback_started") {
        service.updateStatus = { ...status, state: "rollback_completed", message: "rollback completed" };
      }
    });
  }

  /** Drains connections for three seconds, then sends SIGTERM. A second update does not wait for it. */
  private shutDown(task: Task): void {
    if (task.desired === "shutdown") return;
    task.desired = "shutdown";
    const { container } = task;
    if (container?.state === "running") {
      this.clock.after(CONNECTIONS_DRAIN, () => {
        task.reachable = false;
        container.stop(task.spec.stopGraceSeconds);
      });
    } else {
      this.clock.after(task.state === "ready" ? STOP_OF_NEVER_STARTED : 0, () => task.end("shutdown"));
    }
  }

  private eventsOf(task: Task): ContainerEvents {
    return {
      onEvent: (kind, container) => this.record(kind, task.service, container.name),
      onExit: ({ exitCode }) => {
        if (task.desired === "shutdown") task.end("shutdown");
        else if (exitCode === 0) this.failed(task, "complete", "");
        else this.failed(task, "failed", `task: non-zero exit (${exitCode})`);
      },
      onHealth: (container, healthy) => {
        if (healthy) this.started(task);
        else container.stop(task.spec.stopGraceSeconds);
      },
    };
  }

  private failed(task: Task, state: "complete" | "failed" | "rejected", error: string): void {
    if (task.ended) return;
    const { service } = task;
    const wasDesired = task.desired !== "shutdown";
    task.desired = "shutdown";
    task.end(state, error);
    if (!wasDesired || this.services.get(service.name) !== service) return;
    this.restart(task, state);
    const counts = task.watchedUntilMs === undefined || this.clock.milliseconds() <= task.watchedUntilMs;
    if (counts && task.generation === service.generation) this.onUpdateFailure(task);
  }

  private restart(task: Task, state: "complete" | "failed" | "rejected"): void {
    const { service, slot, generation } = task;
    const { condition, delaySeconds, maxAttempts } = task.spec.restart;
    const attempts = service.restarts.get(slot) ?? 0;
    if (condition === "none" || (condition === "on-failure" && state === "complete")) return;
    if (maxAttempts > 0 && attempts >= maxAttempts) return;
    service.restarts.set(slot, attempts + 1);
    if (state === "rejected") {
      this.clock.after(delaySeconds, () => {
        if (service.generation !== generation || this.services.get(service.name) !== service) return;
        this.start(this.makeTask(service, slot));
      });
      return;
    }
    // the container is created before the delay, so a prune in that time removes it
    const next = this.makeTask(service, slot);
    this.clock.after(delaySeconds, () => this.start(next));
  }

  private onUpdateFailure(task: Task): void {
    const { service } = task;
    const status = service.updateStatus;
    if (status === undefined) return;
    const message = `update paused due to failure or early termination of task ${task.id}`;
    const at = { startedAt: this.clock.now(), message };
    if (status.state === "rollback_started") {
      service.updateStatus = { ...at, state: "rollback_paused" };
    } else if (status.state === "updating") {
      const { failureAction } = service.wanted.update;
      if (failureAction === "rollback" && service.previousSpec !== undefined) {
        this.rollBack(service, service.previousSpec);
      } else if (failureAction === "pause") {
        service.updateStatus = { ...at, state: "paused" };
        this.record("paused", service, task.container?.name ?? "");
      }
    }
  }

  /** Swarm restores the whole previous spec, image and environment too. CapRover learns nothing of it. */
  private rollBack(service: SwarmService, previous: JsonObject): void {
    this.record("rollback", service, "");
    service.replaceSpec(previous, service.spec);
    service.updateStatus = {
      state: "rollback_started",
      startedAt: this.clock.now(),
      message: "rolling back",
    };
    this.roll(service, service.wanted.rollback);
  }

  private forgetOldTasks(service: SwarmService, slot: number): void {
    const ended = service.tasks.filter((task) => task.slot === slot && task.ended);
    for (const task of ended.slice(0, -TASK_HISTORY)) {
      if (task.container !== undefined) this.containers.remove(task.container);
      service.tasks = service.tasks.filter((other) => other !== task);
    }
  }

  private record(kind: SwarmEvent["kind"], service: SwarmService, container: string): void {
    this.events.push({ at: this.clock.now(), kind, service: service.name, container });
  }
}
