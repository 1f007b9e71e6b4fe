import type { Wanted } from "./planner";
import type { Probe, ReadyConditions } from "./ready";

/** What one app is to become, and when it counts as running. */
export interface Target extends Wanted {
  readonly appName: string;
  readonly persistent: boolean;
  readonly ready: ReadyConditions;
  readonly credentials: Probe["credentials"];
}
