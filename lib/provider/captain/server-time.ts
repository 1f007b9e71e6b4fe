import type { Clock } from "./clock";

/** How far an estimate may run ahead of a `Date` header, which counts whole seconds. */
const TOLERANCE_MS = 5000;

/** The server's time, from the `Date` headers of its answers and the clock between them. */
export class ServerTime {
  private anchor: { readonly serverMs: number; readonly clockMs: number } | undefined;

  constructor(private readonly clock: Clock) {}

  observe(date: string | undefined): void {
    const dateMs = Date.parse(date ?? "");
    if (Number.isNaN(dateMs)) return;
    const clockMs = this.clock.milliseconds();
    const estimate = this.estimateMs(clockMs);
    if (estimate !== undefined && estimate >= dateMs && estimate <= dateMs + TOLERANCE_MS) return;
    this.anchor = { serverMs: dateMs, clockMs };
  }

  /** Milliseconds since the epoch; at most a second behind the server. */
  nowMs(): number {
    return this.estimateMs(this.clock.milliseconds()) ?? Date.now();
  }

  private estimateMs(clockMs: number): number | undefined {
    return this.anchor && this.anchor.serverMs + clockMs - this.anchor.clockMs;
  }
}
