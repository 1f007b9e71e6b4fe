/** The starts of a CapRover app, which only its log tells: Swarm starts what has ended again, and nothing counts it. */
import { CONTAINERS_OF_A_LOOP, LOOP_SECONDS } from "../hermes/container-conditions";
import { GOOD_LINES, type GoodLine } from "../hermes/good-lines";
import { isPrintedBy, type LogLine } from "../hermes/log-line";
import type { AppStarts } from "../hermes/observation";
import type { Release } from "../hermes/releases";
import { timedLines } from "./log-text";

const RECENT_MS = 600_000;

/** What a container prints before the line by which its start is known comes in these seconds. */
const BOOT_MS = 10_000;

/** @returns undefined for a log without a start */
export function appStartsIn(log: string, release: Release, nowMs: number): AppStarts | undefined {
  const timesOf = (rows: readonly LogLine[], sinceMs: number) => {
    const tests = rows.filter((row) => isPrintedBy(row, release)).map(({ pattern }) => new RegExp(pattern));
    return timedLines(log).flatMap(({ text, atMs }) =>
      atMs !== undefined && atMs >= sinceMs && tests.some((test) => test.test(text)) ? [atMs] : [],
    );
  };
  const starts = timesOf(CONTAINER_STARTS, 0);
  if (starts.length === 0) return undefined;
  const lastMs = Math.max(...starts);
  const recentMs = nowMs - RECENT_MS;
  const gateways = timesOf([GOOD_LINES.gateway], recentMs).length;
  // The supervisor names each gateway that it starts at the boot; without it there is one.
  const booted = Math.max(
    timesOf([GOOD_LINES.reconciled], recentMs - BOOT_MS).length,
    timesOf(CONTAINER_STARTS, recentMs - BOOT_MS).length,
  );
  return {
    container: starts.filter((atMs) => atMs >= nowMs - LOOP_SECONDS * 1000).length,
    gateway: Math.max(0, gateways - booted),
    lastMs,
  };
}

const CONTAINER_STARTS = Object.values<GoodLine>(GOOD_LINES).filter(({ oncePerStart }) => oncePerStart);

/**
 * From when on lines of the log are the container's own: the log goes on over the containers of an app. Of one in a
 * restart loop the last start says nothing yet.
 */
export function ownLinesSince({ container, lastMs }: AppStarts): number {
  const isLoop = container >= CONTAINERS_OF_A_LOOP;
  return lastMs - (isLoop ? LOOP_SECONDS * 1000 : BOOT_MS);
}
