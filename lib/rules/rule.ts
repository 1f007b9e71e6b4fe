/** Rules are pure functions: they read plain facts and return what is wrong. `Review` enforces them. */

export type Severity = "error" | "warning";

export interface Violation {
  /** The prop that carries the value, such as `env.HERMES_HOME`. */
  readonly prop: string;
  /** The value as it may be shown. */
  readonly value?: string | undefined;
  /** What is wrong, as a clause, if it says more than the rule's `because`. */
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
  /** How `because` was seen: by running which release, or where it is read. */
  readonly seen: string;
  /** Issues, pull requests and commits of NousResearch/hermes-agent unless another project is named. */
  readonly references?: readonly string[];
  /** Nothing can work with it, so it can't be acknowledged. */
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
