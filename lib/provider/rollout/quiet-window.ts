/** How long previous containers of an app may still run after a write. */
import { type App, hasOnlyPlaceholder } from "../captain/app";
import { DEFAULT_STOP_GRACE_SECONDS, readOverride } from "../settings/override";
import { deployStamp, stampsOf } from "../settings/stamp";

export interface StopTime {
  /** The longest that a container may take to stop, by the previous configuration and the wanted one. */
  readonly longestStopSeconds: number;
}

/** SIGTERM comes 3 s after an update; after the grace, a pruned successor needs 6 s more. */
const DRAIN_SECONDS = 3;
const PRUNE_SECONDS = 6;

/** How long after a write containers of before may run, at most. */
export function windowSeconds(
  app: Pick<App, "serviceOverride"> | undefined,
  { longestStopSeconds }: StopTime,
): number {
  const saved = app === undefined ? null : readOverride(app).stopGraceSeconds;
  return DRAIN_SECONDS + Math.max(saved ?? 0, longestStopSeconds, DEFAULT_STOP_GRACE_SECONDS) + PRUNE_SECONDS;
}

/**
 * From when on no container of an earlier write runs. An app without data needs no such care.
 *
 * @param ownQuietAtMs the same of the writes that this process made or remembers
 */
export function quietFromMs(
  app: App | undefined,
  strangeSinceMs: number | undefined,
  stop: StopTime,
  ownQuietAtMs: number,
): number {
  if (app === undefined || !app.persistent) return 0;
  const stamps = [...stampsOf(app), deployStamp(app)].flatMap((stamp) => stamp ?? []);
  // a fresh app's placeholder has no data
  const isFresh = stamps.length === 0 && app.volumes.length === 0 && hasOnlyPlaceholder(app);
  if (isFresh || strangeSinceMs === undefined) return ownQuietAtMs;
  // what stops may be a container of before that write, with a longer grace
  const seconds = Math.max(windowSeconds(app, stop), ...stamps.map((stamp) => stamp.windowSeconds));
  return Math.max(ownQuietAtMs, strangeSinceMs + seconds * 1000);
}
