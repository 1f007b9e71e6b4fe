/**
 * What is true of an agent that works: one row for each condition, with what it looks at, and the cause and the fix of
 * each way in which it can fail. `verify` judges by these rows, and the table of docs/operating.md is made from them.
 *
 * Why so many: `/health` answers 200 with no model, a dead token or a damaged database, and the exit codes of
 * `hermes status`, `doctor` and `auth status` are 0 whatever they find (0.14.0 to 0.19.0, run).
 */

import { type Condition, failuresMarkdown, type WayFromOutside } from "./condition";
import { CONTAINER_CONDITIONS } from "./container-conditions";
import { DATA_CONDITIONS } from "./data-conditions";
import { LOG_CONDITIONS } from "./log-conditions";
import { code, docsTable } from "./markdown";
import { MODEL_CONDITIONS } from "./model-conditions";
import { SERVICE_CONDITIONS } from "./service-conditions";
import { TERMINAL_CONDITIONS } from "./terminal-conditions";

export const CONDITIONS = {
  ...CONTAINER_CONDITIONS,
  ...SERVICE_CONDITIONS,
  ...MODEL_CONDITIONS,
  ...TERMINAL_CONDITIONS,
  ...DATA_CONDITIONS,
  ...LOG_CONDITIONS,
} as const satisfies Readonly<Record<string, Condition>>;

export type ConditionId = keyof typeof CONDITIONS;

/** Part of the public interface: scripts read them. */
export const CONDITION_IDS: readonly ConditionId[] = Object.keys(CONDITIONS).filter(isConditionId);

function isConditionId(id: string): id is ConditionId {
  return Object.hasOwn(CONDITIONS, id);
}

/** The table of docs/operating.md. */
export function conditionsMarkdown(): string {
  const rows = Object.entries<Condition>(CONDITIONS).map(([id, { title, shows, outside, bad }]) => {
    const failures = failuresMarkdown(bad, (failure) => `\`${failure}\`: `);
    return [`${title} (${code(id)})`, shows, waysInWords(outside), failures];
  });
  return docsTable(["condition", "what it shows", "from outside", "failures, each with its fix"], rows);
}

const WAYS: Readonly<Record<WayFromOutside, string>> = {
  openly: "yes",
  login: "with the dashboard's login",
  key: "with the API key",
};

function waysInWords(ways: readonly WayFromOutside[] = []): string {
  return ways.length === 0 ? "no" : ways.map((way) => WAYS[way]).join(" or ");
}
