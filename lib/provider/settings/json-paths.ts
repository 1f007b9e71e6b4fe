/** Values inside an object, by their paths. */
import { isJsonObject, type Json, type JsonObject, objectAt } from "../captain/json";

/**
 * The keys that lead to a value. As a text such as `TaskTemplate.ContainerSpec.Args` only where no key holds a dot, as
 * the names of labels do.
 */
export type JsonPath = string | readonly string[];

const keysOf = (path: JsonPath): readonly string[] => (typeof path === "string" ? path.split(".") : path);

/** All values of an object that are no objects themselves, by path. */
export function* leaves(
  object: JsonObject,
  above: readonly string[] = [],
): Generator<readonly [path: readonly string[], value: Json]> {
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    if (isJsonObject(value)) yield* leaves(value, [...above, key]);
    else yield [[...above, key], value];
  }
}

export function valueAt(object: JsonObject, path: JsonPath): Json | undefined {
  return keysOf(path).reduce<Json | undefined>(
    (value, key) => (isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    object,
  );
}

export function withValue(object: JsonObject, path: JsonPath, value: Json): JsonObject {
  const [key = "", ...rest] = keysOf(path);
  const next = rest.length === 0 ? value : withValue(objectAt(object, key), rest, value);
  return { ...object, [key]: next };
}

/** Removes objects that become empty, too. */
export function withoutValue(object: JsonObject, path: JsonPath): JsonObject {
  const [first = "", ...rest] = keysOf(path);
  const { [first]: value, ...others } = object;
  if (rest.length === 0 || !isJsonObject(value)) return rest.length === 0 ? others : object;
  const next = withoutValue(value, rest);
  return Object.keys(next).length === 0 ? others : { ...object, [first]: next };
}
