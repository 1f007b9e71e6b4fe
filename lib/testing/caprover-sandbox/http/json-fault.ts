/** A fault as text: for the command's option, and for the page on which a running command takes faults. */

import { choice, literalText, literalWholeNumber, optional, propsSchema } from "../../../support/validation";
import { checked, parseGivenJson } from "../given-json";
import type { Fault, FaultEffect } from "./faults";

/** The effects that have a name. */
export const EFFECTS = [
  "429",
  "500",
  "1106",
  "not placed",
  "reset",
  "hang",
  "truncated",
  "server crash",
  "server restart",
] as const satisfies readonly Exclude<FaultEffect, (...given: never) => unknown>[];

interface GivenFault {
  readonly effect: (typeof EFFECTS)[number];
  readonly at?: "arrival" | "answer" | "saved";
  readonly method?: string;
  readonly path?: string;
  readonly ordinal?: number;
  readonly times?: number;
}

const schema = () =>
  propsSchema<GivenFault>({
    effect: choice(...EFFECTS),
    at: optional(choice("arrival", "answer", "saved")),
    method: optional(choice("GET", "POST", "PATCH")),
    path: optional(literalText(/^\//, "a path below /api/v2, such as /user/apps/appData/*")),
    ordinal: optional(literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "")),
    times: optional(literalWholeNumber(1, Number.MAX_SAFE_INTEGER, "")),
  });

/**
 * Reads a fault from JSON. In its path, `*` stands for anything.
 * @param what where the text comes from, for the error
 * @throws Error that lists what is wrong
 */
export function readFault(what: string, text: string): Fault {
  const {
    effect,
    at = "arrival",
    path,
    ...rest
  } = checked<GivenFault>(what, parseGivenJson(what, text), schema());
  const target = { ...rest, ...(path === undefined ? {} : { path: patternOf(path) }) };
  if (at !== "saved") return { ...target, effect, at };
  if (effect === "server crash") return { ...target, effect, at };
  throw new Error(`${what}: at = "saved": is possible with the effect "server crash" only`);
}

function patternOf(path: string): RegExp {
  const literal = (part: string) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${path.split("*").map(literal).join(".*")}$`);
}
