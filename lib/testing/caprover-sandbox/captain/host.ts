import { Captain } from "./captain";
import type { CaptainState } from "./state";

/** What answers at CapRover's address: its process, or, while there is none, what a client meets instead. */
export type CaptainPhase = "up" | "unreachable" | "failing" | "not ready";

const GRACE_SECONDS = 13;
const UNREACHABLE_SECONDS = { restart: 1.7, crash: 6 };
const FAILING_SECONDS = 1.5;
const NOT_READY_SECONDS = 23.5;

/** The service of CapRover itself: one process, or none for half a minute. */
export class CaptainHost {
  phase: CaptainPhase = "up";
  captain: Captain;
  /** Called when the process ends; its connections break. */
  onGone: () => void = () => {};

  constructor(private readonly state: CaptainState) {
    this.captain = new Captain(state);
  }

  /** The old process answers for a while longer, then there is none. Resolves when the new one answers. */
  async restart(): Promise<void> {
    await this.state.clock.sleep(GRACE_SECONDS);
    await this.replace(UNREACHABLE_SECONDS.restart);
  }

  /** The process and its work end at once. Resolves when the new one answers. */
  crash(): Promise<void> {
    return this.replace(UNREACHABLE_SECONDS.crash);
  }

  private async replace(unreachableSeconds: number): Promise<void> {
    const { clock } = this.state;
    this.captain.process.kill();
    this.captain = new Captain(this.state);
    this.phase = "unreachable";
    this.onGone();
    await clock.sleep(unreachableSeconds);
    this.phase = "failing";
    await clock.sleep(FAILING_SECONDS);
    this.phase = "not ready";
    await clock.sleep(NOT_READY_SECONDS);
    this.captain.boot();
    this.phase = "up";
  }
}
