/** What a rule is. Rules are pure: they look at plain facts and say what is wrong; who enforces them is elsewhere. */

export type Severity = "error" | "warning";

export interface Violation {
  /** The prop that carries the value, such as `env.HERMES_HOME`. */
  readonly prop: string;
  /** The value, as it may be shown. */
  readonly value?: string | undefined;
  /** What it would do, as a clause, where it is more than the rule's own summary. */
  readonly problem?: string;
  readonly allowed?: string;
  readonly fix: string;
}

export interface Rule<Subject> {
  readonly severity: Severity;
  /** What is refused, as a clause: the sentence of the docs table. */
  readonly refuses: string;
  /** What happens to the agent otherwise. */
  readonly because: string;
  /** Issues, pull requests and commits of NousResearch/hermes-agent unless another project is named. */
  readonly references?: readonly string[];
  /** Nothing can work with it, so no reason makes it right: it can't be acknowledged. */
  readonly final?: true;
  readonly check: (subject: Subject) => readonly Violation[];
}

/** Gives a family of rules their common subject and keeps their ids as types. */
export function rulesFor<Subject>() {
  return <Id extends string>(rules: Record<Id, Rule<Subject>>): Readonly<Record<Id, Rule<Subject>>> => rules;
}

/** One violation or none. */
export function when(condition: boolean, violation: () => Violation): readonly Violation[] {
  return condition ? [violation()] : [];
}
