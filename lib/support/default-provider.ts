import { type TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/**
 * Finds a stack's provider of one kind that has no alias. It is looked up once for each stack, which may hold thousands
 * of constructs.
 */
export function defaultProviderOf<Provider extends TerraformProvider>(
  isOfKind: (construct: unknown) => construct is Provider,
): (scope: Construct) => Provider | undefined {
  const found = new WeakMap<TerraformStack, Provider>();
  return (scope) => {
    const stack = TerraformStack.of(scope);
    const known = found.get(stack);
    if (known !== undefined) return known;
    const provider = stack.node.children.filter(isOfKind).find(({ alias }) => alias === undefined);
    if (provider !== undefined) found.set(stack, provider);
    return provider;
  };
}
