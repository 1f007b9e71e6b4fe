/** Values inside an object, by paths such as `TaskTemplate.ContainerSpec.Args`. */
import { isJsonObject, type Json, type JsonObject, objectAt } from "../captain/json";

/** All values of an object that are no objects themselves, by path. */
export function* leaves(object: JsonObject, prefix = ""): Generator<readonly [path: string, value: Json]> {
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    if (isJsonObject(value)) yield* leaves(value, `${prefix}${key}.`);
    else yield [`${prefix}${key}`, value];
  }
}

export function valueAt(object: JsonObject, path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>((value, key) => (isJsonObject(value) ? value[key] : undefined), object);
}

export function withValue(
  object: JsonObject,
  [key = "", ...rest]: readonly string[],
  value: Json,
): JsonObject {
  const next = rest.length === 0 ? value : withValue(objectAt(object, key), rest, value);
  return { ...object, [key]: next };
}

/** Removes objects that become empty, too. */
export function withoutValue(object: JsonObject, [key = "", ...rest]: readonly string[]): JsonObject {
  const { [key]: value, ...others } = object;
  if (rest.length === 0 || !isJsonObject(value)) return rest.length === 0 ? others : object;
  const next = withoutValue(value, rest);
  return Object.keys(next).length === 0 ? others : { ...object, [key]: next };
}
