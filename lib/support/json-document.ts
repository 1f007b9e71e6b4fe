/** Parts of a JSON document, of which nothing is known before. */
import { isRecord } from "./objects";

export type Document = { readonly [key: string]: unknown };

export function record(value: unknown): Document {
  return isRecord(value) ? value : {};
}

/** A list of blocks; a single block may stand without its list. */
export function records(value: unknown): readonly Document[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

export function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What the text holds; undefined if it is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
