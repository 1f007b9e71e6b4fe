/** Verified agents, for a terminal of 80 columns and for a job summary. */
import { CONDITIONS } from "../hermes/conditions";
import { hanging, oneLine } from "./text";
import type { VerifiedAgent, VerifiedCondition } from "./verified";

const MARKS = { holds: "✓", fails: "✗", "not-looked-at": "–" } as const;

/** A table for each agent, and below it the cause and the fix of each failure. */
export function asText(agents: readonly VerifiedAgent[]): string {
  return agents.map(agentAsText).join("\n\n");
}

function agentAsText({ agent, state, why, conditions }: VerifiedAgent): string {
  const reason = why === undefined ? "" : `: ${oneLine(why)}`;
  const rows = conditions.map((row) => ({ ...row, title: titleOf(row), of: undefined }));
  return [`${oneLine(agent)}: ${STATES[state]}${reason}`, ...rowsAsText(rows)].join("\n");
}

/** A row of a table, and what to do about it. */
export interface ReportedRow {
  readonly title: string;
  /** What it is about, if it is longer than a title may be. */
  readonly of?: string | undefined;
  readonly result: keyof typeof MARKS;
  readonly seen: string;
  readonly cause?: string;
  readonly fix?: string;
}

export function rowsAsText(all: readonly ReportedRow[]): readonly string[] {
  const width = Math.max(0, ...all.map(({ title }) => title.length));
  const rows = all.map(({ result, title, of, seen }) => {
    const said = result === "not-looked-at" ? `not looked at: ${seen}` : seen;
    return hanging(`  ${MARKS[result]} ${title.padEnd(width)}  `, of === undefined ? said : `${of}: ${said}`);
  });
  const fixes = all
    .filter(({ result }) => result === "fails")
    .flatMap(({ title, of, cause, fix = "" }) => [
      "",
      hanging(`  ${MARKS.fails} `, `${of === undefined ? title : `${title} ${of}`}: ${cause}`),
      // A command must be pasted in one piece.
      `    fix: ${oneLine(fix)}`,
    ]);
  return [...rows, ...fixes];
}

const STATES: Readonly<Record<VerifiedAgent["state"], string>> = {
  deployed: "deployed as declared",
  "declared-otherwise": "deployed, and the program has changed since; deploy again to apply it",
  "not-deployed": "not deployed",
  unreachable: "could not be looked at",
};

/** For the summary of a job. */
export function asMarkdown(agents: readonly VerifiedAgent[]): string {
  return agents
    .map(({ agent, state, why, conditions }) =>
      [
        `### ${cell(agent)}: ${cell(STATES[state])}`,
        ...(why === undefined ? [] : ["", cell(why)]),
        ...(conditions.length === 0
          ? []
          : ["", "| | condition | seen | cause and fix |", "|---|---|---|---|"]),
        ...conditions.map((row) => {
          const fix = row.result === "fails" ? `${row.cause}. Fix: ${row.fix}` : "";
          return `| ${MARKS[row.result]} | ${cell(titleOf(row))} | ${cell(row.seen)} | ${cell(fix)} |`;
        }),
      ].join("\n"),
    )
    .join("\n\n");
}

function titleOf({ condition, of }: VerifiedCondition): string {
  const { title } = CONDITIONS[condition];
  return of === undefined ? title : `${title}: ${oneLine(of)}`;
}

/** Text in a cell of a table, in which nothing of it has a meaning. */
export function cell(text: string): string {
  return oneLine(text).replaceAll(/[\\|<>&*_`[\]]/g, (character) => `\\${character}`);
}
