/**
 * Decides which parts of props a message may show, from their schema alone. Where a secret is or may be, and where
 * this file can't look inside, it shows neither values nor names that people chose.
 */
import * as z from "zod";
import { credentialIn } from "./credentials";
import { showValue } from "./errors";

type Schema = z.core.$ZodType;
type Path = readonly PropertyKey[];

const CONFIDENTIAL = new WeakSet<Schema>();
const BEHIND_TOKEN = new WeakMap<Schema, Schema>();

/** Marks a place that is a secret, or that may contain one anywhere. */
export function confidential(schema: z.ZodType): z.ZodType {
  CONFIDENTIAL.add(schema);
  return schema;
}

/** Records what a schema requires of values that are not a token. */
export function behindToken(schema: z.ZodType, literal: z.ZodType): z.ZodType {
  BEHIND_TOKEN.set(schema, literal);
  return schema;
}

/** Whether the value there may be shown. */
export function mayShowValue(schema: Schema, path: Path): boolean {
  const places = placesAt(schema, path);
  return places.length > 0 && places.every(isPublic);
}

/** The names that the schema knows there. */
export function knownNames(schema: Schema, path: Path): readonly string[] {
  return placesAt(schema, path).flatMap((place) =>
    place instanceof z.ZodObject && !CONFIDENTIAL.has(place) ? Object.keys(place.shape) : [],
  );
}

/** The names that a schema knows, of an object or of each item of a list, with what belongs to them. */
export function namesBelow(schema: Schema): ReadonlyMap<string, Schema> {
  const places = alternatives(schema).flatMap((place) =>
    place instanceof z.ZodArray ? alternatives(place.element) : [place],
  );
  return new Map(
    places.flatMap((place) => (place instanceof z.ZodObject ? Object.entries<Schema>(place.shape) : [])),
  );
}

/**
 * A path as people write it. A name that could itself be a secret, pasted to the left of the colon, is replaced by its
 * position.
 */
export function showPath(schema: Schema, path: Path, props: unknown): string {
  const text = path.map((key, i) => showKey(schema, path.slice(0, i), key, props)).join("");
  return text.replace(/^\./, "") || "props";
}

function showKey(schema: Schema, above: Path, key: PropertyKey, props: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  if (knownNames(schema, above).includes(name)) return `.${name}`;
  if (mayShowValue(schema, above) && credentialIn(name) === undefined)
    return SIMPLE_NAME.test(name) ? `.${name}` : `[${showValue(name)}]`;
  if (name === "") return '[""]';
  if (name === "__proto__") return `.${name}`;
  const [, conventional, rest = ""] = CONVENTIONAL_NAME.exec(name) ?? [];
  if (conventional !== undefined && credentialIn(conventional) === undefined)
    return `.${conventional}${rest && "=…"}`;
  const names = Object.keys(Object(valueAt(props, above)));
  return `.(name ${names.indexOf(name) + 1}, not shown)`;
}

const SIMPLE_NAME = /^[\w.-]{1,60}$/;

/**
 * Words such as `OPENROUTER_API_KEY`, `base_url` or `corsOrigin`; what follows `=` is a value. Keys and tokens look
 * different.
 */
const CONVENTIONAL_NAME = /^((?:[A-Za-z]{1,20}|[A-Z0-9]{1,6})(?:_(?:[A-Za-z]{1,20}|[A-Z0-9]{1,6}))*)(=.*)?$/s;

/** The value at that path; undefined if there is no own property. */
export function valueAt(props: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined,
    props,
  );
}

/** The schemas at that path. The value has to match one of them. */
function placesAt(schema: Schema, path: Path): readonly Schema[] {
  return path.reduce<readonly Schema[]>(
    (places, key) => places.flatMap((place) => placesBelow(place, key)),
    alternatives(schema),
  );
}

/** Empty if the place has nothing of that name; the place itself if it hides its contents. */
function placesBelow(place: Schema, key: PropertyKey): readonly Schema[] {
  const below = CONFIDENTIAL.has(place) ? undefined : schemaBelow(place, key);
  if (below !== undefined) return alternatives(below);
  return isPublic(place) ? [] : [place];
}

function schemaBelow(place: Schema, key: PropertyKey): Schema | undefined {
  if (typeof key === "number") return place instanceof z.ZodArray ? place.element : undefined;
  if (place instanceof z.ZodRecord) return place.valueType;
  if (!(place instanceof z.ZodObject) || !Object.hasOwn(place.shape, key)) return undefined;
  const shape: Readonly<Record<PropertyKey, Schema>> = place.shape;
  return shape[key];
}

/** The schema without its wrappers; of a union, every option. */
function alternatives(schema: Schema): readonly Schema[] {
  if (CONFIDENTIAL.has(schema)) return [schema];
  if (schema instanceof z.ZodOptional) return alternatives(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives);
  const literal = BEHIND_TOKEN.get(schema);
  return literal === undefined ? [schema] : alternatives(literal);
}

/** Whether nothing in it is or may hold a secret. If in doubt, it is not public. */
function isPublic(place: Schema): boolean {
  if (CONFIDENTIAL.has(place)) return false;
  const within = (schema: Schema) => alternatives(schema).every(isPublic);
  if (place instanceof z.ZodObject) return Object.values(place.shape).every(within);
  if (place instanceof z.ZodArray) return within(place.element);
  if (place instanceof z.ZodRecord) return within(place.keyType) && within(place.valueType);
  return isPlain(place);
}

function isPlain(place: Schema): boolean {
  return PLAIN.some((kind) => place instanceof kind);
}

const PLAIN = [z.ZodString, z.ZodNumber, z.ZodBoolean, z.ZodEnum, z.ZodLiteral];
