/** What was found by a row of a table, with the cause and the fix of a failure in words. */
import type { Failure, Finding } from "../hermes/condition";
import type { Remedy } from "../hermes/remedy";
import type { AgentShell } from "./access/access";

/** A finding as it is reported. */
export interface Judged {
  /** Which of several. */
  readonly of?: string;
  readonly result: "holds" | "fails" | "not-looked-at";
  /** What was seen, or why nothing was. */
  readonly seen: string;
  /** It could have been looked at: something was missing or gave no answer. */
  readonly missed?: true;
  readonly cause?: string;
  readonly fix?: string;
}

/**
 * @param id of the row
 * @param bad its failures
 * @param shell how a person reaches the agent that it is about, if it is about one
 */
export function judged(
  id: string,
  finding: Finding,
  bad: Readonly<Record<string, Failure>>,
  shell?: AgentShell,
): Judged {
  const of = finding.of === undefined ? {} : { of: finding.of };
  if ("unseen" in finding) {
    const { unseen: seen, missed } = finding;
    return { ...of, result: "not-looked-at", seen, ...(missed && { missed }) };
  }
  if ("good" in finding) return { ...of, result: "holds", seen: finding.good };
  const failure = bad[finding.bad];
  if (failure === undefined) throw new Error(`${id} has no failure ${finding.bad}`);
  const { seen, cause = failure.cause, fix = failure.fix } = finding;
  return { ...of, result: "fails", seen, cause, fix: remedyInWords(fix, shell) };
}

/** The fix as a command for the agent where it is one, else in words. */
export function remedyInWords(fix: Remedy, shell?: AgentShell): string {
  const remarks = ["hermes" in fix || "shell" in fix ? shell?.where : undefined, fix.note];
  const said = remarks.filter((remark) => remark !== undefined).join("; ");
  const note = said === "" ? "" : ` (${said})`;
  if ("hermes" in fix) return `${shell ? shell.hermes(fix.hermes) : `hermes ${fix.hermes}`}${note}`;
  if ("shell" in fix) return `${shell ? shell.sh(fix.shell) : fix.shell}${note}`;
  if ("restart" in fix) return `${shell ? shell.restart : "restart the app"}: ${fix.restart}${note}`;
  return `${fix.program}${note}`;
}
