/**
 * The order of a stop, and how its time is divided: s6 stops the dashboard, then the gateways, then everything else.
 */
import { hasFeature, type Release } from "./releases";

/** The longest times of a stop besides that of the gateways, in seconds. */
export const STOP_SECONDS = {
  /**
   * By itself s6-rc waits for the dashboard without limit, and one half-sent request would keep the dashboard running
   * for ever.
   */
  dashboard: 5,
  /** s6 always sleeps for the whole time, whatever still runs. An exec'd `hermes chat` needs half a second to end. */
  everythingElse: 2,
  /** The time between the last signal of the stop and the engine's kill. */
  spare: 8,
} as const;

/** A gateway whose turn is cut off needs 5 s for its teardown. */
const SHORTEST_GATEWAYS_SECONDS = 5;

const BESIDE_GATEWAYS = STOP_SECONDS.dashboard + STOP_SECONDS.everythingElse + STOP_SECONDS.spare;

export const SHORTEST_STOP_SECONDS = BESIDE_GATEWAYS + SHORTEST_GATEWAYS_SECONDS;

const DEFAULT_STOP_SECONDS = 45;

/** Upstream's own budget for a stop that meets a cron job is 70 s (PR #96445). */
const DEFAULT_STOP_SECONDS_WITH_CRON = 75;

/** The gateways' part of the stop grace. */
export function gatewaysStopSeconds(stopGraceSeconds: number): number {
  return stopGraceSeconds - BESIDE_GATEWAYS;
}

/** @param longest the longest stop that the target allows, in seconds */
export function defaultStopSeconds(release: Release, longest = Number.POSITIVE_INFINITY): number {
  const withCron = hasFeature(release, "cronStopBudget") && longest >= DEFAULT_STOP_SECONDS_WITH_CRON;
  return withCron ? DEFAULT_STOP_SECONDS_WITH_CRON : DEFAULT_STOP_SECONDS;
}

/** The time that a gateway needs after the wait for work in flight, to record that work and to close its databases. */
const CLEANUP_SECONDS = 10;

/**
 * Settings that make Hermes' waits for work in flight end before the gateways are killed, if the release's own
 * defaults are longer. Values in the volume's config.yaml that exceed the defaults are not changed.
 */
export function drainSettings(
  release: Release,
  stopGraceSeconds: number,
): { readonly [section: string]: Readonly<Record<string, number>> } {
  const longest = gatewaysStopSeconds(stopGraceSeconds) - CLEANUP_SECONDS;
  const agent = Object.fromEntries(
    DRAINS.filter(({ has, seconds }) => has(release) && seconds > longest).map(({ setting }) => [
      setting,
      Math.max(0, longest),
    ]),
  );
  return Object.keys(agent).length > 0 ? { agent } : {};
}

/** Hermes' waits at a stop, each with its default in the releases that have it. */
const DRAINS: readonly {
  readonly setting: string;
  readonly seconds: number;
  readonly has: (release: Release) => boolean;
}[] = [
  {
    setting: "restart_drain_timeout",
    seconds: 180,
    has: (release) => !hasFeature(release, "turnsCutAtStop"),
  },
  { setting: "cron_drain_timeout", seconds: 30, has: (release) => hasFeature(release, "cronDrain") },
];
