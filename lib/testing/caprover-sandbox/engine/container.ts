import { randomBytes } from "node:crypto";
import type { ScheduledAction, SimulatedClock } from "./clock";
import type { DataDirectory, DataStore } from "./data-store";
import type { LogLine, ProgramContext, ProgramRequest, ProgramResponse, SimulatedImage } from "./image";
import type { ServiceSpec } from "./service-spec";

/** A line that a container has written. */
export interface ContainerLogLine {
  /** In simulated time. */
  readonly at: Date;
  readonly stream: "stdout" | "stderr";
  readonly line: string;
}

export interface ContainerEvents {
  readonly onExit: (container: Container) => void;
  readonly onHealth: (container: Container, healthy: boolean) => void;
  readonly onEvent: (kind: "create" | "start" | "kill" | "die" | "destroy", container: Container) => void;
}

/** What answers a request to another container; `undefined` when nothing does. */
export type ContainerNetwork = (url: URL, request: ProgramRequest) => ProgramResponse | undefined;

const KILLED = 137;

/** One container: it is created, perhaps started, it exits, and is removed. */
export class Container {
  readonly id = randomBytes(32).toString("hex");
  readonly log: ContainerLogLine[] = [];
  readonly mounts: Readonly<Record<string, DataDirectory>>;
  state: "created" | "running" | "exited" = "created";
  /** A prune or Swarm has removed it; CapRover's API no longer shows its log. */
  removed = false;
  exitCode: number | undefined;
  startedAt: Date | undefined;
  exitedAt: Date | undefined;
  private stopping = false;
  private readonly scheduled: ScheduledAction[] = [];

  constructor(
    readonly name: string,
    readonly spec: ServiceSpec,
    private readonly image: SimulatedImage,
    private readonly clock: SimulatedClock,
    private readonly data: DataStore,
    private readonly network: ContainerNetwork,
    private readonly events: ContainerEvents,
  ) {
    this.mounts = this.resolveMounts();
    events.onEvent("create", this);
  }

  /** A health check decides when the container counts as running. */
  get checksHealth(): boolean {
    if (this.spec.healthcheck === "none") return false;
    return this.spec.healthcheck === "own" || this.image.healthcheck !== undefined;
  }

  start(): void {
    this.state = "running";
    this.startedAt = this.clock.now();
    this.data.hold(this.name, Object.values(this.mounts));
    this.events.onEvent("start", this);
    const context = this.context();
    this.image.onStart?.(context);
    const lines = this.image.logLines ?? [];
    for (const line of typeof lines === "function" ? lines(context) : lines) this.scheduleLine(line);
    const exits = this.image.exits;
    if (exits !== undefined) this.schedule(exits.afterSeconds, () => this.exit(exits.code));
    if (this.checksHealth) this.watchHealth();
  }

  /** Sends SIGTERM, and SIGKILL when the grace is over. */
  stop(graceSeconds: number): void {
    if (this.state !== "running" || this.stopping) return;
    this.stopping = true;
    this.events.onEvent("kill", this);
    const needed = this.image.stopSeconds ?? 0.02;
    const killed = needed > graceSeconds;
    this.schedule(killed ? graceSeconds : needed, () => this.exit(killed ? KILLED : 0));
  }

  exit(code: number): void {
    if (this.state !== "running") return;
    for (const action of this.scheduled) action.cancel();
    this.state = "exited";
    this.exitCode = code;
    this.exitedAt = this.clock.now();
    this.data.release(this.name);
    this.events.onEvent("die", this);
    this.events.onExit(this);
  }

  remove(): void {
    if (this.removed) return;
    this.removed = true;
    this.events.onEvent("destroy", this);
  }

  /** What the program answers on a port of the container; `undefined` when nothing listens there. */
  request(port: number, request: ProgramRequest): ProgramResponse | undefined {
    if (this.state !== "running" || this.startedAt === undefined) return undefined;
    const listensAtMs = this.startedAt.getTime() + (this.image.startSeconds ?? 0) * 1000;
    if (this.clock.milliseconds() < listensAtMs) return undefined;
    const { ports } = this.image;
    if (ports === undefined) {
      return port === 80 ? { status: 200, body: `${this.spec.image}\n` } : undefined;
    }
    const context = this.context();
    return (typeof ports === "function" ? ports(context) : ports)[port]?.(request, context);
  }

  private watchHealth(): void {
    const { healthyAfterSeconds, unhealthyAfterSeconds = 8 } = this.image.healthcheck ?? {
      healthyAfterSeconds: this.image.startSeconds ?? 0,
    };
    if (healthyAfterSeconds === "never") {
      this.schedule(unhealthyAfterSeconds, () => this.events.onHealth(this, false));
    } else {
      this.schedule(healthyAfterSeconds, () => this.events.onHealth(this, true));
    }
  }

  private resolveMounts(): Record<string, DataDirectory> {
    const resolved: Record<string, DataDirectory> = {};
    for (const { type, source, target } of this.spec.mounts) {
      if (type === "bind") resolved[target] = this.data.makeHostDirectory(source);
      if (type === "volume") {
        resolved[target] =
          source === "" ? this.data.anonymous() : this.data.makeVolume(source, this.image.content?.[target]);
      }
    }
    for (const path of this.image.volumes ?? []) resolved[path] ??= this.data.anonymous();
    return resolved;
  }

  private context(): ProgramContext {
    return {
      containerName: this.name,
      image: this.spec.image,
      args: this.spec.args,
      command: this.spec.command,
      env: this.spec.env,
      mounts: Object.fromEntries(Object.entries(this.mounts).map(([path, { files }]) => [path, files])),
      startedAt: this.startedAt ?? this.clock.now(),
      log: (line, stream = "stdout") => this.write(line, stream),
      exit: (code) => this.schedule(0, () => this.exit(code)),
      send: (url, request) => this.network(new URL(url), request),
    };
  }

  private scheduleLine({ afterSeconds = 0, line, stream = "stdout" }: LogLine): void {
    if (afterSeconds === 0) this.write(line, stream);
    else this.schedule(afterSeconds, () => this.write(line, stream));
  }

  private write(line: string, stream: "stdout" | "stderr"): void {
    this.log.push({ at: this.clock.now(), stream, line });
  }

  private schedule(seconds: number, action: () => void): void {
    this.scheduled.push(this.clock.after(seconds, action));
  }
}
