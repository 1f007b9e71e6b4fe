/** The objects of configurations, plans and states, as the protocol's messages carry them. */
import { decodeValue } from "./msgpack";
import { isObject, type ObjectValue, type Type, ValueError } from "./value";

/** Terraform always sends msgpack, save for stored state. */
export type WireValue = { readonly msgpack: Uint8Array } | undefined;

/**
 * @returns null for what does not exist
 * @throws ValueError when the bytes are no object of the type
 */
export function decodeObject(wire: WireValue, type: Type): ObjectValue | null {
  if (wire === undefined || wire.msgpack.length === 0) return null;
  const value = decodeValue(wire.msgpack, type);
  if (value !== null && !isObject(value)) throw new ValueError([], "an object is wanted");
  return value;
}

/** What a function handed back, over what was there; what it left out stays. */
export function merge(base: ObjectValue, over: ObjectValue | undefined): ObjectValue {
  const given = Object.entries(over ?? {}).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}
