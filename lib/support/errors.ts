import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { Caller } from "./caller";
import { credentialIn } from "./credentials";
import { isListElement } from "./tokens";

/** One thing that is wrong with a construct, in the words of the caller's API. */
export interface Problem {
  /** The prop, such as `dashboard.publicUrl`. */
  readonly prop: string;
  /** The value as it may be shown; left out where it could be a secret. */
  readonly value?: string | undefined;
  /** What is wrong, or what it would cause, as a clause. */
  readonly problem: string;
  /** What would be right. */
  readonly allowed?: string | undefined;
  /** What to do, in the imperative. */
  readonly fix?: string;
  /** The rule that refuses it; absent for a value of the wrong shape. */
  readonly rule?: string;
  /** Issues and pull requests that show the harm. */
  readonly references?: readonly string[];
}

/** Thrown by a construct that rejects its props. Lists everything that is wrong, not only the first problem. */
export class HermesConfigError extends Error {
  /** Path of the construct. */
  readonly path: string;
  /** Everything that is wrong. */
  readonly problems: readonly Problem[];

  constructor(scope: IConstruct, problems: readonly Problem[]) {
    const path = scope.node.path;
    super(`${path}: ${problems.map(describeProblem).join(`\n${path}: `)}`);
    this.name = "HermesConfigError";
    this.path = path;
    this.problems = problems;
    // The message contains them. Node would print them again below the stack.
    for (const name of ["name", "path", "problems"]) Object.defineProperty(this, name, { enumerable: false });
  }
}

/**
 * Throws what a construct rejects. Node prints the source line that throws above everything else, unless that line has
 * a certain word in it: a line of this library says nothing, and the caller's could hold a secret.
 *
 * @param caller where the program made the construct
 */
export function refuse(scope: IConstruct, problems: readonly Problem[], caller = new Caller()): never {
  const error = new HermesConfigError(scope, problems);
  error.stack = caller.stackOf(`${error.name}: ${error.message}`);
  throw { "node-do-not-add-exception-line": error }["node-do-not-add-exception-line"];
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

/**
 * A value for a message: JSON, shortened. Of a value that JSON can't hold, the kind is shown; of a token, nothing. Of
 * a credential that was written there by mistake, only the kind is shown.
 */
export function showValue(value: unknown): string {
  if (Token.isUnresolved(value) || isListElement(value)) return "(known at apply)";
  const text = typeof value === "number" ? String(value) : (jsonOf(value) ?? kindOf(value));
  const credential = credentialIn(typeof value === "string" ? value : text);
  if (credential !== undefined) return `(${credential}, not shown)`;
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The kind of a value, which may be shown even if the value could be a secret. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "(left out)";
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return "a list";
  const [, kind = ""] = /^\[object ([A-Z]\w+)\]$/.exec(Object.prototype.toString.call(value)) ?? [];
  if (kind === "Object" || kind === "") return "an object";
  return `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;
}
