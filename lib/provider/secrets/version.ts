/**
 * The number by which a plan shows that a write-only value is to be sent. Who configures it decides when that is; else
 * it counts itself up when the configured value is not the one that was sent last.
 */
import { integer, optionalComputed, type UNKNOWN } from "../../terraform-plugin";

/** @param what such as `the password` */
export const secretVersion = (what: string) =>
  optionalComputed(integer, {
    useStateForUnknown: true,
    description: `Counts itself up when ${what} changes. Given here, only a change of it shows in the plan: for a value that is another one at each plan. It reads as 0 when somebody else changed ${what}.`,
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

/** What the plan said; it says a number whenever the configuration is known. */
export const settledVersion = (planned: number | null | typeof UNKNOWN): number =>
  typeof planned === "number" ? planned : 1;
