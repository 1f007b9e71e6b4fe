import type { ScheduledAction, SimulatedClock } from "../engine/clock";

/** The life of one process of CapRover. What a dead process still had to do never happens. */
export class CaptainProcess {
  private alive = true;
  /** A write request is at work; any other write gets HTTP 429. */
  writing = false;
  /** Called once, when an app is saved and the engine has not been told yet. */
  onSaved: (() => void) | undefined;

  constructor(readonly clock: SimulatedClock) {}

  saved(): void {
    const listener = this.onSaved;
    this.onSaved = undefined;
    listener?.();
  }

  kill(): void {
    this.alive = false;
  }

  /** Never resolves when the process dies before. */
  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => this.after(seconds, resolve));
  }

  after(seconds: number, action: () => void): ScheduledAction {
    return this.clock.after(seconds, () => {
      if (this.alive) action();
    });
  }
}
