/** Brings stored state, which is JSON, to the current schema version. */
import { type Json, type JsonObject, parseExactJson } from "./json";
import {
  Dynamic,
  isNumber,
  isObject,
  type Path,
  parseType,
  type Type,
  type Value,
  ValueError,
} from "./value";

/** Turns stored state of one schema version into that of the next. */
export type StateUpgrader = (state: JsonObject) => JsonObject;
/**
 * State upgraders by the schema version that they start from. Each leads to the next version, not to the last one:
 * those that exist need no change when a version is added.
 */
export type StateUpgraders = Readonly<Record<number, StateUpgrader>>;

interface StoredState {
  readonly json: string;
  readonly version: number;
}

/**
 * @throws JsonError, ValueError when the state doesn't fit the schema
 * @throws RangeError when it can't be brought to the current version
 */
export function upgradeState(
  stored: StoredState,
  type: Type,
  version: number,
  upgraders: StateUpgraders,
): Value {
  if (stored.version > version) {
    throw new RangeError(
      `The state was written by a newer provider (schema version ${stored.version}, this one knows ${version}). Upgrade the provider.`,
    );
  }
  let state = parseExactJson(stored.json);
  for (let from = stored.version; from < version; from++) {
    const upgrade = upgraders[from];
    if (upgrade === undefined)
      throw new RangeError(`The provider has no state upgrader for schema version ${from}.`);
    if (!isJsonObject(state)) throw new ValueError([], "the stored state is not an object");
    state = upgrade(state);
  }
  return fromJson(state, type, []);
}

/** Drops attributes that the schema no longer has. Those that are new are null. */
function fromJson(json: Json | undefined, type: Type, path: Path): Value {
  if (json === null || json === undefined) return null;
  if (typeof type !== "string") return compoundFromJson(json, type, path);
  if (type === "string" && typeof json === "string") return json;
  if (type === "bool" && typeof json === "boolean") return json;
  if (type === "number" && isNumber(json)) return json;
  if (type === "dynamic" && isJsonObject(json)) {
    const inner = parseType(json["type"]);
    return new Dynamic(inner, fromJson(json["value"], inner, path));
  }
  throw mismatch(type, path);
}

function compoundFromJson(json: Json, type: Exclude<Type, string>, path: Path): Value {
  if (type[0] === "object" && isJsonObject(json)) {
    const entries = Object.entries(type[1]).map(([name, one]) => [
      name,
      fromJson(json[name], one, [...path, name]),
    ]);
    return Object.fromEntries(entries);
  }
  if (type[0] === "map" && isJsonObject(json)) {
    const entries = Object.entries(json).map(([key, item]) => [key, fromJson(item, type[1], [...path, key])]);
    return Object.fromEntries(entries);
  }
  if (type[0] === "tuple" && isJsonArray(json)) {
    return type[1].map((one, index) => fromJson(json[index], one, [...path, index]));
  }
  if ((type[0] === "list" || type[0] === "set") && isJsonArray(json)) {
    const [, element] = type;
    return json.map((item, index) => fromJson(item, element, [...path, index]));
  }
  throw mismatch(type[0], path);
}

const isJsonArray = (json: Json): json is readonly Json[] => Array.isArray(json);
const isJsonObject = (json: Json): json is JsonObject => isObject(json);
const mismatch = (expected: string, path: Path) =>
  new ValueError(path, `the stored state holds something other than a ${expected}`);
