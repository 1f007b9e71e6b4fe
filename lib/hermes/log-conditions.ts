/** What the log of an agent that works does not say. */

import { BAD_LINES, type BadLine } from "./bad-lines";
import { type Condition, type DeclaredAgent, look, row } from "./condition";
import { CONTAINER_CONDITIONS } from "./container-conditions";
import { DATA_CONDITIONS } from "./data-conditions";
import { isUnseen, type Observation } from "./observation";
import { READ_LOGS } from "./remedy";
import { SERVICE_CONDITIONS } from "./service-conditions";

/** The conditions that look at what there is, and not at what was printed of it. */
const OTHERS: Readonly<Record<string, Condition>> = {
  ...CONTAINER_CONDITIONS,
  ...SERVICE_CONDITIONS,
  ...DATA_CONDITIONS,
};

export const LOG_CONDITIONS = {
  gatewayMode: row({
    title: "gateway mode",
    shows: "The log shows the gateway, and nothing of the interactive CLI.",
    outside: ["openly"],
    bad: {
      interactive: { cause: BAD_LINES.interactive.means, fix: BAD_LINES.interactive.fix },
    },
    find({ logLines }) {
      return look(logLines, (lines) => {
        const line = lines["interactive"];
        return line === undefined ? { good: "yes" } : { bad: "interactive", seen: line };
      });
    },
  }),

  log: row({
    title: "log",
    shows:
      "Since the last start, no line tells of a failure. A line about something that holds again by now does not count.",
    outside: ["openly", "login"],
    bad: { line: { cause: "the log tells of a failure", fix: READ_LOGS } },
    find(seen, declared) {
      const { logLines } = seen;
      if (logLines === undefined || isUnseen(logLines)) return look(logLines, () => ({ good: "" }));
      const known: Readonly<Record<string, BadLine>> = BAD_LINES;
      const found = Object.entries(logLines).flatMap(([id, line]) => {
        const row = known[id];
        if (row === undefined || SHOWN_APART.has(id) || !concerns(row, declared)) return [];
        if (row.shownBy !== undefined && holds(row.shownBy, seen, declared)) return [];
        return [{ of: id, bad: "line" as const, seen: line, cause: row.means, fix: row.fix }];
      });
      return found.length > 0 ? found : [{ good: "no known failure" }];
    },
  }),
} as const;

/** Lines by which conditions of their own judge. */
const SHOWN_APART: ReadonlySet<string> = new Set([
  "interactive",
  "contextBlocked",
  "contextCut",
  "mcpFailed",
]);

function concerns({ ofPlatforms }: BadLine, { platforms }: DeclaredAgent): boolean {
  return ofPlatforms !== true || Object.keys(platforms).length > 0;
}

/** It was looked at, and nothing of it fails. What can't be seen, such as a profile that is stopped, prints nothing. */
function holds(id: string, seen: Observation, declared: DeclaredAgent): boolean {
  const found = OTHERS[id]?.find(seen, declared) ?? [];
  return found.some((finding) => "good" in finding) && !found.some((finding) => "bad" in finding);
}
