/**
 * Whether another run changes the same app at this moment. Two states without a shared lock may, such as those of two CI
 * jobs. Every write carries its run's stamp, and every write follows a look at the app at once. So the run that writes
 * second finds the first one's stamp, and ends before it has written. A run whose start came after a stamp can't tell
 * whether the stamp's run died: it goes on from there, and a run that still lives finds the newcomer's stamp and ends.
 * Whoever wrote last goes on, and no stamp is ever answered with another one.
 *
 * Deploys alone can't be held apart like that: CapRover accepts a second one while it pulls for the first. It lists both
 * in its own order, and the run of the first goes on.
 */
import type { App } from "../captain/app";
import { parseStamp, type Run, type Stamp, stampsOf } from "../settings/stamp";

/** A run's start and a stamp are whole seconds of a clock that may be read a second late. */
const CLOCK_ERROR_MS = 1000;

interface Written {
  readonly stamp: Stamp;
  /** Of a deploy: its place in CapRover's list. */
  readonly version: number | undefined;
}

/** All writes of an app's own resource that the app shows: its last configuration and its deploys. */
export function writesOf(app: App): readonly Written[] {
  const configured = stampsOf(app).filter(({ by }) => by === "app");
  return [
    ...configured.map((stamp) => ({ stamp, version: undefined })),
    ...app.versions.flatMap(({ gitHash, version }) => {
      const stamp = parseStamp(gitHash);
      return stamp === undefined ? [] : [{ stamp, version }];
    }),
  ];
}

/** A run that began before the stamp had no chance to see it at its start. */
const isSurpriseFor = (stamp: Stamp, run: Run): boolean => stamp.startedMs > run.startedMs + CLOCK_ERROR_MS;

export interface FirstSight {
  readonly run: Run;
  /** Nonces of the stamps that the app had at first; undefined when that is not known. */
  readonly seen: ReadonlySet<string> | undefined;
}

/** @returns the latest stamp of another run that this run has to leave the app to */
export function rivalOf(app: App, { run, seen }: FirstSight): Stamp | undefined {
  const writes = writesOf(app);
  const isOwn = ({ stamp }: Written) => stamp.run?.nonce === run.nonce;
  const isNew = ({ stamp }: Written) =>
    isSurpriseFor(stamp, run) || (seen && !seen.has(stamp.nonce)) === true;
  const rivals = writes.filter((one) => !isOwn(one) && isNew(one));
  const comesFirst = ({ stamp, version: own }: Written) =>
    own !== undefined &&
    rivals.every(({ stamp: other, version }) => {
      const willEnd = other.run !== undefined && isSurpriseFor(stamp, other.run);
      return willEnd && (version === undefined || own < version);
    });
  if (writes.filter(isOwn).some(comesFirst)) return undefined;
  return rivals.map(({ stamp }) => stamp).sort((a, b) => b.startedMs - a.startedMs)[0];
}
