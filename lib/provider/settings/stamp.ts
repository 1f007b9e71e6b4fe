/**
 * CapRover does not record when an app was changed, or whether the change reached the engine. So each write carries a
 * stamp that the app list shows: a tag for a change of configuration, the git hash for a deploy. A process that finds a
 * stamp that it can't confirm knows that a write was cut off, and until when containers may still be stopping.
 */
import { randomBytes } from "node:crypto";
import { type App, deployed } from "../captain/app";

/** Which resource wrote: each resource that changes an app recognises its own writes. */
export type Stamper = "app" | "ssl" | "redirect";

export interface Stamp {
  /** The server's time at the write, in milliseconds since the epoch. */
  readonly startedMs: number;
  /** How long previous containers may still run after it. */
  readonly windowSeconds: number;
  readonly nonce: string;
  readonly by: Stamper;
  /** The app is being created and was never started. */
  readonly isCreation: boolean;
  /** Of the captain-definition that was deployed; else empty. */
  readonly fingerprint: string;
}

const PATTERN =
  /^terraform-([0-9a-z]{1,9})-([0-9a-z]{1,4})-([0-9a-f]{12})(?:-(new|ssl|redirect))?(?:-([0-9a-f]{16}))?$/;
/** Longer than any sensible stop: a longer window in a tag is not believed. */
const LONGEST_WINDOW_SECONDS = 24 * 3600;

export function newStamp(
  startedMs: number,
  windowSeconds: number,
  more: Partial<Pick<Stamp, "by" | "isCreation" | "fingerprint">> = {},
): Stamp {
  return {
    startedMs: Math.floor(startedMs / 1000) * 1000,
    windowSeconds: Math.ceil(windowSeconds),
    nonce: randomBytes(6).toString("hex"),
    by: "app",
    isCreation: false,
    fingerprint: "",
    ...more,
  };
}

export function formatStamp({ startedMs, windowSeconds, nonce, by, isCreation, fingerprint }: Stamp): string {
  const seconds = Math.floor(startedMs / 1000).toString(36);
  const parts = ["terraform", seconds, Math.min(windowSeconds, LONGEST_WINDOW_SECONDS).toString(36), nonce];
  const who = by === "app" ? (isCreation ? "new" : "") : by;
  const ends = [who, fingerprint].filter((end) => end !== "");
  return [...parts, ...ends].join("-");
}

/** @returns undefined for a text that is no stamp */
export function parseStamp(text: string): Stamp | undefined {
  const [, seconds, window, nonce, by, fingerprint = ""] = PATTERN.exec(text) ?? [];
  if (seconds === undefined || window === undefined || nonce === undefined) return undefined;
  return {
    startedMs: Number.parseInt(seconds, 36) * 1000,
    windowSeconds: Math.min(Number.parseInt(window, 36), LONGEST_WINDOW_SECONDS),
    nonce,
    by: by === "ssl" || by === "redirect" ? by : "app",
    isCreation: by === "new",
    fingerprint,
  };
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
