/** The known lines in a log, shown without what is secret in them. */
import { BAD_LINES, type BadLine, linesOf } from "../hermes/log-lines";
import type { Release } from "../hermes/releases";
import { credentialIn } from "../support/credentials";

/** The patterns of the lines that the release prints there. */
export function logPatterns(release: Release, file: BadLine["file"]) {
  return linesOf<BadLine>(BAD_LINES, release)
    .filter(([, row]) => row.file === undefined || row.file === file)
    .map(([id, { pattern }]) => ({ id, pattern }));
}

/** The last line of each kind. @param file the container's log if left out */
export function linesFound(
  log: string,
  release: Release,
  file?: BadLine["file"],
): Readonly<Record<string, string>> {
  const patterns = logPatterns(release, file).map(({ id, pattern }) => ({ id, test: new RegExp(pattern) }));
  const found: Record<string, string> = {};
  for (const line of log.split("\n"))
    for (const { id, test } of patterns) if (test.test(line)) found[id] = shownLine(line);
  return found;
}

/** Hermes does not mask every token that it prints. */
export function shownLine(line: string): string {
  const credential = credentialIn(line);
  return credential === undefined ? line.trim().slice(0, 300) : `(a line with ${credential}, not shown)`;
}
