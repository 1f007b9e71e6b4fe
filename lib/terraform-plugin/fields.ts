/** A schema in the form that code needs to walk over values: attributes and blocks in one map, with their types. */
import type { Attribute, Attributes, AttributeType, Block, ObjectSchema } from "./schema";
import { isList, isObject, type ObjectValue, type Type, type Value } from "./value";

/** An attribute or a block. */
export interface Field {
  /** How objects stand in the field. `value`: it holds no objects with attributes of their own. */
  readonly nesting: "value" | Nesting;
  readonly type: Type;
  /** Absent for a block. */
  readonly attribute?: Attribute;
  /** The fields of the objects in it. Empty when `nesting` is `value`. */
  readonly children: Fields;
}
/** Fields by name. */
export type Fields = ReadonlyMap<string, Field>;

/** The fields of a schema. */
export function fieldsOf(schema: ObjectSchema): Fields {
  const attributes = Object.entries(schema.attributes).map(
    ([name, one]) => [name, attributeField(one)] as const,
  );
  const blocks = Object.entries(schema.blocks).map(([name, one]) => [name, blockField(one)] as const);
  return new Map([...attributes, ...blocks]);
}

/** The type of an object with these fields. */
export function objectType(fields: Fields): Type {
  return ["object", Object.fromEntries([...fields].map(([name, field]) => [name, field.type]))];
}

/** How objects stand in a field. */
export type Nesting = "single" | "list" | "set" | "map";

/** The nested attributes of an attribute, and how they are nested. Undefined when it has none. */
export function nestedIn(
  type: AttributeType,
): { readonly nesting: Nesting; readonly attributes: Attributes } | undefined {
  if (type.kind === "primitive") return undefined;
  if (type.kind === "nested") return { nesting: "single", attributes: type.attributes };
  const { kind, element } = type;
  return element.kind === "nested" ? { nesting: kind, attributes: element.attributes } : undefined;
}

function attributeField(attribute: Attribute): Field {
  const nested = nestedIn(attribute.type);
  if (nested === undefined) {
    return { nesting: "value", type: wireType(attribute.type), attribute, children: new Map() };
  }
  const { nesting, attributes } = nested;
  const children = fieldsOf({ attributes, blocks: {} });
  return { nesting, type: wrap(nesting, objectType(children)), attribute, children };
}

function blockField(block: Block): Field {
  const children = fieldsOf(block);
  return { nesting: block.nesting, type: wrap(block.nesting, objectType(children)), children };
}

function wrap(nesting: Nesting, type: Type): Type {
  return nesting === "single" ? type : [nesting, type];
}

/** The type of an attribute in the protocol's form. */
export function wireType(type: AttributeType): Type {
  if (type.kind === "primitive") return type.type;
  if (type.kind === "nested") return objectType(fieldsOf({ attributes: type.attributes, blocks: {} }));
  return [type.kind, wireType(type.element)];
}

/** Whether Terraform hides the field's own value: what is sensitive inside it is not looked at. */
export function isSensitive({ attribute }: Field): boolean {
  return attribute?.sensitive === true || attribute?.mode === "writeOnly";
}

/** An object inside a field's value, and the step that leads to it. */
export interface Child {
  /** One index or key. Empty for a single object. */
  readonly step: readonly (string | number)[];
  readonly object: ObjectValue;
}

/** The objects inside a field's value. There are none when it is null or unknown. */
export function childrenOf(field: Field, value: Value | undefined): readonly Child[] {
  if (field.nesting === "value") return [];
  if (field.nesting === "single") return isObject(value) ? [{ step: [], object: value }] : [];
  if (field.nesting === "map") {
    if (!isObject(value)) return [];
    return Object.entries(value).flatMap(([key, object]) =>
      isObject(object) ? [{ step: [key], object }] : [],
    );
  }
  if (!isList(value)) return [];
  return value.flatMap((object, index) => (isObject(object) ? [{ step: [index], object }] : []));
}

/** The same value with each object inside it replaced. */
export function mapChildren(field: Field, value: Value, change: (child: Child) => ObjectValue): Value {
  if (field.nesting === "value") return value;
  if (field.nesting === "single") return isObject(value) ? change({ step: [], object: value }) : value;
  if (field.nesting === "map") {
    if (!isObject(value)) return value;
    const entries = Object.entries(value).map(([key, object]): [string, Value] => [
      key,
      isObject(object) ? change({ step: [key], object }) : (object ?? null),
    ]);
    return Object.fromEntries(entries);
  }
  if (!isList(value)) return value;
  return value.map((object, index) => (isObject(object) ? change({ step: [index], object }) : object));
}

/** The object that stands at the same place in another value of the field. Members of a set have no place. */
export function counterpart(field: Field, other: Value | undefined, child: Child): ObjectValue | undefined {
  if (field.nesting === "set") return undefined;
  const found = childrenOf(field, other).find((one) => one.step[0] === child.step[0]);
  return found?.object;
}

/** The same object with each field replaced. The result has every field. */
export function mapFields(
  fields: Fields,
  object: ObjectValue,
  change: (field: Field, value: Value, name: string) => Value,
): ObjectValue {
  return Object.fromEntries(
    [...fields].map(([name, field]) => [name, change(field, object[name] ?? null, name)]),
  );
}
