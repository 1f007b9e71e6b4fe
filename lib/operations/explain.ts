/** Explains an agent's log: what each known line means, what to do, and what is missing. */
import {
  BAD_LINES,
  type BadLine,
  GOOD_LINES,
  type GoodLine,
  type LogLine,
  linesOf,
  textAt,
} from "../hermes/log-lines";
import type { Release } from "../hermes/releases";
import type { Remedy } from "../hermes/remedy";
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
  readonly fix?: Remedy;
}

/**
 * @param release decides which lines there can be
 * @param whole the log goes back to the container's start, so that a missing line means something
 */
export function explainLog(log: string, release: Release, whole: boolean): readonly ExplainedLine[] {
  const lines = timedLines(log).map(({ text }) => text);
  const found = (id: string, row: LogLine) => {
    const test = new RegExp(row.pattern);
    const at = lines.flatMap((_, i) => (test.test(textAt(row, lines, i)) ? [i] : []));
    const last = at.at(-1);
    return {
      id,
      times: at.length,
      means: row.means,
      ...(last !== undefined && { lineNumber: last + 1, line: shownLine(lines[last] ?? "") }),
    };
  };
  const bad = linesOf<BadLine>(BAD_LINES, release).flatMap(([id, row]): ExplainedLine[] => {
    const line = found(id, row);
    return line.times === 0 ? [] : [{ ...line, kind: "bad", fix: row.fix }];
  });
  const good = linesOf<GoodLine>(GOOD_LINES, release).flatMap(([id, row]): ExplainedLine[] => {
    const line = found(id, row);
    if (line.times > 0) return [{ ...line, kind: "good" }];
    return row.always && whole ? [{ ...line, kind: "missing" }] : [];
  });
  return [
    ...bad,
    ...good.filter(({ kind }) => kind === "missing"),
    ...good.filter(({ kind }) => kind === "good"),
  ];
}
