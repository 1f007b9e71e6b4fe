/**
 * The number by which a plan shows that a write-only value will be sent. A configuration that sets it decides when.
 * When it is not set, it counts up when the configured value is not the one that was sent last.
 */
import { integer, optionalComputed, type UNKNOWN } from "../../terraform-plugin";

/** @param what such as `the password` */
export const secretVersion = (what: string) =>
  optionalComputed(integer, {
    useStateForUnknown: true,
    description: `Counts up by itself when ${what} changes. When it is set here, a change of ${what} alone shows in the plan only if this number changes too: set it for a value that differs at each plan. It reads as 0 when somebody else changed ${what}.`,
  });

export function plannedVersion(
  configured: number | null | typeof UNKNOWN,
  prior: number | null,
  isChanged: () => boolean,
): number | typeof UNKNOWN {
  if (configured !== null) return configured;
  const isNewOrLost = prior === null || prior === 0;
  return isNewOrLost ? 1 : isChanged() ? prior + 1 : prior;
}

/** The number that was planned. It is known whenever the configuration is. */
export const settledVersion = (planned: number | null | typeof UNKNOWN): number =>
  typeof planned === "number" ? planned : 1;
