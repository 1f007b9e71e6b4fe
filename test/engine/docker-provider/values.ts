import { UNKNOWN, type Unknown } from "../../../lib/terraform-plugin";

/** The value of a plan; undefined if the plan leaves the choice to the engine. Zero counts as not set, as in Go. */
export function given<V>(value: V | null | Unknown): V | undefined {
  return value === UNKNOWN || value === null || isZero(value) ? undefined : value;
}

/** A missing value of the configuration and the engine's zero value are the same. */
export function settle<V>(before: V | null, now: V): V | null {
  return before === null && isZero(now) ? null : now;
}

/** Values that the plan left open, filled in from the engine. */
export function resolve<V>(planned: V | null | Unknown, now: V | null): V | null {
  return planned === UNKNOWN ? now : planned;
}

function isZero(value: unknown): boolean {
  if (value === 0 || value === "" || value === false || value === null || value === undefined) return true;
  if (typeof value !== "object") return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

export const MIB = 1024 * 1024;

/** Blocks of `label` and `value` as the engine takes them. */
export function labelMap(
  blocks: readonly { readonly label: string; readonly value: string }[],
): Record<string, string> {
  return Object.fromEntries(blocks.map(({ label, value }) => [label, value]));
}

export function labelBlocks(labels: Readonly<Record<string, string>> | null | undefined) {
  return Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
}
