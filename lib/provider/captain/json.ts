/** Reading JSON that somebody else wrote: a value of the wrong type counts as missing. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @returns undefined for a text that is no JSON */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export function objectAt(parent: JsonObject | undefined, key: string): JsonObject {
  const value = parent?.[key];
  return isJsonObject(value) ? value : {};
}

export function objectsAt(parent: JsonObject | undefined, key: string): readonly JsonObject[] {
  const value = parent?.[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function textAt(parent: JsonObject | undefined, key: string): string {
  const value = parent?.[key];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function textsAt(parent: JsonObject | undefined, key: string): readonly string[] {
  const value = parent?.[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function numberAt(parent: JsonObject | undefined, key: string, otherwise = 0): number {
  const value = parent?.[key];
  const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : otherwise;
}

export function flagAt(parent: JsonObject | undefined, key: string): boolean {
  return parent?.[key] === true;
}

/** The same text for equal values: keys in order, no white space. */
export function canonical(value: Json | undefined): string {
  return JSON.stringify(sorted(value ?? null));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return Object.fromEntries(keys.sort().map((key) => [key, sorted(value[key] ?? null)]));
}

/** The keys of an object literal, by their own names. */
export function keysOf<T extends object>(object: T): readonly (keyof T)[];
export function keysOf(object: object): readonly string[] {
  return Object.keys(object);
}
