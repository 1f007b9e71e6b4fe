/** One line of a log that this library knows. */
import { type Feature, firstReleaseWith, hasFeature, type Release } from "./releases";

export interface LogLine {
  /** A regular expression that both JavaScript and Python read in the same way. */
  readonly pattern: string;
  /** Hermes breaks it: the pattern is for the line with the one after it. */
  readonly twoLines?: true;
  /** Which file has it. @default - the container's log */
  readonly file?: "agent.log";
  /** The first release that prints it. @default - every release */
  readonly since?: Feature;
  /** The feature that ended it. */
  readonly until?: Feature;
  /** What it says, as a sentence. */
  readonly means: string;
}

/** The lines that the release prints, by their ids. */
export function linesOf<Row extends LogLine>(
  table: Readonly<Record<string, Row>>,
  release: Release,
): readonly (readonly [string, Row])[] {
  return Object.entries(table).filter(([, row]) => isPrintedBy(row, release));
}

export function isPrintedBy({ since, until }: LogLine, release: Release): boolean {
  return (
    (since === undefined || hasFeature(release, since)) &&
    (until === undefined || !hasFeature(release, until))
  );
}

/** Which releases print it; undefined for each. */
export function releasesInWords({ since, until }: LogLine): string | undefined {
  const parts = [
    ...(since === undefined ? [] : [`from ${firstReleaseWith(since)} on`]),
    ...(until === undefined ? [] : [`before ${firstReleaseWith(until)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** What the row's pattern is for, in the line of that index. */
export function textAt(
  { twoLines }: { readonly twoLines?: true | undefined },
  lines: readonly string[],
  at: number,
): string {
  const text = lines[at] ?? "";
  return twoLines ? `${text} ${lines[at + 1] ?? ""}` : text;
}

/** The longest plain text in each alternative of a pattern, which has no groups. */
export function textsOf({ pattern }: LogLine): readonly string[] {
  return pattern.split("|").map((alternative) => {
    const parts = alternative.match(/(?:[^\\^$.*+?()[\]{}]|\\[^A-Za-z0-9])+/g) ?? [];
    const texts = parts.map((part) => part.replaceAll(/\\(.)/g, "$1"));
    return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
  });
}
