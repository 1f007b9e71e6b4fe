/** A schema as the code that walks values sees it: attributes and blocks alike, with the wire's types worked out. */
import type { Attribute, AttributeType, Block, ElementType, Nested, ObjectSchema } from "./schema";
import { isList, isObject, type ObjectValue, type Type, type Value } from "./value";

/** An attribute or a block. */
export interface Field {
  /** `value`: nothing with attributes of its own inside. */
  readonly nesting: "value" | "single" | "list" | "set" | "map";
  readonly type: Type;
  /** Absent for a block. */
  readonly attribute?: Attribute;
  /** What an object inside holds; empty for a plain value. */
  readonly children: Fields;
}
/** By name. */
export type Fields = ReadonlyMap<string, Field>;

/** The fields of a schema, nested ones inside. */
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

/** The attributes of a nested type, whatever it is nested in. */
export function nestedOf(spec: AttributeType): Nested | undefined {
  if (spec.kind === "nested") return spec;
  if (spec.kind === "primitive") return undefined;
  return spec.element.kind === "nested" ? spec.element : undefined;
}

function attributeField(attribute: Attribute): Field {
  const nested = nestedOf(attribute.type);
  if (nested === undefined) {
    return { nesting: "value", type: typeOfSpec(attribute.type), attribute, children: new Map() };
  }
  const children = fieldsOf({ attributes: nested.attributes, blocks: {} });
  const { kind } = attribute.type;
  const nesting = kind === "list" || kind === "set" || kind === "map" ? kind : "single";
  return { nesting, type: wrap(nesting, objectType(children)), attribute, children };
}

function blockField(block: Block): Field {
  const children = fieldsOf(block);
  return { nesting: block.nesting, type: wrap(block.nesting, objectType(children)), children };
}

function wrap(nesting: Exclude<Field["nesting"], "value">, type: Type): Type {
  return nesting === "single" ? type : [nesting, type];
}

/** The wire's type of what a schema calls a type. */
export function typeOfSpec(spec: AttributeType | ElementType): Type {
  if (spec.kind === "primitive") return spec.type;
  if (spec.kind === "nested") return objectType(fieldsOf({ attributes: spec.attributes, blocks: {} }));
  return [spec.kind, typeOfSpec(spec.element)];
}

/** An object inside a field's value, and the step that leads to it. */
export interface Child {
  /** Absent for a single object, which lies at the field itself. */
  readonly step: readonly (string | number)[];
  readonly object: ObjectValue;
}

/** The objects inside a field's value: none where it is null or unknown. */
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

/** The object in another value of the field that stands where this child stands. Sets have no places. */
export function counterpart(field: Field, other: Value | undefined, child: Child): ObjectValue | undefined {
  if (field.nesting === "set") return undefined;
  const found = childrenOf(field, other).find((one) => one.step[0] === child.step[0]);
  return found?.object;
}

/** The same object with each field replaced; every field is there afterwards. */
export function mapFields(
  fields: Fields,
  object: ObjectValue,
  change: (field: Field, value: Value, name: string) => Value,
): ObjectValue {
  return Object.fromEntries(
    [...fields].map(([name, field]) => [name, change(field, object[name] ?? null, name)]),
  );
}
