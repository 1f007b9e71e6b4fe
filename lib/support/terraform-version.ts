/** The oldest Terraform that can work with a stack, by what is in the stack. */
import { inspect } from "node:util";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Precondition } from "./precondition";
import { defaultAtSynthesis } from "./stack-defaults";

/**
 * The first version that has each feature, as the changelogs of both programs have it. OpenTofu began with what
 * Terraform 1.5 had, and got the later feature of this table in the version of the same number.
 */
const FEATURES = {
  /** `precondition` in a resource's `lifecycle`. */
  preconditions: "1.2",
  /** The functions `startswith` and `endswith`. */
  affixFunctions: "1.3",
  /** Attributes that are in no plan and no state. */
  writeOnlyAttributes: "1.11",
} as const satisfies Record<string, `1.${number}`>;

export type TerraformFeature = keyof typeof FEATURES;

const PATH = "terraform.required_version";

const used = new WeakMap<TerraformStack, Set<TerraformFeature>>();

/** Makes the stack require a Terraform that has the feature, unless the program states a `required_version`. */
export function requireTerraform(scope: Construct, feature: TerraformFeature): void {
  const stack = TerraformStack.of(scope);
  const features = used.get(stack) ?? new Set();
  used.set(stack, features.add(feature));
  defaultAtSynthesis(scope, PATH, () => `>= ${newest(features)}`);
}

/** What preconditions of our own need. */
export function requireForPreconditions(scope: Construct, all: readonly Precondition[]): void {
  if (all.length > 0) requireTerraform(scope, "preconditions");
  if (all.some(({ condition }) => AFFIX_FUNCTIONS.test(condition))) requireTerraform(scope, "affixFunctions");
}

/** What a program's own `lifecycle` needs, whatever it holds: also what has no JSON. */
export function requireForLifecycle(scope: Construct, lifecycle: unknown): void {
  if (lifecycle === undefined) return;
  const text = inspect(lifecycle, { depth: null, maxStringLength: null, maxArrayLength: null });
  if (/\b(?:pre|post)condition\b/.test(text)) requireTerraform(scope, "preconditions");
  if (AFFIX_FUNCTIONS.test(text)) requireTerraform(scope, "affixFunctions");
}

const AFFIX_FUNCTIONS = /\b(?:starts|ends)with\(/;

function newest(features: ReadonlySet<TerraformFeature>): string {
  return `1.${Math.max(...[...features].map((feature) => Number(FEATURES[feature].slice(2))))}`;
}
