/** The `timeouts` block: how long an operation may take, in Terraform's way of writing durations. */
import { string } from "./attribute-types";
import { optional } from "./attributes";
import { singleNestedBlock } from "./blocks";
import type { Block } from "./schema";
import { isObject, type ObjectValue } from "./value";

/** What may have a limit of its own. */
export type TimeoutOperation = "create" | "read" | "update" | "delete";
/** Seconds that each operation may take unless the configuration says otherwise. */
export type TimeoutSeconds = Readonly<Partial<Record<TimeoutOperation, number>>>;

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
/** Node's timers fire at once beyond this. */
const MAX_MS = 2 ** 31 - 1;

/** @returns undefined when the text is no duration such as `90s` or `1h30m` */
export function parseDurationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    const factor = unit === "ms" || unit === "s" || unit === "m" || unit === "h" ? UNIT_MS[unit] : 0;
    ms += Number(amount) * factor;
  }
  return ms > 0 && ms <= MAX_MS ? ms : undefined;
}

/** The block in which the configuration may set other limits than these. */
export function timeoutsBlock(defaults: TimeoutSeconds): Block {
  const attributes = Object.entries(defaults).map(([operation, seconds]) => [
    operation,
    optional(string, {
      description: `How long ${operation} may take, such as "90s" or "1h30m". Default: ${seconds}s.`,
      validators: [
        (text) =>
          parseDurationMs(text) === undefined
            ? `"${text}" is no duration: write for example "90s", "10m" or "1h30m", at most 596h`
            : undefined,
      ],
    }),
  ]);
  return singleNestedBlock({
    description: "How long operations may take.",
    attributes: Object.fromEntries(attributes),
  });
}

/** @param source the object whose `timeouts` block counts: the plan, or the state when there is no plan */
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
