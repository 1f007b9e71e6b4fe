import { randomBytes } from "node:crypto";
import type { Container } from "./container";
import type { JsonObject } from "./json";
import { readSpec, type ServiceSpec } from "./service-spec";

export type TaskState =
  | "pending"
  | "ready"
  | "starting"
  | "running"
  | "complete"
  | "shutdown"
  | "failed"
  | "rejected";

/** One attempt to run a container of a service. */
export class Task {
  readonly id = randomBytes(12).toString("hex");
  desired: "ready" | "running" | "shutdown" = "ready";
  state: TaskState = "ready";
  error = "";
  container: Container | undefined;
  /** It is in the service's DNS, so requests reach it. */
  reachable = false;
  /** Until when a failure counts against the update that made the task; `undefined` before the start. */
  watchedUntilMs: number | undefined;
  private readonly onEnd: (() => void)[] = [];

  constructor(
    readonly service: SwarmService,
    readonly slot: number,
    /** The service's spec when the task was made. */
    readonly spec: ServiceSpec,
    /** The update that made the task. */
    readonly generation: number,
  ) {}

  get ended(): boolean {
    return ["complete", "shutdown", "failed", "rejected"].includes(this.state);
  }

  end(state: "complete" | "shutdown" | "failed" | "rejected", error = ""): void {
    if (this.ended) return;
    this.state = state;
    this.error = error;
    this.reachable = false;
    for (const listener of this.onEnd.splice(0)) listener();
  }

  whenEnded(listener: () => void): void {
    if (this.ended) listener();
    else this.onEnd.push(listener);
  }
}

/** How an update of a service goes, as `docker service inspect` shows it. */
export interface UpdateStatus {
  state: "updating" | "paused" | "completed" | "rollback_started" | "rollback_paused" | "rollback_completed";
  /** In simulated time. */
  startedAt: Date;
  message: string;
}

/** A Swarm service: its spec, the previous one, and the tasks made for it. */
export class SwarmService {
  readonly createdAt: Date;
  tasks: Task[] = [];
  previousSpec: JsonObject | undefined;
  updateStatus: UpdateStatus | undefined;
  /** Counts updates and rollbacks; events of an older generation change nothing. */
  generation = 0;
  readonly restarts = new Map<number, number>();
  private current: ServiceSpec;

  constructor(
    readonly name: string,
    public spec: JsonObject,
    now: Date,
  ) {
    this.createdAt = now;
    this.current = readSpec(spec);
  }

  get wanted(): ServiceSpec {
    return this.current;
  }

  replaceSpec(spec: JsonObject, previous: JsonObject | undefined): void {
    this.previousSpec = previous;
    this.spec = spec;
    this.current = readSpec(spec);
    this.generation++;
    this.restarts.clear();
  }

  /** The tasks that Swarm wants to run, now or next. */
  activeTasks(slot: number): Task[] {
    return this.tasks.filter((task) => task.slot === slot && task.desired !== "shutdown");
  }
}
