import { Annotations, TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import { z } from "zod";
import { describeProblem, HermesConfigError, type Problem } from "../support/errors";
import { METADATA_KEY } from "../support/metadata";
import type { Rule } from "./rule";

/** Rules that may be broken in this place, each with the reason that a reviewer should read. */
export type Acknowledgements<Id extends string> = { readonly [Rule in Id]?: string };

/** The shape of a construct's `acknowledge` prop: the rules that this construct can break. */
export function acknowledgeSchema(rules: Readonly<Record<string, unknown>>): z.ZodType {
  const reason = z.string("a reason").regex(/\S/, "a reason").optional();
  const shape = Object.fromEntries(Object.keys(rules).map((id) => [id, reason]));
  return z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === "unrecognized_keys" ? "no such rule; docs/rules.md lists them" : "an object",
    })
    .optional();
}

/**
 * Checks one construct against its rules. `conclude` throws all errors together, from the construct's constructor:
 * CDKTF writes the first stack before it validates the second, so a later error would leave incomplete output.
 */
export class Review {
  private readonly errors: Problem[] = [];
  private readonly warnings: Problem[] = [];
  private readonly applied = new Set<string>();
  private readonly used = new Map<string, string>();
  private readonly reasons: ReadonlyMap<string, string>;

  constructor(
    private readonly scope: Construct,
    acknowledge: Readonly<Record<string, string | undefined>> = {},
  ) {
    this.reasons = new Map(
      Object.entries(acknowledge).flatMap(([id, reason]) => (reason === undefined ? [] : [[id, reason]])),
    );
  }

  apply<Subject>(rules: Readonly<Record<string, Rule<Subject>>>, subject: Subject): this {
    for (const [id, rule] of Object.entries(rules)) {
      this.applied.add(id);
      for (const violation of rule.check(subject)) {
        const reason = rule.final ? undefined : this.reasons.get(id);
        if (reason !== undefined) this.used.set(id, reason);
        else (rule.severity === "error" ? this.errors : this.warnings).push(toProblem(id, rule, violation));
      }
    }
    return this;
  }

  /** @throws HermesConfigError with everything that is refused */
  conclude(): void {
    if (this.errors.length > 0) throw new HermesConfigError(this.scope, this.errors);
    for (const warning of this.warnings) Annotations.of(this.scope).addWarning(describeProblem(warning));
    for (const id of this.reasons.keys()) {
      // Ids of another target's rules are ignored: one list may serve agents on several targets.
      if (this.used.has(id) || !this.applied.has(id)) continue;
      Annotations.of(this.scope).addWarning(`acknowledge.${id}: the rule finds nothing here; fix: remove it`);
    }
    if (this.used.size > 0) new AcknowledgedRules(this.scope, Object.fromEntries(this.used));
  }
}

function toProblem<Subject>(
  id: string,
  rule: Rule<Subject>,
  violation: ReturnType<Rule<Subject>["check"]>[number],
): Problem {
  const { problem, ...rest } = violation;
  const what = problem === undefined ? rule.because : `${problem} (${rule.because})`;
  return { ...rest, problem: what, rule: id, references: rule.references ?? [] };
}

/** Adds the acknowledged rules to the metadata of the stack's `cdk.tf.json`. */
class AcknowledgedRules extends TerraformElement {
  constructor(
    private readonly owner: Construct,
    private readonly reasons: Readonly<Record<string, string>>,
  ) {
    super(owner, "acknowledged");
  }

  override toMetadata(): object {
    return { [METADATA_KEY]: { acknowledged: { [this.owner.node.path]: this.reasons } } };
  }
}
