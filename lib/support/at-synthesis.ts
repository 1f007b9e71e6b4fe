import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/**
 * Acts when the whole program has run: whenever its stack is synthesized, so maybe more than once. An `Aspect` would
 * not be seen where the program's CDKTF is another copy than this package's, as with CDK Terrain under both names.
 */
export class AtSynthesis extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly act: () => void,
  ) {
    super(scope, id);
  }

  /** The first method that a synthesis calls, unless the app prepares its stacks before. */
  override toMetadata(): object {
    this.act();
    return {};
  }

  override toTerraform(): object {
    this.act();
    return {};
  }
}
