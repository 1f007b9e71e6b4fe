import type { Wanted } from "./planner";
import type { Probe, ReadyConditions } from "./ready";

/** What one app is to become, and when it counts as running. */
export interface Target extends Wanted {
  readonly appName: string;
  readonly persistent: boolean;
  /** Undefined when an apply does not wait. */
  readonly ready: ReadyConditions | undefined;
  readonly credentials: Probe["credentials"];
}
