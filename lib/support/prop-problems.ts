/** Says what is wrong with props, in the caller's words. */
import type * as z from "zod";
import { describeProblem, kindOf, type Problem, showValue } from "./errors";
import { isRecord } from "./objects";
import { knownNames, mayShowValue, showPath, valueAt } from "./redaction";
import { nearest } from "./spelling";
import { isListElement, isUnresolved } from "./tokens";
import { unreadableIn } from "./unreadable";

/** @param besides props that somebody else checks */
export function problemsOf(
  schema: z.ZodType,
  given: unknown,
  besides: readonly string[] = [],
): readonly Problem[] {
  try {
    const unreadable = unreadableIn(given);
    if (unreadable.length > 0)
      return unreadable.map(({ path, ...rest }) => ({ prop: showPath(schema, path, given), ...rest }));
    const props = without(given, besides);
    const issues = (schema.safeParse(props).error?.issues ?? [])
      .flatMap(branchMeant)
      .map((issue) => aboutWholeToken(issue, props));
    return withoutEchoes(
      issues.flatMap((issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map((key) => unknownName(key, issue, schema, props, besides))
          : [toProblem(issue, schema, props)],
      ),
    );
  } catch {
    // What a proxy does when it is looked at, or an object that is nested too deeply for the stack.
    const problem = "reading them throws an exception, or has no end";
    return [{ prop: "props", problem, fix: "give plain values" }];
  }
}

/** Of a union's alternatives, the only one whose form the value has. What is wrong inside it says more. */
function branchMeant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const [meant, ...others] = issue.errors.filter((branch) =>
    branch.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
  );
  if (meant === undefined || others.length > 0) return [issue];
  return meant.flatMap((within) => branchMeant({ ...within, path: [...issue.path, ...within.path] }));
}

function without(props: unknown, names: readonly string[]): unknown {
  if (names.length === 0 || !isRecord(props) || Array.isArray(props)) return props;
  return Object.fromEntries(Object.entries(props).filter(([name]) => !names.includes(name)));
}

/** Inside an object or a map that only Terraform knows, there is nothing to say anything about. */
function aboutWholeToken(issue: z.core.$ZodIssue, props: unknown): z.core.$ZodIssue {
  const depth = [...issue.path, undefined].findIndex((_, i) => {
    const value = valueAt(props, issue.path.slice(0, i));
    return isRecord(value) && !Array.isArray(value) && isUnresolved(value);
  });
  if (depth < 0 || (depth === issue.path.length && issue.code === "custom")) return issue;
  const input = valueAt(props, issue.path.slice(0, depth));
  const path = issue.path.slice(0, depth);
  return { code: "custom", path, input, message: "a literal object", params: { fix: "name each part here" } };
}

/** A problem once, and none that a misspelt name causes: the right one seems to be missing. */
function withoutEchoes(problems: readonly NamedProblem[]): readonly Problem[] {
  const meant = new Set(problems.flatMap(({ meant }) => meant ?? []));
  const seen = new Set<string>();
  return problems.flatMap(({ meant: _, ...problem }) => {
    const text = describeProblem(problem);
    if (seen.has(text) || (problem.problem.startsWith(MISSING) && meant.has(problem.prop))) return [];
    seen.add(text);
    return [problem];
  });
}

interface NamedProblem extends Problem {
  /** The prop that was probably meant. */
  readonly meant?: string;
}

const MISSING = "is missing";

function unknownName(
  key: string,
  { path, message }: z.core.$ZodIssue,
  schema: z.ZodType,
  props: unknown,
  besides: readonly string[],
): NamedProblem {
  const prop = showPath(schema, [...path, key], props);
  const known = [...knownNames(schema, path), ...(path.length === 0 ? besides : [])];
  // A name that another alternative has, such as `host` of Terminal.ssh in a Terminal.docker.
  const near = nearest(
    key,
    known.filter((name) => name !== key),
  );
  if (near === undefined) return { prop, problem: message, fix: "remove it" };
  // With the right name there, the list of all of them would only be long.
  const problem = message.replace(/; .*$/, "");
  const fix = `did you mean ${JSON.stringify(near)}?`;
  return { prop, problem, fix, meant: showPath(schema, [...path, near], props) };
}

function toProblem(issue: z.core.$ZodIssue, schema: z.ZodType, props: unknown): NamedProblem {
  const prop = showPath(schema, issue.path, props);
  const allowed = issue.message;
  if (issue.code === "invalid_key") return { prop, problem: "is not an allowed name", allowed };
  const { problem, fix } = paramsOf(issue);
  if (problem !== undefined) return { prop, problem, fix };
  const value = valueAt(props, issue.path);
  if (value === undefined) return { prop, problem: MISSING, allowed };
  if (isListElement(value)) {
    const whole = "stands for a whole list that only Terraform knows";
    return { prop, problem: whole, allowed, fix: "take one element, by Fn.element" };
  }
  if (isUnresolved(value)) return { prop, problem: "is known only at apply", allowed, fix };
  // Only the kind of an object or a list is shown, since anything may be in it.
  const shown = !isRecord(value) && mayShowValue(schema, issue.path) ? showValue(value) : kindOf(value);
  return { prop, value: shown, problem: "is not allowed", allowed };
}

/** What a check says itself. */
function paramsOf(issue: z.core.$ZodIssue): { readonly problem?: string; readonly fix: string } {
  const { problem, fix, takesToken }: Readonly<Record<string, unknown>> =
    issue.code === "custom" ? { ...issue.params } : {};
  // A place that takes a Terraform value takes one of its own type only.
  const other =
    takesToken === true
      ? "give a Terraform value of that type, such as a variable's stringValue, numberValue or listValue"
      : "write it out";
  return { ...(typeof problem === "string" && { problem }), fix: typeof fix === "string" ? fix : other };
}
