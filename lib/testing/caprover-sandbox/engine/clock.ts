/**
 * Environment variable by which another process (a provider under test) learns how much faster than the
 * wall the sandbox's clock runs. Both read the same wall clock and multiply by the same factor, so a wait of
 * n simulated seconds in one is a wait of n simulated seconds in the other.
 */
export const CLOCK_SPEED_VARIABLE = "CAPROVER_CLOCK_SPEED";

export interface ScheduledAction {
  cancel(): void;
}

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly action: () => void;
}

/** Node's timers reach no further; a clock as slow as that moves by `advance` alone. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Simulated time: a queue of events worked off in the order of their due time, paced by the wall clock times
 * a factor. Because an event always sees its own due time as "now", what the simulation does depends on the
 * schedule alone; a busy machine makes it late, never different.
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

  /** @param speed simulated seconds in one second of the wall */
  constructor(
    readonly speed: number,
    start: Date = new Date(),
  ) {
    if (!(speed > 0 && Number.isFinite(speed))) {
      throw new RangeError(`the speed of a clock is a number above 0, not ${speed}`);
    }
    this.startMs = start.getTime();
    this.nowMs = this.startMs;
  }

  now(): Date {
    return new Date(this.milliseconds());
  }

  /** Simulated milliseconds since the epoch; never runs backwards. */
  milliseconds(): number {
    if (this.working === undefined) this.nowMs = Math.max(this.nowMs, this.paceMs());
    return this.nowMs;
  }

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

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => this.after(seconds, resolve));
  }

  /** Jumps ahead: everything due in the next `seconds` happens now, in order. */
  async advance(seconds: number): Promise<void> {
    const targetMs = this.milliseconds() + seconds * 1000;
    while (this.working !== undefined) await this.working;
    await this.work(() => targetMs);
    this.skippedMs += Math.max(0, targetMs - this.paceMs());
  }

  /**
   * Works off what is due. Whoever comes from outside sees no time then that lies before his own: to him the clock of
   * a busy machine, which is late, would seem to run behind.
   */
  async catchUp(): Promise<void> {
    while (this.working !== undefined) await this.working;
    await this.work(() => this.paceMs());
  }

  /** Waits in simulated time until the condition holds. */
  async until(condition: () => boolean, timeoutSeconds: number, what = "the condition"): Promise<void> {
    const deadlineMs = this.milliseconds() + timeoutSeconds * 1000;
    while (!condition()) {
      if (this.milliseconds() > deadlineMs) {
        throw new Error(`${what} did not come true within ${timeoutSeconds} simulated seconds`);
      }
      await this.sleep(0.1);
    }
  }

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
      // what awaits this event goes on, and may schedule more, before time moves
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.nowMs = Math.max(this.nowMs, limitMs());
  }
}
