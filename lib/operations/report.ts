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
  const width = Math.max(0, ...conditions.map((row) => titleOf(row).length));
  const rows = conditions.map((row) => {
    const seen = row.result === "not-looked-at" ? `not looked at: ${row.seen}` : row.seen;
    return hanging(`  ${MARKS[row.result]} ${titleOf(row).padEnd(width)}  `, seen);
  });
  const failures = conditions.filter(({ result }) => result === "fails");
  const fixes = failures.flatMap((row) => [
    "",
    hanging(`  ${MARKS.fails} `, `${titleOf(row)}: ${row.cause}`),
    // A command must be pasted in one piece.
    `    fix: ${oneLine(row.fix ?? "")}`,
  ]);
  const reason = why === undefined ? "" : `: ${oneLine(why)}`;
  return [`${oneLine(agent)}: ${STATES[state]}${reason}`, ...rows, ...fixes].join("\n");
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

function cell(text: string): string {
  return oneLine(text).replaceAll(/[\\|<>&*_`[\]]/g, (character) => `\\${character}`);
}
