/** A call that must not be made twice. Before it is sent again, this looks whether it took effect. */
import { TerraformError } from "../../terraform-plugin";
import { isDone } from "./api-status";
import type { Captain } from "./client";
import { refusal } from "./errors";
import type { JsonObject } from "./json";

const ATTEMPTS = 4;
const POLL_SECONDS = 2;

export interface Deed<T> {
  /** What is asked, such as `add registry "ghcr.io"`. */
  readonly call: string;
  readonly path: string;
  readonly body: JsonObject;
  /** How long CapRover may still be working on it when its answer was lost. */
  readonly longestSeconds: number;
  /** Looks for the effect of the call; undefined when there is none. */
  readonly look: () => Promise<T | undefined>;
}

/** @returns the effect */
export async function doOnce<T>(
  { call, path, body, longestSeconds, look }: Deed<T>,
  captain: Captain,
  signal: AbortSignal,
): Promise<T> {
  const { clock } = captain;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const outcome = await captain.write("POST", path, body, signal);
    const process = captain.processesSeen;
    const isAnswered = outcome.kind === "answer";
    const untilMs = clock.milliseconds() + (isAnswered ? 0 : longestSeconds * 1000);
    // only the refusal of a later attempt can mean that an earlier one took effect
    const isRefused = isAnswered && !isDone(outcome.status);
    let seen = isRefused && attempt === 1 ? undefined : await look();
    // a restarted CapRover does not continue the call
    while (seen === undefined && clock.milliseconds() < untilMs && captain.processesSeen === process) {
      await clock.sleep(POLL_SECONDS, signal);
      seen = await look();
    }
    if (seen !== undefined) return seen;
    if (isRefused) throw refusal({ call, ...outcome });
    if (isAnswered) throw new TerraformError(`CapRover answered that it did ${call}, but does not show it`);
  }
  throw new TerraformError(`It is not known whether CapRover did ${call}`);
}
