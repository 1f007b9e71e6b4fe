/** The known lines in a log, shown without what is secret in them. */
import { BAD_LINES, type BadLine } from "../hermes/bad-lines";
import { linesOf, textAt } from "../hermes/log-line";
import type { Release } from "../hermes/releases";
import { credentialIn } from "../support/credentials";
import { timedLines } from "./log-text";

/** The patterns of the lines that the release prints there. */
export function logPatterns(release: Release, file: BadLine["file"]) {
  return linesOf<BadLine>(BAD_LINES, release)
    .filter(([, row]) => row.file === undefined || row.file === file)
    .map(([id, { pattern, twoLines, atBoot, repeatsSeconds }]) => ({
      id,
      pattern,
      twoLines,
      atBoot,
      repeatsSeconds,
    }));
}

interface LogSource {
  /** The container's log if left out. */
  readonly file?: BadLine["file"];
  /** The gateway's last start, if it is known. */
  readonly startedMs?: number | undefined;
}

/** The last line of each kind that is still true. */
export function linesFound(
  log: string,
  release: Release,
  { file, startedMs }: LogSource = {},
): Readonly<Record<string, string>> {
  const patterns = logPatterns(release, file).map((row) => ({ ...row, test: new RegExp(row.pattern) }));
  const now = Date.now();
  const found: Record<string, string> = {};
  const lines = timedLines(log);
  const texts = lines.map(({ text }) => text);
  for (const [at, { text, atMs }] of lines.entries())
    for (const row of patterns) {
      const before = !row.atBoot && atMs !== undefined && startedMs !== undefined && atMs < startedMs;
      const longAgo =
        row.repeatsSeconds !== undefined && atMs !== undefined && now - atMs > 4000 * row.repeatsSeconds;
      if (!before && !longAgo && row.test.test(textAt(row, texts, at))) found[row.id] = shownLine(text);
    }
  return found;
}

/** Hermes does not mask every token that it prints. */
export function shownLine(line: string): string {
  const credential = credentialIn(line);
  return credential === undefined ? line.trim().slice(0, 300) : `(a line with ${credential}, not shown)`;
}
