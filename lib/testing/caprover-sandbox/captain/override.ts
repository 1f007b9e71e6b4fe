import { parse } from "yaml";
import { isJsonObject, type Json, type JsonObject, toJson } from "../engine/json";
import { ApiStatus, CaptainError } from "./api-status";

/**
 * Reads a service update override: JSON where it begins with a brace or a bracket, else YAML. CapRover also saves a
 * value that is no object; it has no effect.
 * @throws CaptainError when there is no value
 */
export function readOverride(given: string): { text: string; object: JsonObject } {
  const text = given.trim();
  if (text === "") return { text, object: {} };
  let read: Json;
  try {
    read = toJson(/^[{[]/.test(text) ? JSON.parse(text) : parse(text));
  } catch {
    read = null;
  }
  if (!read) {
    throw new CaptainError(
      ApiStatus.illegalParameter,
      "serviceUpdateOverride must be either a valid JSON object starting with { or an equivalent yaml",
    );
  }
  return { text, object: isJsonObject(read) ? read : {} };
}

/** CapRover's merge: it replaces arrays and scalars. `null` removes these, and leaves an object as it is. */
export function mergeObjects(base: JsonObject, over: JsonObject): JsonObject {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    if (isJsonObject(before) && (isJsonObject(value) || value === null)) {
      merged[key] = mergeObjects(before, value ?? {});
    } else if (value === null) {
      delete merged[key];
    } else {
      merged[key] = value;
    }
  }
  return merged;
}
