import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { type AnyShape, type Attributes, checkProps, toAttributes } from "./attributes";

const META_ARGUMENTS: ReadonlySet<string> = new Set([
  "connection",
  "count",
  "dependsOn",
  "forEach",
  "lifecycle",
  "provider",
  "provisioners",
] satisfies (keyof TerraformMetaArguments)[]);

/** A resource of the CapRover provider. Its attributes are its props with Terraform's names. */
export abstract class CapRoverResource extends TerraformResource {
  private readonly attributes: Attributes;

  /** @throws HermesConfigError for an unknown prop */
  protected constructor(
    scope: Construct,
    id: string,
    type: string,
    shape: AnyShape,
    props: TerraformMetaArguments & object,
  ) {
    super(scope, id, { ...props, terraformResourceType: type });
    const own = Object.fromEntries(Object.entries(props).filter(([prop]) => !META_ARGUMENTS.has(prop)));
    checkProps(this, own, shape);
    this.attributes = toAttributes(own, shape);
  }

  protected override synthesizeAttributes(): Attributes {
    return { ...this.attributes };
  }
}
