/** The `timeouts` block, in which a configuration says how long operations may take. */
import { string } from "./attribute-types";
import { optional } from "./attributes";
import { singleNestedBlock } from "./blocks";
import type { Block } from "./schema";
import { isObject, type ObjectValue } from "./value";

/** An operation that may have a timeout. */
export type TimeoutOperation = "create" | "read" | "update" | "delete";
/** The default timeout of each operation, in seconds. */
export type TimeoutSeconds = Readonly<Partial<Record<TimeoutOperation, number>>>;

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
/** Node's timers fire at once for longer times. */
const MAX_MS = 2 ** 31 - 1;

/** @returns undefined when the text is not a duration such as `90s` or `1h30m` */
export function parseDurationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    const factor = unit === "ms" || unit === "s" || unit === "m" || unit === "h" ? UNIT_MS[unit] : 0;
    ms += Number(amount) * factor;
  }
  return ms > 0 && ms <= MAX_MS ? ms : undefined;
}

/** The `timeouts` block of a resource with these defaults. */
export function timeoutsBlock(defaults: TimeoutSeconds): Block {
  const attributes = Object.entries(defaults).map(([operation, seconds]) => [
    operation,
    optional(string, {
      description: `How long ${operation} may take, such as "90s" or "1h30m". Default: ${seconds}s.`,
      validators: [
        (text) =>
          parseDurationMs(text) === undefined
            ? `"${text}" is not a duration: write for example "90s", "10m" or "1h30m", at most 596h`
            : undefined,
      ],
    }),
  ]);
  return singleNestedBlock({
    description: "How long operations may take.",
    attributes: Object.fromEntries(attributes),
  });
}

/**
 * The timeout that the configuration or the defaults set.
 * @param source the object whose `timeouts` block counts: the plan, or the state when there is no plan
 */
export function timeoutMs(
  operation: TimeoutOperation,
  defaults: TimeoutSeconds,
  source: ObjectValue,
): number | undefined {
  const { timeouts } = source;
  const text = isObject(timeouts) ? timeouts[operation] : undefined;
  const configured = typeof text === "string" ? parseDurationMs(text) : undefined;
  const seconds = defaults[operation];
  return configured ?? (seconds === undefined ? undefined : seconds * 1000);
}
