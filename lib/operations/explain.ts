/** Explains an agent's log: what each known line means, what to do, and what is missing. */
import { BAD_LINES, type BadLine } from "../hermes/bad-lines";
import { GOOD_LINES, type GoodLine } from "../hermes/good-lines";
import { isPrintedBy, type LogLine, releasesInWords, textAt } from "../hermes/log-line";
import { hasFeature, newestKnownRelease, parseRelease, type Release } from "../hermes/releases";
import type { Remedy } from "../hermes/remedy";
import type { OwnServiceName } from "../hermes/services";
import { MOST_LOG_LINES } from "./access/access";
import { shownLine } from "./known-lines";
import { timedLines } from "./log-text";

export interface ExplainedLine {
  /** Id in the table of lines. */
  readonly id: string;
  readonly kind: "good" | "bad" | "missing";
  readonly times: number;
  /** Number of the last such line, from 1. */
  readonly lineNumber?: number;
  /** The last such line. */
  readonly line?: string;
  readonly means: string;
  /** Which releases print it; absent for one that each prints. */
  readonly releases?: string;
  readonly fix?: Remedy;
}

export interface ExplainOptions {
  /** Decides which lines there can be. @default - lines of every release are explained */
  readonly release?: Release | undefined;
  /** The log goes back to the container's start, so that a missing line means something. @default false */
  readonly whole?: boolean;
  /** What the agent has; each prints a line of its own. @default - none */
  readonly services?: readonly OwnServiceName[];
  /** Its chat platforms. @default - not known */
  readonly platforms?: readonly string[];
}

export function explainLog(log: string, options: ExplainOptions = {}): readonly ExplainedLine[] {
  const { release, whole = false, services = [], platforms } = options;
  const lines = timedLines(log).map(({ text }) => text);
  const find = (id: string, row: LogLine) => {
    const test = new RegExp(row.pattern);
    const at = lines.flatMap((_, i) => (test.test(textAt(row, lines, i)) ? [i] : []));
    const last = at.at(-1);
    const releases = releasesInWords(row);
    return {
      id,
      times: at.length,
      means: row.means,
      ...(releases !== undefined && { releases }),
      ...(last !== undefined && { lineNumber: last + 1, line: shownLine(lines[last] ?? "") }),
    };
  };
  const rows = <Row extends LogLine>(table: Readonly<Record<string, Row>>) =>
    Object.entries(table).filter(([, row]) => release === undefined || isPrintedBy(row, release));

  const bad = rows<BadLine>(BAD_LINES).flatMap(([id, row]): ExplainedLine[] => {
    if (row.ofPlatforms && platforms?.length === 0) return [];
    const line = find(id, row);
    return line.times === 0 ? [] : [{ ...line, kind: "bad", fix: row.fix }];
  });
  const good = rows<GoodLine>(GOOD_LINES).map(([id, row]) => ({ row, line: find(id, row) }));
  const found = good.filter(({ line }) => line.times > 0);
  const printer = release ?? probableRelease(found.map(({ row }) => row));
  const missing = good.filter(({ row: { always }, line, row }) => {
    const due = always === true || (always !== undefined && services.includes(always));
    return whole && due && line.times === 0 && isPrintedBy(row, printer);
  });
  return [
    ...bad,
    ...missing.map(({ line }): ExplainedLine => ({ ...line, kind: "missing" })),
    ...found.map(({ line }): ExplainedLine => ({ ...line, kind: "good" })),
  ];
}

/** Whether the log of a container goes back to its start, and was not cut. */
export function isWhole(log: string): boolean {
  return log.split("\n").length <= MOST_LOG_LINES;
}

/** One that prints these lines: before the supervisor where there is a line that only earlier images print. */
function probableRelease(found: readonly LogLine[]): Release {
  const newest = newestKnownRelease();
  const early = found.some(({ until }) => until !== undefined && hasFeature(newest, until));
  const late = found.some(({ since }) => since !== undefined);
  return early && !late ? (parseRelease("v2026.5.16") ?? newest) : newest;
}
