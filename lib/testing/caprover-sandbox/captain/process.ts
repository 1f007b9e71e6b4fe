import type { ScheduledAction, SimulatedClock } from "../engine/clock";

/** Life of one process of the captain: what it was about to do when it died never happens. */
export class CaptainProcess {
  private alive = true;
  /** a write request is being worked off; every other one gets 429 */
  writing = false;
  /** called once, when an app is saved and the engine has not been told */
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

  /** Never resolves once the process is dead. */
  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => this.after(seconds, resolve));
  }

  after(seconds: number, action: () => void): ScheduledAction {
    return this.clock.after(seconds, () => {
      if (this.alive) action();
    });
  }
}
