/**
 * The environment variable that tells another process, such as the CapRover provider under test, the speed of the
 * sandbox's clock. Both processes multiply real time by it, so a wait of n simulated seconds in one is a wait of n
 * simulated seconds in the other.
 */
export const CLOCK_SPEED_VARIABLE = "CAPROVER_CLOCK_SPEED";

/** An action that waits for its time. */
export interface ScheduledAction {
  /** Does nothing when the action has run already. */
  cancel(): void;
}

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly action: () => void;
}

/** Node's longest timer. A clock too slow for it moves by `advance` alone. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Simulated time. It runs faster than real time by a factor, and its actions run in the order of their time. An
 * action always sees its own time as now, so the schedule alone decides what happens: on a busy machine it happens
 * later, never differently.
 */
export class SimulatedClock {
  private readonly queue: Entry[] = [];
  private readonly wallStartMs = performance.now();
  private readonly startMs: number;
  private nowMs: number;
  private skippedMs = 0;
  private order = 0;
  private working: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** @throws RangeError for a speed that is no number above 0 */
  constructor(
    /** Simulated seconds in one real second. */
    readonly speed: number,
    start: Date = new Date(),
  ) {
    if (!(speed > 0 && Number.isFinite(speed))) {
      throw new RangeError(`speed = ${speed}: must be a number above 0, in simulated seconds a real second`);
    }
    this.startMs = start.getTime();
    this.nowMs = this.startMs;
  }

  /** The simulated date. */
  now(): Date {
    return new Date(this.milliseconds());
  }

  /** Simulated milliseconds since 1970; they never decrease. */
  milliseconds(): number {
    if (this.working === undefined) this.nowMs = Math.max(this.nowMs, this.paceMs());
    return this.nowMs;
  }

  /** Runs an action in so many simulated seconds. */
  after(seconds: number, action: () => void): ScheduledAction {
    const entry: Entry = { dueMs: this.milliseconds() + seconds * 1000, order: this.order++, action };
    const at = this.queue.findIndex((other) => other.dueMs > entry.dueMs);
    this.queue.splice(at === -1 ? this.queue.length : at, 0, entry);
    this.arm();
    return {
      cancel: () => {
        const index = this.queue.indexOf(entry);
        if (index !== -1) this.queue.splice(index, 1);
      },
    };
  }

  /** Resolves in so many simulated seconds. */
  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => this.after(seconds, resolve));
  }

  /** Jumps ahead: everything that is due in the next `seconds` happens now, in its order. */
  async advance(seconds: number): Promise<void> {
    const targetMs = this.milliseconds() + seconds * 1000;
    while (this.working !== undefined) await this.working;
    await this.work(() => targetMs);
    this.skippedMs += Math.max(0, targetMs - this.paceMs());
  }

  /**
   * Runs every action that is due. On a busy machine the clock is late; after this call a request from outside never
   * sees a time before its own.
   */
  async catchUp(): Promise<void> {
    while (this.working !== undefined) await this.working;
    await this.work(() => this.paceMs());
  }

  /**
   * Waits until the condition holds, and looks every 0.1 simulated seconds.
   * @param what the condition in words, for the error
   * @throws Error after `timeoutSeconds` simulated seconds
   */
  async until(condition: () => boolean, timeoutSeconds: number, what = "the condition"): Promise<void> {
    const deadlineMs = this.milliseconds() + timeoutSeconds * 1000;
    while (!condition()) {
      if (this.milliseconds() > deadlineMs) {
        throw new Error(`${what} did not come true within ${timeoutSeconds} simulated seconds`);
      }
      await this.sleep(0.1);
    }
  }

  /** Drops every action that waits. `CapRoverSandbox.stop()` calls it. */
  stop(): void {
    this.stopped = true;
    this.queue.length = 0;
    clearTimeout(this.timer);
  }

  private paceMs(): number {
    return this.startMs + this.skippedMs + (performance.now() - this.wallStartMs) * this.speed;
  }

  private arm(): void {
    const next = this.queue[0];
    clearTimeout(this.timer);
    if (this.stopped || this.working !== undefined || next === undefined) return;
    const waitMs = Math.max(0, (next.dueMs - this.paceMs()) / this.speed);
    if (waitMs > LONGEST_TIMER_MS) return;
    this.timer = setTimeout(() => {
      if (this.working === undefined) void this.work(() => this.paceMs());
    }, waitMs);
  }

  private async work(limitMs: () => number): Promise<void> {
    this.working = this.runUntil(limitMs);
    await this.working;
    this.working = undefined;
    this.arm();
  }

  private async runUntil(limitMs: () => number): Promise<void> {
    for (;;) {
      const next = this.queue[0];
      if (next === undefined || next.dueMs > limitMs()) break;
      this.queue.shift();
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.action();
      // code that awaited this action continues, and may schedule more, before time moves
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.nowMs = Math.max(this.nowMs, limitMs());
  }
}
