import { Annotations, TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import * as z from "zod";
import { AtSynthesis } from "../support/at-synthesis";
import { credentialIn } from "../support/credentials";
import { describeProblem, type Problem, refuse } from "../support/errors";
import { METADATA_KEY } from "../support/metadata";
import type { Rule, Violation } from "./rule";

/** Why a rule may be broken: one reason for the whole construct, or one for each place that a message names. */
export type Acknowledgement = string | { readonly [place: string]: string };

/** Rules that may be broken here, each with the reason that a reviewer should read. */
export type Acknowledgements<Id extends string> = { readonly [Rule in Id]?: Acknowledgement };

/** The shape of a construct's `acknowledge` prop: the rules that this construct can break. */
export function acknowledgeSchema(rules: Readonly<Record<string, unknown>>): z.ZodType {
  const reason = z.string("a reason").regex(/\S/, "a reason");
  const acknowledgement = z.union(
    [reason, z.record(z.string(), reason)],
    'a reason, or reasons by place, such as { "env.NAME": "…" }',
  );
  const shape = Object.fromEntries(Object.keys(rules).map((id) => [id, acknowledgement.optional()]));
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
  /** Rules that were applied, and not yet reported. */
  private readonly applied = new Set<string>();
  private readonly atSynthesis = new Map<string, () => void>();
  /** The reasons that were used, by rule, and by place if they are for one place. */
  private readonly used = new Map<string, Map<string | undefined, string>>();
  private readonly given: ReadonlyMap<string, Acknowledgement>;

  constructor(
    private readonly scope: Construct,
    acknowledge: Readonly<Record<string, Acknowledgement | undefined>> = {},
  ) {
    this.given = new Map(
      Object.entries(acknowledge).flatMap(([id, given]) => (given === undefined ? [] : [[id, given]])),
    );
  }

  /** @param at says a violation in the props of the construct; by default it has been */
  apply<Subject>(
    rules: Readonly<Record<string, Rule<Subject>>>,
    subject: Subject,
    at: (violation: Violation) => readonly Violation[] = (violation) => [violation],
  ): this {
    for (const [id, rule] of Object.entries(rules)) {
      this.applied.add(id);
      for (const violation of rule.check(subject).flatMap(at)) {
        if (rule.final === undefined && this.isAcknowledged(id, violation.prop)) continue;
        (rule.severity === "error" ? this.errors : this.warnings).push(toProblem(id, rule, violation));
      }
    }
    return this;
  }

  /** For what the program may still change after this construct: the rules are applied at synthesis. */
  applyAtSynthesis<Subject>(rules: Readonly<Record<string, Rule<Subject>>>, subject: () => Subject): this {
    for (const [id, rule] of Object.entries(rules)) {
      this.atSynthesis.set(id, () => this.apply({ [id]: rule }, subject()));
    }
    return this;
  }

  private isAcknowledged(id: string, prop: string): boolean {
    const given = this.given.get(id);
    const place = typeof given === "object" ? prop : undefined;
    const reason = typeof given === "object" && Object.hasOwn(given, prop) ? given[prop] : given;
    if (typeof reason !== "string") return false;
    const used = this.used.get(id) ?? new Map();
    this.used.set(id, used.set(place, reason));
    return true;
  }

  /** @throws HermesConfigError with everything that is refused */
  conclude(): void {
    this.report();
    const mayBeUsed = [...this.atSynthesis.keys()].some((id) => this.given.has(id));
    if (this.atSynthesis.size > 0) this.waitForSynthesis();
    if (this.used.size > 0 || mayBeUsed) new AcknowledgedRules(this.scope, () => this.acknowledged());
  }

  private waitForSynthesis(): void {
    new AtSynthesis(this.scope, "reviewed-at-synthesis", () => {
      for (const apply of this.atSynthesis.values()) apply();
      this.atSynthesis.clear();
      this.report();
    });
  }

  /** Reports what was found since the last report. */
  private report(): void {
    if (this.errors.length > 0) refuse(this.scope, this.errors);
    for (const warning of this.warnings.splice(0)) {
      Annotations.of(this.scope).addWarning(describeProblem(warning));
    }
    for (const [id, given] of this.given) {
      // Ids of another target's rules are ignored: one list may serve agents on several targets.
      if (!this.applied.delete(id)) continue;
      const places = typeof given === "object" ? Object.keys(given) : [undefined];
      for (const place of places.filter((place) => !this.used.get(id)?.has(place))) {
        const where = place === undefined ? id : `${id}[${JSON.stringify(place)}]`;
        Annotations.of(this.scope).addWarning(
          `acknowledge.${where}: the rule finds nothing ${place === undefined ? "here" : "there"}; fix: remove it`,
        );
      }
    }
  }

  private acknowledged(): Readonly<Record<string, Acknowledgement>> {
    const used = [...this.used].map(([id, places]): [string, Acknowledgement] => {
      return [id, places.get(undefined) ?? Object.fromEntries(places)];
    });
    return Object.fromEntries(used);
  }
}

function toProblem<Subject>(
  id: string,
  rule: Rule<Subject>,
  violation: ReturnType<Rule<Subject>["check"]>[number],
): Problem {
  const { problem, ...rest } = violation;
  // A name that people chose may be the credential itself.
  const prop =
    credentialIn(rest.prop) === undefined ? rest.prop : rest.prop.replace(/[.[].*$/s, ".(name not shown)");
  const what = problem === undefined ? rule.because : `${problem} (${rule.because})`;
  return { ...rest, prop, problem: what, rule: id, references: rule.references ?? [] };
}

/** Adds the acknowledged rules to the metadata of the stack's `cdk.tf.json`. */
class AcknowledgedRules extends TerraformElement {
  constructor(
    private readonly owner: Construct,
    private readonly reasons: () => Readonly<Record<string, Acknowledgement>>,
  ) {
    super(owner, "acknowledged");
  }

  override toMetadata(): object {
    const reasons = this.reasons();
    if (Object.keys(reasons).length === 0) return {};
    return { [METADATA_KEY]: { acknowledged: { [this.owner.node.path]: reasons } } };
  }
}
