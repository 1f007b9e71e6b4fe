/**
 * CapRover does not record when an app was changed, or whether the change reached the engine. So each write carries a
 * stamp that the app list shows: a tag for a change of configuration, the git hash for a deploy. A process that finds a
 * stamp that it can't confirm knows that a write was cut off, and until when containers may still be stopping.
 */
import { createHash, randomBytes } from "node:crypto";
import { type App, deployed } from "../captain/app";

/** Which resource wrote: each resource that changes an app recognises its own writes. */
export type Stamper = "app" | "ssl" | "redirect";

/** What a write says of the app's creation: nothing, that the app was never started, or that it starts it. */
export type CreationMark = "none" | "unstarted" | "started";

/** One apply: all of its stamps carry it. */
export interface Run {
  /** The server's time at its start, in milliseconds since the epoch. */
  readonly startedMs: number;
  readonly nonce: string;
  /** Digest of the configuration's owner; empty without one. */
  readonly owner: string;
}

export interface Stamp {
  /** The server's time at the write, in milliseconds since the epoch. */
  readonly startedMs: number;
  /** How long previous containers may still run after it. */
  readonly windowSeconds: number;
  readonly nonce: string;
  readonly by: Stamper;
  readonly creation: CreationMark;
  /** Undefined for a stamp of version 0.1.0. */
  readonly run: Run | undefined;
  /** Of the captain-definition that was deployed; else empty. */
  readonly fingerprint: string;
}

/** What was written for whom, by the digit that stands for it. */
const MARKS = ["app", "unstarted", "started", "ssl", "redirect"] as const;
type Mark = (typeof MARKS)[number];

const RUN_NONCE_BYTES = 4;
const WRITE_NONCE_BYTES = 2;
const OWNER_LENGTH = 8;
/** Seconds from the run's start to the write, in base 36. */
const LONGEST_RUN = "zzzz";
const PATTERN =
  /^terraform-([0-9a-z]{1,9})-([0-9a-z]{1,4})-([0-9a-f]{12})-([0-4])([0-9a-z]{1,4})(?:-([0-9a-f]{8}))?(?:-([0-9a-f]{16}))?$/;
/** As version 0.1.0 wrote it. */
const FIRST_PATTERN =
  /^terraform-([0-9a-z]{1,9})-([0-9a-z]{1,4})-([0-9a-f]{12})(?:-(new|ssl|redirect))?(?:-([0-9a-f]{16}))?$/;
const FIRST_MARKS: ReadonlyMap<string, Mark> = new Map([
  ["new", "unstarted"],
  ["ssl", "ssl"],
  ["redirect", "redirect"],
]);
/** Longer than any sensible stop: a longer window in a tag is not believed. */
const LONGEST_WINDOW_SECONDS = 24 * 3600;

const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** @param owner as the provider's configuration has it; empty for none */
export function newRun(startedMs: number, owner: string): Run {
  const digest = createHash("sha256").update(owner).digest("hex").slice(0, OWNER_LENGTH);
  return {
    startedMs: wholeSecond(startedMs),
    nonce: randomBytes(RUN_NONCE_BYTES).toString("hex"),
    owner: owner === "" ? "" : digest,
  };
}

/** @param startedMs the server's time now */
export function newStamp(
  run: Run,
  startedMs: number,
  windowSeconds: number,
  more: Partial<Pick<Stamp, "by" | "creation" | "fingerprint">> = {},
): Stamp {
  return {
    startedMs: wholeSecond(Math.max(startedMs, run.startedMs)),
    windowSeconds: Math.ceil(windowSeconds),
    nonce: run.nonce + randomBytes(WRITE_NONCE_BYTES).toString("hex"),
    by: "app",
    creation: "none",
    run,
    fingerprint: "",
    ...more,
  };
}

export function formatStamp({ by, creation, run, fingerprint, ...stamp }: Stamp): string {
  const windowSeconds = Math.min(stamp.windowSeconds, LONGEST_WINDOW_SECONDS);
  const parts = ["terraform", base36(stamp.startedMs / 1000), base36(windowSeconds), stamp.nonce];
  const mark = creation === "none" ? by : creation;
  const age = base36((stamp.startedMs - (run?.startedMs ?? stamp.startedMs)) / 1000);
  const ageInReach = age.length > LONGEST_RUN.length ? LONGEST_RUN : age;
  const ends = [`${MARKS.indexOf(mark)}${ageInReach}`, run?.owner ?? "", fingerprint];
  return [...parts, ...ends.filter((end) => end !== "")].join("-");
}

const base36 = (whole: number): string => Math.floor(whole).toString(36);

/** @returns undefined for a text that is no stamp */
export function parseStamp(text: string): Stamp | undefined {
  const [, seconds = "", window = "", nonce = "", digit, age = "", owner = "", fingerprint = ""] =
    PATTERN.exec(text) ?? [];
  if (digit === undefined) return parseFirstStamp(text);
  const startedMs = Number.parseInt(seconds, 36) * 1000;
  const run: Run = {
    startedMs: startedMs - Number.parseInt(age, 36) * 1000,
    nonce: nonce.slice(0, 2 * RUN_NONCE_BYTES),
    owner,
  };
  return { ...whenAndWhat(seconds, window, MARKS[Number(digit)] ?? "app"), nonce, run, fingerprint };
}

function parseFirstStamp(text: string): Stamp | undefined {
  const [, seconds, window, nonce, mark = "", fingerprint = ""] = FIRST_PATTERN.exec(text) ?? [];
  if (seconds === undefined || window === undefined || nonce === undefined) return undefined;
  const what = FIRST_MARKS.get(mark) ?? "app";
  return { ...whenAndWhat(seconds, window, what), nonce, run: undefined, fingerprint };
}

function whenAndWhat(seconds: string, window: string, mark: Mark) {
  const isCreation = mark === "unstarted" || mark === "started";
  return {
    startedMs: Number.parseInt(seconds, 36) * 1000,
    windowSeconds: Math.min(Number.parseInt(window, 36), LONGEST_WINDOW_SECONDS),
    by: isCreation ? "app" : mark,
    creation: isCreation ? mark : "none",
  } as const;
}

export const isStamp = (tag: string): boolean => parseStamp(tag) !== undefined;

/** The stamps of the last changes of configuration: one for each resource that made one. */
export const stampsOf = (app: App): readonly Stamp[] => app.tags.flatMap((tag) => parseStamp(tag) ?? []);

export const stampOf = (app: App, stamper: Stamper): Stamp | undefined =>
  stampsOf(app).findLast(({ by }) => by === stamper);

/** The stamp of the last change by the app's own resource. */
export const writeStamp = (app: App): Stamp | undefined => stampOf(app, "app");

/** The stamp of the current image's deploy; undefined when somebody else deployed it. */
export function deployStamp(app: App): Stamp | undefined {
  return parseStamp(deployed(app)?.gitHash ?? "");
}
