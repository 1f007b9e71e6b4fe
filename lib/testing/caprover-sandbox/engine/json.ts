/** A value of a JSON document. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
/** An object of a JSON document. */
export interface JsonObject {
  [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectAt(parent: JsonObject | undefined, key: string): JsonObject {
  const value = parent?.[key];
  return isJsonObject(value) ? value : {};
}

export function arrayAt(parent: JsonObject | undefined, key: string): Json[] {
  const value = parent?.[key];
  return Array.isArray(value) ? value : [];
}

export function objectsAt(parent: JsonObject | undefined, key: string): JsonObject[] {
  return arrayAt(parent, key).filter(isJsonObject);
}

export function stringsAt(parent: JsonObject | undefined, key: string): string[] {
  return arrayAt(parent, key).filter((item) => typeof item === "string");
}

export function stringAt(parent: JsonObject | undefined, key: string): string {
  const value = parent?.[key];
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

export function numberAt(parent: JsonObject | undefined, key: string, otherwise = 0): number {
  const value = Number(parent?.[key] ?? otherwise);
  return Number.isFinite(value) ? value : otherwise;
}

/** A value as JSON has it. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}

export function toJsonObject(value: object): JsonObject {
  const json = toJson(value);
  return isJsonObject(json) ? json : {};
}
