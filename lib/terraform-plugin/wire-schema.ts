/** A schema in the protocol's form. */
import { nestedIn, wireType } from "./fields";
import { type AttributeMessage, type BlockMessage, NESTING, type Schema } from "./messages";
import type { Encodable } from "./protobuf";
import type { Attribute, ObjectSchema } from "./schema";

/** The schema with its version. */
export function wireSchema(
  schema: ObjectSchema,
  { version = 0, description = "" }: { readonly version?: number; readonly description?: string },
): Encodable<typeof Schema> {
  return { version, block: { ...wireBlock(schema), description } };
}

function wireBlock({ attributes, blocks }: ObjectSchema): BlockMessage {
  return {
    attributes: Object.entries(attributes).map(([name, attribute]) => wireAttribute(name, attribute)),
    block_types: Object.entries(blocks).map(([type_name, block]) => ({
      type_name,
      block: {
        ...wireBlock(block),
        description: block.description,
        deprecated: block.deprecationMessage !== undefined,
      },
      nesting: NESTING[block.nesting],
      min_items: block.minItems,
      max_items: block.maxItems,
    })),
  };
}

function wireAttribute(name: string, attribute: Attribute): AttributeMessage {
  const { mode, type } = attribute;
  const nested = nestedIn(type);
  return {
    name,
    ...(nested === undefined
      ? { type: Buffer.from(JSON.stringify(wireType(type))) }
      : {
          nested_type: {
            attributes: Object.entries(nested.attributes).map(([inner, one]) => wireAttribute(inner, one)),
            nesting: NESTING[nested.nesting],
          },
        }),
    description: attribute.description,
    required: mode === "required",
    optional: mode !== "required" && mode !== "computed",
    // A default is a value that the provider sets when the configuration doesn't.
    computed: mode === "computed" || mode === "optionalComputed" || mode === "defaulted",
    // Terraform would show an update without a change when a sensitive value in a nested attribute becomes null.
    sensitive: attribute.sensitive === true || mode === "writeOnly",
    deprecated: attribute.deprecationMessage !== undefined,
    write_only: mode === "writeOnly",
  };
}
