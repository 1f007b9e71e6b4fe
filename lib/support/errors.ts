import { Token } from "cdktf";
import type { IConstruct } from "constructs";

/** One thing that is wrong with a construct, in the words of the caller's API. */
export interface Problem {
  /** The prop, such as `dashboard.publicUrl`. */
  readonly prop: string;
  /** The value as it may be shown; left out where it could be a secret. */
  readonly value?: string | undefined;
  /** What is wrong or what it would do, as a clause. */
  readonly problem: string;
  readonly allowed?: string | undefined;
  readonly fix?: string;
  /** The rule that refuses it; absent for a value of the wrong shape. */
  readonly rule?: string;
  /** Where it was shown to hurt. */
  readonly references?: readonly string[];
}

/** Thrown by a construct that refuses its props. Lists everything that is wrong, not the first only. */
export class HermesConfigError extends Error {
  /** Path of the construct. */
  readonly path: string;
  readonly problems: readonly Problem[];

  constructor(scope: IConstruct, problems: readonly Problem[]) {
    const path = scope.node.path;
    super(`${path}: ${problems.map(describeProblem).join(`\n${path}: `)}`);
    this.name = "HermesConfigError";
    this.path = path;
    this.problems = problems;
  }
}

export function describeProblem(problem: Problem): string {
  const value = problem.value === undefined ? "" : ` = ${problem.value}`;
  const allowed = problem.allowed === undefined ? "" : `; allowed: ${problem.allowed}`;
  const rule = problem.rule === undefined ? [] : [`rule ${problem.rule}`];
  const sources = [...rule, ...(problem.references ?? [])].join(", ");
  const fix = problem.fix === undefined ? "" : `; fix: ${problem.fix}`;
  return `${problem.prop}${value}: ${problem.problem}${allowed}${fix}${sources && ` [${sources}]`}`;
}

const SHOWN_LENGTH = 80;

/** A value for a message: JSON, shortened. Symbols and functions show as their type; a token says nothing yet. */
export function showValue(value: unknown): string {
  if (Token.isUnresolved(value)) return "(known at apply)";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
