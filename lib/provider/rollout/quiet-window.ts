/** How long previous containers of an app may still run after a write. */
import { type App, hasOnlyPlaceholder } from "../captain/app";
import { DEFAULT_STOP_GRACE_SECONDS, readOverride } from "../settings/override";
import { deployStamp, stampsOf } from "../settings/stamp";

export interface StopTime {
  /** The longest that a container may take to stop, by the previous configuration and the wanted one. */
  readonly longestStopSeconds: number;
}

/**
 * SIGTERM comes 3 s after an update. When CapRover prunes the waiting new container, it takes 6 s more after the grace.
 */
const DRAIN_SECONDS = 3;
const PRUNE_SECONDS = 6;

/** How long previous containers may run after a write, at most. */
export function windowSeconds(
  app: Pick<App, "serviceOverride"> | undefined,
  { longestStopSeconds }: StopTime,
): number {
  const saved = app === undefined ? null : readOverride(app).stopGraceSeconds;
  return DRAIN_SECONDS + Math.max(saved ?? 0, longestStopSeconds, DEFAULT_STOP_GRACE_SECONDS) + PRUNE_SECONDS;
}

/**
 * From when on no container of an earlier write runs. An app without data does not have to wait.
 *
 * @param ownQuietAtMs the same for the writes that this process made or remembers
 */
export function quietFromMs(
  app: App | undefined,
  strangeSinceMs: number | undefined,
  stop: StopTime,
  ownQuietAtMs: number,
): number {
  if (app === undefined || !app.persistent) return 0;
  const stamps = [...stampsOf(app), deployStamp(app)].flatMap((stamp) => stamp ?? []);
  // the placeholder of a new app has no data
  const isFresh = stamps.length === 0 && app.volumes.length === 0 && hasOnlyPlaceholder(app);
  if (isFresh || strangeSinceMs === undefined) return ownQuietAtMs;
  // the container that stops may be from before that write, and have a longer grace
  const seconds = Math.max(windowSeconds(app, stop), ...stamps.map((stamp) => stamp.windowSeconds));
  return Math.max(ownQuietAtMs, strangeSinceMs + seconds * 1000);
}
