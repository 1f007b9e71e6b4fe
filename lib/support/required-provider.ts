import { TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Caller } from "./caller";
import { TERRAFORM_NAME } from "./construct-id";
import { type Problem, refuse, showValue } from "./errors";

interface ProviderNeed {
  /** Terraform's name, such as `docker`. */
  readonly type: string;
  /** The class that people construct, such as `DockerProvider`. */
  readonly name: string;
  /** The one that was given; undefined for the stack's default one. */
  readonly provider: TerraformProvider | undefined;
  /** The prop that gives it. */
  readonly prop: string;
}

/**
 * Refuses resources that no provider of their stack serves. Without one Terraform would ask for the provider's settings
 * in the environment, or take the engine of the machine on which it runs. A program may declare its provider after the
 * resources, so this is looked at when it is synthesized.
 *
 * @throws HermesConfigError at once for a provider of another kind or stack, and at synthesis for the rest
 */
export function requireProvider(scope: Construct, need: ProviderNeed): void {
  const { provider, prop, name, type } = need;
  if (provider !== undefined) {
    const fix = `give a ${name} of the stack ${TerraformStack.of(scope).node.id}`;
    if (!TerraformProvider.isTerraformProvider(provider))
      refuse(scope, [{ prop, problem: `is no ${name}`, fix }]);
    const value = showValue(provider.node.path);
    if (provider.terraformResourceType !== type)
      refuse(scope, [{ prop, value, problem: `is no ${name}`, fix }]);
    if (TerraformStack.of(provider) !== TerraformStack.of(scope)) {
      const problem = "belongs to another stack, and Terraform knows providers of the same stack only";
      refuse(scope, [{ prop, value, problem, fix }]);
    }
  }
  const stack = TerraformStack.of(scope);
  const needs = NEEDED.get(stack) ?? new Set();
  NEEDED.set(stack, needs);
  const which = `${type} ${provider?.node.path ?? ""}`;
  // The first construct speaks for all, of which a stack may have thousands.
  if (needs.has(which)) return;
  needs.add(which);
  const caller = new Caller();
  scope.node.addValidation({
    validate: () => {
      const problems = problemsWith(scope, need);
      return problems.length === 0 ? [] : refuse(scope, problems, caller);
    },
  });
}

/** Providers that a stack's resources need and that are looked at already. */
const NEEDED = new WeakMap<TerraformStack, Set<string>>();

function problemsWith(scope: Construct, { type, name, provider, prop }: ProviderNeed): readonly Problem[] {
  const stack = TerraformStack.of(scope);
  const all = stack.node
    .findAll()
    .filter(TerraformProvider.isTerraformProvider)
    .filter((found) => found.terraformResourceType === type && TerraformStack.of(found) === stack);
  const { alias } = provider ?? {};
  if (alias !== undefined && !TERRAFORM_NAME.test(alias)) {
    const problem = "is no alias to Terraform";
    const allowed = "letters, digits, `_` and `-`, with a letter first";
    return [
      { prop: `${prop}.alias`, value: showValue(alias), problem, allowed, fix: "choose another alias" },
    ];
  }
  const [first, second] = all.filter((found) => found.alias === alias);
  if (first === undefined) {
    const problem =
      all.length === 0
        ? `the stack ${stack.node.id} has no ${name}`
        : `every ${name} of the stack ${stack.node.id} has an alias, so none is the default`;
    const fix =
      all.length === 0 ? `add one to the stack: new ${name}(this, "${type}")` : `name one in \`${prop}\``;
    return [{ prop, problem, fix }];
  }
  if (second === undefined) return [];
  const problem = `${first.node.path} and ${second.node.path} have ${alias === undefined ? "no alias" : "the same alias"}, and Terraform takes only one such ${name}`;
  return [{ prop, problem, fix: `give one of them an alias of its own` }];
}
