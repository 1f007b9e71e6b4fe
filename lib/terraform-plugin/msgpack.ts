/** Terraform values to and from msgpack, the form in which they travel in every call. */
import { decode, Encoder, ExtData, ExtensionCodec } from "@msgpack/msgpack";
import { canonicalNumber, Decimal, parseNumber } from "./number";
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

/** Every extension is an unknown: type 0 the plain one, type 12 one that tells more, others a later invention. */
const extensionCodec = new ExtensionCodec();
for (let type = 0; type < 128; type++) {
  extensionCodec.register({ type, encode: () => null, decode: () => UNKNOWN });
}
const WIRE_UNKNOWN = new ExtData(0, new Uint8Array(1));
/** One for all values: a new one would begin with a new buffer each time. */
const encoder = new Encoder({ extensionCodec, maxDepth: 1000 });

/** @throws ValueError when the bytes are no value of the type */
export function decodeValue(bytes: Uint8Array, type: Type): Value {
  return fromWire(unpack(bytes), type, []);
}

/** @throws ValueError when the value is none of the type */
export function encodeValue(value: Value | undefined, type: Type): Uint8Array {
  return encoder.encode(toWire(value, type, []));
}

function unpack(bytes: Uint8Array): unknown {
  const most = bytes.length;
  try {
    // No array or map has more items than the message has bytes: a false length can't make a large allocation.
    return decode(bytes, { extensionCodec, useBigInt64: true, maxArrayLength: most, maxMapLength: most });
  } catch (error) {
    throw new ValueError([], `no msgpack value: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fromWire(raw: unknown, type: Type, path: Path): Value {
  if (raw === null) return null;
  if (raw === UNKNOWN) return UNKNOWN;
  if (typeof type === "string") return primitiveFromWire(raw, type, path);
  if (type[0] === "list" || type[0] === "set") {
    const [, element] = type;
    return array(raw, type, path).map((item, index) => fromWire(item, element, [...path, index]));
  }
  if (type[0] === "tuple") {
    const items = array(raw, type, path);
    if (items.length !== type[1].length) throw mismatch(raw, type, path);
    return type[1].map((one, index) => fromWire(items[index], one, [...path, index]));
  }
  if (!isRecord(raw)) throw mismatch(raw, type, path);
  if (type[0] === "map") {
    return Object.fromEntries(
      Object.entries(raw).map(([key, item]) => [key, fromWire(item, type[1], [...path, key])]),
    );
  }
  const attributes = type[1];
  for (const name of Object.keys(raw)) {
    if (!Object.hasOwn(attributes, name)) throw new ValueError([...path, name], "there is no such attribute");
  }
  return Object.fromEntries(
    Object.entries(attributes).map(([name, one]) => [
      name,
      fromWire(raw[name] ?? null, one, [...path, name]),
    ]),
  );
}

function primitiveFromWire(raw: unknown, type: Type & string, path: Path): Value {
  if (type === "string" && typeof raw === "string") return raw;
  if (type === "bool" && typeof raw === "boolean") return raw;
  if (type === "number" && (typeof raw === "number" || typeof raw === "bigint" || typeof raw === "string")) {
    const number = parseNumber(String(raw));
    if (number !== undefined) return number;
  }
  if (type === "dynamic" && Array.isArray(raw) && raw.length === 2) {
    const [typeJson, inner]: readonly unknown[] = raw;
    if (typeJson instanceof Uint8Array) {
      const innerType = parseType(parseJson(typeJson));
      return new Dynamic(innerType, fromWire(inner, innerType, path));
    }
  }
  throw mismatch(raw, type, path);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
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
    // Text keeps every digit; a float64 would be compared by Terraform as the binary fraction that it is.
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

const isRecord = (raw: unknown): raw is { readonly [key: string]: unknown } =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw) && !(raw instanceof Uint8Array);

function array(raw: unknown, type: Type, path: Path): readonly unknown[] {
  if (!Array.isArray(raw)) throw mismatch(raw, type, path);
  return raw;
}

/** Says what was found, never its content: it may be a secret. */
function mismatch(found: unknown, type: Type, path: Path): ValueError {
  const wanted = typeof type === "string" ? type : type[0];
  const kind = Array.isArray(found) ? `a list of ${found.length}` : `a ${typeof found}`;
  return new ValueError(path, `${kind} was given where a ${wanted} is wanted`);
}
