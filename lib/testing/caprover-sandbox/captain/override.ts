import { parse } from "yaml";
import { isJsonObject, type Json, type JsonObject, toJson } from "../engine/json";
import { ApiStatus, CaptainError } from "./api-status";

/**
 * A service update override is JSON when it begins like it, else YAML. Whatever comes out of it is saved unless it
 * is nothing; of what is no object, the engine knows no key.
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

/** CapRover's merge: arrays and scalars are replaced; null empties an array and leaves an object alone. */
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
