/** Verified agents, for a terminal of 80 columns and for a job summary. */
import { CONDITIONS } from "../hermes/conditions";
import { code, escaped } from "./markdown";
import { inColumns } from "./table";
import { hanging, oneLine, wrapped } from "./text";
import type { VerifiedAgent, VerifiedCondition } from "./verified";

/** Of what was looked at. */
export const MARKS = { holds: "✓", fails: "✗", "not-looked-at": "–" } as const;

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
  const before = BESIDE_TITLE + Math.max(0, ...all.map(({ title }) => title.length));
  const cells = all.map(({ result, title, of, seen }) => {
    const said = result === "not-looked-at" ? `not looked at: ${seen}` : seen;
    return [`${MARKS[result]} ${title}`, wrapped(of === undefined ? said : `${of}: ${said}`, before)];
  });
  const fixes = all
    .filter(({ result }) => result === "fails")
    .flatMap(({ title, of, cause, fix = "" }) => [
      "",
      hanging(`  ${MARKS.fails} `, `${of === undefined ? title : `${title} ${of}`}: ${cause}`),
      // A command must be pasted in one piece.
      `    fix: ${oneLine(fix)}`,
    ]);
  return [...inColumns(cells, INDENT), ...fixes];
}

const INDENT = 2;
/** Columns before the title with its mark, and behind it. */
const BESIDE_TITLE = INDENT + 2 + 2;

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
        `### ${code(agent)}: ${STATES[state]}`,
        ...(why === undefined ? [] : ["", code(why)]),
        ...(conditions.length === 0
          ? []
          : ["", "| | condition | seen | cause and fix |", "|---|---|---|---|"]),
        ...conditions.map((row) => {
          const fix =
            row.result === "fails" ? `${escaped(row.cause ?? "")}. Fix: ${code(row.fix ?? "")}` : "";
          return `| ${MARKS[row.result]} | ${code(titleOf(row))} | ${code(row.seen)} | ${fix} |`;
        }),
      ].join("\n"),
    )
    .join("\n\n");
}

function titleOf({ condition, of }: VerifiedCondition): string {
  const { title } = CONDITIONS[condition];
  return of === undefined ? title : `${title}: ${oneLine(of)}`;
}
