import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { type AnyShape, type Attributes, checkProps, toAttributes } from "./attributes";
import { type CapRoverAcknowledge, reviewCredentials } from "./credential-places";

const META_ARGUMENTS: ReadonlySet<string> = new Set([
  "connection",
  "count",
  "dependsOn",
  "forEach",
  "lifecycle",
  "provider",
  "provisioners",
] satisfies (keyof TerraformMetaArguments)[]);

/** The props of a resource besides its attributes. */
export interface CapRoverResourceOptions extends TerraformMetaArguments, CapRoverAcknowledge {}

/** A resource of the CapRover provider. Its attributes are its props with Terraform's names. */
export abstract class CapRoverResource extends TerraformResource {
  private readonly attributes: Attributes;

  /** @throws HermesConfigError for an unknown prop, and for a credential in clear text */
  protected constructor(
    scope: Construct,
    id: string,
    type: string,
    shape: AnyShape,
    props: CapRoverResourceOptions & object,
  ) {
    const { acknowledge, ...given } = props;
    super(scope, id, { ...given, terraformResourceType: type });
    const own = Object.fromEntries(Object.entries(given).filter(([prop]) => !META_ARGUMENTS.has(prop)));
    checkProps(this, own, shape);
    reviewCredentials(this, props, own, acknowledge);
    this.attributes = toAttributes(own, shape);
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
