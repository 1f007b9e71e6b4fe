/**
 * The number by which a plan shows that a write-only value will be sent. A configuration that sets it decides when.
 * When it is not set, it counts up when the configured value is not the one that was sent last.
 */
import { type Diagnostics, integer, optionalComputed, type Path, UNKNOWN } from "../../terraform-plugin";

/** @param what such as `the password` */
export const secretVersion = (what: string) =>
  optionalComputed(integer, {
    useStateForUnknown: true,
    description: `Counts up by itself when ${what} changes. When it is set here, a change of ${what} is sent only if this number changes too, and the plan warns of one that is not: set it for a value that differs at each plan. It reads as 0 when somebody else changed ${what}.`,
  });

/** One write-only value at a plan. */
export interface SecretAtPlan {
  /** For messages, such as `password_wo`. */
  readonly name: string;
  /** Of the number. */
  readonly path: Path;
  /** The number in the configuration. */
  readonly configured: number | null | typeof UNKNOWN;
  /** The number in the state. */
  readonly prior: number | null;
  /** Whether the value is another one than was sent last; unknown while the value is. */
  readonly isChanged: () => boolean | typeof UNKNOWN;
}

export function plannedVersion({ configured, prior, isChanged }: SecretAtPlan): number | typeof UNKNOWN {
  if (configured !== null) return configured;
  const isNewOrLost = prior === null || prior === 0;
  if (isNewOrLost) return 1;
  const changed = isChanged();
  return changed === UNKNOWN ? UNKNOWN : changed ? prior + 1 : prior;
}

/** The number that was planned. One that was left open counts up: the value was not known, and is sent. */
export const settledVersion = (planned: number | null | typeof UNKNOWN, prior: number | null): number =>
  typeof planned === "number" ? planned : (prior ?? 0) + 1;

/** Warns of a value that the number in the configuration keeps from being sent. */
export function warnOfHidden(
  { name, path, configured, prior, isChanged }: SecretAtPlan,
  diagnostics: Diagnostics,
): void {
  if (typeof configured !== "number" || configured !== prior || isChanged() !== true) return;
  diagnostics.addWarning(`The new value of ${name} is not sent`, {
    detail: `${path.join(".")} is ${configured}, as before, so CapRover keeps the value that it has. To send the new one, raise that number, or leave it out: then it counts up by itself.`,
    path,
  });
}
