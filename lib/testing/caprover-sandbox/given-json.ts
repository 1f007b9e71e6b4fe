/** JSON that somebody wrote by hand. Its text is in no message: it may hold a password. */
import type * as z from "zod";
import { describeProblem } from "../../support/errors";
import { problemsOf } from "../../support/prop-problems";

/**
 * @param what where the text comes from, for the error
 * @throws Error
 */
export function parseGivenJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [place = ""] = /position \d+.*$/.exec(error instanceof Error ? error.message : "") ?? [];
    throw new Error(`${what} is not JSON${place === "" ? "" : ` (at ${place})`}`);
  }
}

/**
 * @param what where the value comes from, for the error
 * @param schema the shape of a `T`
 * @throws Error that lists everything that is wrong with the value
 */
export function checked<T>(what: string, value: unknown, schema: z.ZodType): T {
  const isGood = (given: unknown): given is T => schema.safeParse(given).success;
  if (isGood(value)) return value;
  const lines = problemsOf(schema, value).map((one) =>
    describeProblem({ ...one, prop: one.prop === WHOLE ? what : `${what}: ${one.prop}` }),
  );
  throw new Error(lines.join("\n"));
}

/** How a problem names a value that is wrong as a whole. */
const WHOLE = "props";
