import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { refuse } from "./errors";

/** CDKTF leaves it out of Terraform's addresses. */
const HIDDEN_ID = "Default";

/**
 * Directly below a stack, such an id leaves nothing to make an address of. CDKTF reports that only when the first
 * resource is made, and in its own terms.
 *
 * @throws HermesConfigError
 */
export function refuseHiddenId(construct: Construct): void {
  const { scopes } = construct.node;
  const below = scopes.slice(scopes.indexOf(TerraformStack.of(construct)) + 1);
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
