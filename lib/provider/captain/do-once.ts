/** A call that is not to be made twice: what it does is looked for before it is sent again. */
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
  /** How long CapRover may still be at it when its answer was lost. */
  readonly longestSeconds: number;
  /** Looks for what it does; undefined where that is not to be seen. */
  readonly look: () => Promise<T | undefined>;
}

/** @returns what was seen of it */
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
    // the refusal of a first attempt is no news of an earlier one
    const isRefused = isAnswered && !isDone(outcome.status);
    let seen = isRefused && attempt === 1 ? undefined : await look();
    // a captain that was replaced is not at it any more
    while (seen === undefined && clock.milliseconds() < untilMs && captain.processesSeen === process) {
      await clock.sleep(POLL_SECONDS, signal);
      seen = await look();
    }
    if (seen !== undefined) return seen;
    if (isRefused) throw refusal({ call, ...outcome });
    if (isAnswered) throw new TerraformError(`CapRover said that it did ${call}, and does not show it`);
  }
  throw new TerraformError(`It is not known whether CapRover did ${call}`);
}
