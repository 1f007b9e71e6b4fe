/** Configurations, plans and states, as the protocol's messages carry them. */
import { type Fields, mapChildren, mapFields } from "./fields";
import { decodeValue } from "./msgpack";
import { isObject, type ObjectValue, type Type, ValueError } from "./value";

/** Terraform sends msgpack, except for stored state. */
export type WireValue = { readonly msgpack: Uint8Array } | undefined;

/**
 * @returns null when there is no object, such as the plan of a resource that is destroyed
 * @throws ValueError when the bytes are not an object of the type
 */
export function decodeObject(wire: WireValue, type: Type): ObjectValue | null {
  if (wire === undefined || wire.msgpack.length === 0) return null;
  const value = decodeValue(wire.msgpack, type);
  if (value !== null && !isObject(value)) throw new ValueError([], "an object is expected");
  return value;
}

/** What a function returned, laid over what there was before. What it left out stays. */
export function merge(base: ObjectValue, over: ObjectValue | undefined): ObjectValue {
  const given = Object.entries(over ?? {}).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}

/**
 * The same object in the form that Terraform expects: every field is there, no list or set of blocks is null, and every
 * write-only value is.
 */
export function complete(fields: Fields, object: ObjectValue): ObjectValue {
  for (const name of Object.keys(object)) {
    if (!fields.has(name) && object[name] !== undefined) return object; // the encoder reports the unknown name
  }
  return mapFields(fields, object, (field, value) => {
    if (field.attribute?.mode === "writeOnly") return null;
    const isRepeatedBlock =
      field.attribute === undefined && (field.nesting === "list" || field.nesting === "set");
    if (isRepeatedBlock && value === null) return [];
    return mapChildren(field, value, (child) => complete(field.children, child.object));
  });
}
