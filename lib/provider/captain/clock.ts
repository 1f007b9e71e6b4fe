import { setTimeout as wait } from "node:timers/promises";
import { isLoopback } from "../../caprover-server/url";

/**
 * Environment variable: how many times faster the provider's waits pass, beside a sandbox with an equally fast clock.
 */
export const CLOCK_SPEED_VARIABLE = "CAPROVER_CLOCK_SPEED";

/** With a fast clock too, a busy machine needs this long for an answer. */
const SHORTEST_TIMEOUT_MS = 3000;

/** The server's clock: real time, or the time of a sandbox, which passes faster. */
export class Clock {
  /** @param speed the clock's seconds in one real second */
  constructor(private readonly speed = 1) {}

  /** Since an arbitrary moment. Never goes back. */
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

  /** How long to wait for an answer, in real milliseconds. */
  timeoutMs(seconds: number): number {
    const ms = (seconds * 1000) / this.speed;
    return this.speed === 1 ? ms : Math.max(SHORTEST_TIMEOUT_MS, ms);
  }
}

/** Waits are shortened only for a server on loopback. */
export function speedFor(url: URL, text: string | undefined): number {
  const speed = Number(text ?? 1);
  return isLoopback(url) && speed > 0 && Number.isFinite(speed) ? speed : 1;
}
