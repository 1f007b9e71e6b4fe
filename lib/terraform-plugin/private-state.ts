/** What Terraform keeps for a provider beside a resource's state. */
import { isObject } from "./value";

/**
 * Strings that Terraform keeps beside a resource's state and does not show. The state file holds them in clear text:
 * they must not be secrets.
 */
export type PrivateState = Map<string, string>;

/** The bytes that Terraform stores. */
export function encodePrivateState(state: PrivateState): Uint8Array {
  if (state.size === 0) return new Uint8Array();
  return Buffer.from(JSON.stringify(Object.fromEntries(state)));
}

/** Bytes that this library did not write count as an empty state. */
export function decodePrivateState(bytes: Uint8Array): PrivateState {
  if (bytes.length === 0) return new Map();
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const entries = isObject(json) ? Object.entries(json) : [];
    return new Map(entries.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));
  } catch {
    return new Map();
  }
}
