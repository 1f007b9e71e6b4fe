/** Terraform values to and from msgpack, the form that they have in every call. */
import { Encoder, ExtData } from "@msgpack/msgpack";
import { Head, MsgpackError, MsgpackReader, type Token } from "./msgpack-reader";
import { canonicalNumber, Decimal, numberFromFloat, parseNumber } from "./number";
import { decodeUtf8 } from "./utf8";
import {
  Dynamic,
  isList,
  isNumber,
  isObject,
  type ObjectValue,
  type Path,
  parseType,
  type Type,
  UNKNOWN,
  type Value,
  ValueError,
} from "./value";

const WIRE_UNKNOWN = new ExtData(0, new Uint8Array(1));
/** Shared by all values, because each encoder allocates a buffer. */
const encoder = new Encoder({ maxDepth: 1000 });
/** A type limits how deep its values are, except for dynamic ones. */
const MAX_DYNAMIC_DEPTH = 64;

/** @throws ValueError when the bytes are not a value of the type */
export function decodeValue(bytes: Uint8Array, type: Type): Value {
  try {
    const reader = new MsgpackReader(bytes);
    const value = fromWire(reader, type, [], 0);
    if (!reader.done) throw new MsgpackError("there are bytes after the value");
    return value;
  } catch (error) {
    if (error instanceof MsgpackError) throw new ValueError([], `invalid msgpack: ${error.message}`);
    throw error;
  }
}

/** @throws ValueError when the value is not of the type */
export function encodeValue(value: Value | undefined, type: Type): Uint8Array {
  return encoder.encode(toWire(value, type, []));
}

function fromWire(reader: MsgpackReader, type: Type, path: Path, dynamicDepth: number): Value {
  const token = reader.next();
  if (token === null || token === UNKNOWN) return token;
  if (type === "dynamic") return dynamicFromWire(token, reader, path, dynamicDepth);
  if (typeof type === "string") return primitiveFromWire(token, type, path);
  const inner = (one: Type, step: string | number) => fromWire(reader, one, [...path, step], dynamicDepth);
  if (type[0] === "list" || type[0] === "set") {
    const { length } = head("array", token, type, path);
    return times(length, (index) => inner(type[1], index));
  }
  if (type[0] === "tuple") {
    if (head("array", token, type, path).length !== type[1].length) throw mismatch(token, type, path);
    return type[1].map(inner);
  }
  const { length } = head("map", token, type, path);
  const entries = times(length, (): [string, Value] => {
    const name = reader.next();
    if (typeof name !== "string") throw new ValueError(path, "a name in it is not a string");
    if (name === "__proto__") throw new ValueError(path, "the name __proto__ is not allowed");
    return [name, inner(type[0] === "map" ? type[1] : attributeType(type[1], name, path), name)];
  });
  if (type[0] === "map") return Object.fromEntries(entries);
  const absent = Object.keys(type[1]).map((name): [string, Value] => [name, null]);
  return Object.fromEntries([...absent, ...entries]);
}

/** The array grows while it is read. Allocating it by the claimed length would let a short message take all memory. */
function times<T>(length: number, read: (index: number) => T): T[] {
  const items: T[] = [];
  for (let index = 0; index < length; index++) items.push(read(index));
  return items;
}

function attributeType(attributes: { readonly [name: string]: Type }, name: string, path: Path): Type {
  const type = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (type === undefined) throw new ValueError([...path, name], "there is no such attribute");
  return type;
}

function primitiveFromWire(token: Token, type: "string" | "number" | "bool", path: Path): Value {
  if (type === "string" && typeof token === "string") return token;
  if (type === "bool" && typeof token === "boolean") return token;
  if (type === "number") {
    const number = numberFromWire(token);
    if (number !== undefined) return number;
  }
  throw mismatch(token, type, path);
}

function numberFromWire(token: Token) {
  if (typeof token === "number") return numberFromFloat(token);
  return typeof token === "bigint" || typeof token === "string" ? parseNumber(String(token)) : undefined;
}

function dynamicFromWire(token: Token, reader: MsgpackReader, path: Path, depth: number): Dynamic {
  if (head("array", token, "dynamic", path).length !== 2) throw mismatch(token, "dynamic", path);
  if (depth === MAX_DYNAMIC_DEPTH) throw new ValueError(path, "dynamic values are nested too deeply");
  const typeJson = reader.next();
  if (!(typeJson instanceof Uint8Array)) throw mismatch(token, "dynamic", path);
  const type = parseType(parseJson(typeJson));
  return new Dynamic(type, fromWire(reader, type, path, depth + 1));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes));
  } catch {
    return undefined;
  }
}

function toWire(value: Value | undefined, type: Type, path: Path): unknown {
  if (value === undefined || value === null) return null;
  if (value === UNKNOWN) return WIRE_UNKNOWN;
  if (typeof type === "string") return primitiveToWire(value, type, path);
  if (type[0] === "list" || type[0] === "set") {
    if (!isList(value)) throw mismatch(value, type, path);
    const [, element] = type;
    return value.map((item, index) => toWire(item, element, [...path, index]));
  }
  if (type[0] === "tuple") {
    if (!isList(value) || value.length !== type[1].length) throw mismatch(value, type, path);
    return value.map((item, index) => toWire(item, type[1][index] ?? "dynamic", [...path, index]));
  }
  if (!isObject(value)) throw mismatch(value, type, path);
  const entries = type[0] === "map" ? mapEntries(value, type[1]) : objectEntries(value, type[1], path);
  return Object.fromEntries(entries.map(([name, one, item]) => [name, toWire(item, one, [...path, name])]));
}

type Entry = readonly [name: string, type: Type, value: Value | undefined];

const mapEntries = (value: ObjectValue, type: Type): Entry[] =>
  Object.entries(value).map(([name, item]) => [name, type, item]);

function objectEntries(value: ObjectValue, type: { readonly [name: string]: Type }, path: Path): Entry[] {
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(type, name)) throw new ValueError([...path, name], "there is no such attribute");
  }
  return Object.entries(type).map(([name, one]) => [name, one, value[name]]);
}

function primitiveToWire(value: Value, type: Type & string, path: Path): unknown {
  if (type === "string" && typeof value === "string") return value;
  if (type === "bool" && typeof value === "boolean") return value;
  if (type === "number" && isNumber(value)) {
    const number = canonicalNumber(value);
    // As a string, which keeps every digit: Terraform would compare a float64 by its exact binary fraction.
    if (typeof number === "number" && Number.isInteger(number)) return number;
    if (number !== undefined) return plainText(number);
  }
  if (type === "dynamic" && value instanceof Dynamic) {
    return [Buffer.from(JSON.stringify(value.type)), toWire(value.value, value.type, path)];
  }
  throw mismatch(value, type, path);
}

const plainText = (number: number | bigint | Decimal): string =>
  number instanceof Decimal ? number.text : number.toString();

function head(kind: Head["kind"], token: Token, type: Type, path: Path): Head {
  if (token instanceof Head && token.kind === kind) return token;
  throw mismatch(token, type, path);
}

/** Says what kind of value was found, never its content: it may be a secret. */
function mismatch(found: Token | Value, type: Type, path: Path): ValueError {
  const expected = typeof type === "string" ? type : type[0];
  return new ValueError(path, `expected a ${expected}, got ${kindOf(found)}`);
}

function kindOf(found: Token | Value): string {
  if (Array.isArray(found)) return `a list of ${found.length}`;
  if (found instanceof Head) return `${found.kind === "map" ? "a map" : "a list"} of ${found.length}`;
  return `a ${typeof found}`;
}
