import { Command } from "commander";
import { code, docsTable } from "../hermes/markdown";
import { RULES } from "../targets";
import { print } from "./answer";

export const rulesCommand = () =>
  new Command("rules")
    .description("prints every rule: what is refused, and why")
    .option("--json", "the answer for scripts")
    .action((options: { readonly json?: boolean }) => {
      const rows = ruleRows();
      print(options, rows, () => rulesMarkdown(rows).trimEnd());
    });

export interface RuleRow {
  readonly id: string;
  readonly severity: string;
  readonly refuses: string;
  readonly because: string;
  readonly seen: string;
  readonly acknowledge: boolean;
  readonly references: readonly string[];
}

/** Every rule, in the order of the table in the code. */
export function ruleRows(): readonly RuleRow[] {
  return Object.entries(RULES).map(([id, { severity, refuses, because, seen, final, references }]) => ({
    id,
    severity,
    refuses,
    because,
    seen,
    acknowledge: final !== true,
    references: references ?? [],
  }));
}

/** The table of docs/rules.md. */
export function rulesMarkdown(rows: readonly RuleRow[]): string {
  const lines = rows.map(({ id, severity, refuses, because, seen, acknowledge, references }) => {
    const sources = [seen, ...references.map(link)].join("; ");
    const effect = severity === "error" ? `refused${acknowledge ? "" : ", always"}` : "warning";
    return [code(id), effect, refuses, because, sources];
  });
  return docsTable(["rule", "effect", "what", "because", "how it was seen"], lines);
}

/** `#123`, `PR #123` and commits belong to Hermes Agent; `owner/name#123` names its repository. */
function link(reference: string): string {
  const [, owner, number] = /^(?:PR |([\w.-]+\/[\w.-]+))?#(\d+)$/.exec(reference) ?? [];
  if (number !== undefined) {
    return `[${reference}](https://github.com/${owner ?? "NousResearch/hermes-agent"}/issues/${number})`;
  }
  return `[${reference}](https://github.com/NousResearch/hermes-agent/commit/${reference})`;
}
