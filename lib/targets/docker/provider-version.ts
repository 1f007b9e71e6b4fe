/** The version of the Docker provider: what a stack requires of it, and what is wrong with the older ones. */
import type { TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { defaultAtSynthesis, statedBy } from "../../support/stack-defaults";
import { isDockerProvider } from "./provider";

/**
 * Version 4 fixes three bugs: a plan deletes a crashed container (#590), `cpus` panics (#759), and log options drift
 * (#473). The JSON that this library writes is right for both.
 */
const DOCKER_PROVIDER_4 = ">= 4.1, < 5";

const PATH = "terraform.required_providers.docker.version";

/** Makes the construct's stack require version 4, unless the program or its own bindings state another version. */
export function requireDockerProvider4(scope: Construct): void {
  defaultAtSynthesis(scope, PATH, (stack) => (admitsBelow4(pinned(stack)) ? DOCKER_PROVIDER_4 : undefined));
}

/** The constraint with which Terraform will choose the provider. Right only when the whole program has run. */
export function dockerProviderConstraint(stack: TerraformStack): string {
  const stated = statedBy(stack, PATH);
  if (stated !== undefined) return String(stated ?? "");
  const bindings = pinned(stack);
  return admitsBelow4(bindings) ? DOCKER_PROVIDER_4 : bindings;
}

const providers = new WeakMap<TerraformStack, TerraformProvider>();

/** What the bindings of the stack's provider pin: the prebuilt ones exactly 3.6.2. Empty if there is no provider. */
function pinned(stack: TerraformStack): string {
  const provider = providers.get(stack) ?? stack.node.findAll().find(isDockerProvider);
  if (provider === undefined) return "";
  providers.set(stack, provider);
  const { providerVersion, providerVersionConstraint } = provider.terraformGeneratorMetadata ?? {};
  return providerVersion ?? providerVersionConstraint ?? "";
}

/**
 * Whether a constraint such as `~> 3.6` or `>= 3.0, < 5` lets Terraform use a version below 4. All its parts must hold,
 * so one part that starts at 4 or later is enough.
 */
export function admitsBelow4(constraint: string): boolean {
  return !constraint.split(",").some((part) => Number(AT_LEAST.exec(part)?.[1] ?? 0) >= 4);
}

/** A part with a lower end, and the major version of that. */
const AT_LEAST = /^\s*(?:=|>=?|~>)?\s*v?(\d+)/;

/** Whether Terraform can choose only a version below 4: one part with an upper end below that is enough. */
export function demandsBelow4(constraint: string): boolean {
  return constraint.split(",").some((part) => {
    const [, operator = "", major = "", rest = ""] = PART.exec(part) ?? [];
    if (major === "") return false;
    if (operator === "<") return Number(major) < 4 || (Number(major) === 4 && !/[1-9]/.test(rest));
    // `~> 3` also admits 4: only what is behind the last number may grow.
    if (operator === "~>") return Number(major) < 4 && rest !== "";
    return (operator === "" || operator === "=" || operator === "<=") && Number(major) < 4;
  });
}

const PART = /^\s*(~>|[<>!]?=|[<>])?\s*v?(\d+)((?:\.\d+)*)/;
