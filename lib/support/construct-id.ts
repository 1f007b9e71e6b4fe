import { type TerraformElement, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { refuse, showValue } from "./errors";
import { ClaimRegistry } from "./registry";
import { isUnresolved } from "./tokens";

/** CDKTF leaves it out of Terraform's addresses. */
const HIDDEN_ID = "Default";

/**
 * Directly below a stack, such an id leaves nothing to make an address of. CDKTF reports that only when the first
 * resource is made, and in its own terms; and it takes a construct outside any stack.
 *
 * @throws HermesConfigError
 */
export function refuseHiddenId(construct: Construct): void {
  const { scopes } = construct.node;
  const below = scopes.slice(scopes.indexOf(stackOf(construct)) + 1);
  if (below.some(({ node }) => node.id !== HIDDEN_ID)) return;
  refuse(construct, [
    {
      prop: "id",
      value: JSON.stringify(HIDDEN_ID),
      problem:
        "CDKTF leaves this id out of Terraform's addresses, and there is no other id to name the resources by",
      fix: 'give another id, such as "hermes"',
    },
  ]);
}

/**
 * CDKTF makes the address of a construct's resource from ids: it drops what is no letter, digit, `_` or `-`. What is
 * left may be no name to Terraform, or the address of another construct, whose resource would be overwritten.
 *
 * @throws HermesConfigError
 */
export function requireAddress(construct: Construct): void {
  const { id, path } = construct.node;
  if (isUnresolved(id))
    refuse(construct, [{ prop: "id", problem: "is known only at apply", fix: "write it out" }]);
  const stack = stackOf(construct);
  const address = stack.getLogicalId(construct.node);
  const shown = { prop: "id", value: showValue(id) };
  if (!TERRAFORM_NAME.test(address)) refuse(construct, [{ ...shown, ...noName(address) }]);
  const key = `${stack.node.path} address ${construct.constructor.name} ${address}`;
  const holder = ClaimRegistry.of(construct).claim(key, path);
  if (holder === undefined || holder === path) return;
  const problem = `becomes ${JSON.stringify(address)} in Terraform's addresses, as the id of ${holder} does`;
  refuse(construct, [{ ...shown, problem, fix: "give ids that differ in letters, digits, `_` or `-`" }]);
}

/**
 * The same for one resource, whose address a program may still set after its constructor. It is looked at when the
 * program is synthesized.
 */
export function requireTerraformName(resource: TerraformElement): void {
  resource.node.addValidation({
    validate: () => {
      const address = resource.friendlyUniqueId;
      const shown = { prop: "id", value: showValue(resource.node.id) };
      if (!TERRAFORM_NAME.test(address)) refuse(resource, [{ ...shown, ...noName(address) }]);
      return [];
    },
  });
}

function noName(address: string) {
  return {
    problem: `becomes ${JSON.stringify(address)} in Terraform's addresses, which is no name there`,
    allowed: "an id that begins with a letter",
    fix: "begin the id, or that of the construct around it, with a letter",
  };
}

/** A name that Terraform takes for resources, variables, outputs and aliases. */
export const TERRAFORM_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

function stackOf(construct: Construct): TerraformStack {
  const stack = construct.node.scopes.findLast((scope) => TerraformStack.isStack(scope));
  if (stack !== undefined) return stack;
  return refuse(construct, [
    {
      prop: "scope",
      problem: "is in no TerraformStack",
      fix: "make it in a stack: its first argument is the stack",
    },
  ]);
}
