import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { requireTerraformName } from "../support/construct-id";
import { requireProvider } from "../support/required-provider";
import { requireForLifecycle, requireTerraform } from "../support/terraform-version";
import { readable } from "../support/unreadable";
import { type LazySchema, validateProps } from "../support/validation";
import { type Attributes, hasWriteOnly, toAttributes } from "./attributes";
import { type CapRoverAcknowledge, reviewCredentials } from "./credential-places";

const META_ARGUMENTS = [
  "connection",
  "count",
  "dependsOn",
  "forEach",
  "lifecycle",
  "provider",
  "provisioners",
] as const satisfies readonly (keyof TerraformMetaArguments)[];

const NO_ATTRIBUTES: readonly string[] = [...META_ARGUMENTS, "acknowledge"];

/** The props of a resource besides its attributes. */
export interface CapRoverResourceOptions extends TerraformMetaArguments, CapRoverAcknowledge {}

/** A resource of the CapRover provider. Its attributes are its props with Terraform's names. */
export abstract class CapRoverResource extends TerraformResource {
  private readonly attributes: Attributes;

  /** @throws HermesConfigError for a prop that is unknown or wrong, and for a credential in clear text */
  protected constructor(
    scope: Construct,
    id: string,
    type: string,
    schema: LazySchema,
    props: CapRoverResourceOptions & object,
  ) {
    // What can't be read is refused below, where there is a construct that a message can name.
    super(scope, id, { ...readable(props), terraformResourceType: type });
    validateProps(this, schema, props, NO_ATTRIBUTES);
    const { acknowledge, ...given } = props;
    const own = Object.fromEntries(Object.entries(given).filter(([prop]) => !NO_ATTRIBUTES.includes(prop)));
    reviewCredentials(this, props, own, acknowledge);
    this.attributes = toAttributes(own, schema());
    requireProvider(this, {
      type: "caprover",
      name: "CapRoverProvider",
      provider: given.provider,
      prop: "provider",
    });
    requireTerraformName(this);
    if (hasWriteOnly(own, schema())) requireTerraform(this, "writeOnlyAttributes");
    requireForLifecycle(this, given.lifecycle);
  }

  /**
   * Its id, known once it exists. A resource that takes this id, and no name that is written out, is created again with
   * the resource that it belongs to.
   */
  get id(): string {
    return this.getStringAttribute("id");
  }

  protected override synthesizeAttributes(): Attributes {
    return { ...this.attributes };
  }
}
