/** How a stop goes, and how its time is divided: s6 stops the dashboard, then the gateways, then everything else. */
import { hasFeature, type Release } from "./releases";

/** What the stop takes at most besides the gateways, in seconds. */
export const STOP_SECONDS = {
  /** s6-rc waits for the dashboard without limit, and one half-sent request would keep it for ever. */
  dashboard: 5,
  /** s6 sleeps it whole, whatever is alive; an exec'd `hermes chat` needs half a second for its end. */
  everythingElse: 2,
  /** Between the last signal of the stop and the engine's kill. */
  spare: 8,
} as const;

/** The teardown of a gateway whose turn is cut off takes 5 s. */
const SHORTEST_GATEWAYS_SECONDS = 5;

const BESIDE_GATEWAYS = STOP_SECONDS.dashboard + STOP_SECONDS.everythingElse + STOP_SECONDS.spare;

export const SHORTEST_STOP_SECONDS = BESIDE_GATEWAYS + SHORTEST_GATEWAYS_SECONDS;

const DEFAULT_STOP_SECONDS = 45;

/** Upstream's own budget for a stop that meets a cron job is 70 s (PR #96445). */
const DEFAULT_STOP_SECONDS_WITH_CRON = 75;

/** What the gateways have of it. */
export function gatewaysStopSeconds(stopGraceSeconds: number): number {
  return stopGraceSeconds - BESIDE_GATEWAYS;
}

/** @param longest what the place allows, in seconds */
export function defaultStopSeconds(release: Release, longest = Number.POSITIVE_INFINITY): number {
  const withCron = hasFeature(release, "cronStopBudget") && longest >= DEFAULT_STOP_SECONDS_WITH_CRON;
  return withCron ? DEFAULT_STOP_SECONDS_WITH_CRON : DEFAULT_STOP_SECONDS;
}

/** After the wait for work in flight, what a gateway takes to record it and to close its databases. */
const CLEANUP_SECONDS = 10;

/**
 * Settings that make Hermes' waits for work in flight end before the gateways are killed, where the release's own
 * defaults do not. What the volume's config.yaml says beyond the defaults is left alone.
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

/** Hermes' waits at a stop, with the default of the releases that have one. */
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
