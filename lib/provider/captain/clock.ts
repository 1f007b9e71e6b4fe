import { setTimeout as wait } from "node:timers/promises";
import { isLoopback } from "./url";

/** Makes the waits of the provider as much shorter; beside a sandbox whose clock runs as much faster. */
export const CLOCK_SPEED_VARIABLE = "CAPROVER_CLOCK_SPEED";

/** However fast the clock, a busy machine needs this long for an answer. */
const SHORTEST_TIMEOUT_MS = 3000;

/** Time as the captain lives it: the wall's, or a sandbox's that runs faster. */
export class Clock {
  /** @param speed seconds of the captain in one second of the wall */
  constructor(private readonly speed = 1) {}

  /** Counts up from an arbitrary moment. */
  milliseconds(): number {
    return performance.now() * this.speed;
  }

  /** @throws the signal's reason when it aborts first */
  async sleep(seconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      await wait(Math.max(0, seconds * 1000) / this.speed, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  /** How long to wait for an answer, on the wall's clock. */
  timeoutMs(seconds: number): number {
    const ms = (seconds * 1000) / this.speed;
    return this.speed === 1 ? ms : Math.max(SHORTEST_TIMEOUT_MS, ms);
  }
}

/** Against a captain on another machine no wait is ever cut short. */
export function speedFor(url: URL, text: string | undefined): number {
  const speed = Number(text ?? 1);
  return isLoopback(url) && speed > 0 && Number.isFinite(speed) ? speed : 1;
}
