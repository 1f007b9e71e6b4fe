import type { Manifest } from "../operations/manifest";
import type { SynthesizedStack } from "../operations/stacks";
import { nearest } from "../support/spelling";
import { UsageError } from "./usage-error";

/** A stack, and the agents of it that were named on the command line. */
export interface ChosenStack {
  readonly stack: SynthesizedStack;
  readonly agents: readonly Manifest[];
}

/**
 * The agents that are named by path, or by the name of the container or app; all of them if none is named.
 *
 * @throws UsageError if there is none of that name
 */
export function chosenAgents(
  stacks: readonly SynthesizedStack[],
  names: readonly string[],
  outdir: string,
): readonly ChosenStack[] {
  const all = stacks.flatMap(({ agents }) => agents);
  const known = all.flatMap(({ agent, name }) => [agent, name]);
  refuseUnknown(names, known, "agent");
  if (all.length === 0) throw new UsageError(`${outdir} has no agent`);
  const isNamed = ({ agent, name }: Manifest) =>
    names.length === 0 || names.includes(agent) || names.includes(name);
  return stacks
    .map((stack) => ({ stack, agents: stack.agents.filter(isNamed) }))
    .filter(({ agents }) => agents.length > 0);
}

/** @throws UsageError for the first name that nothing has */
export function refuseUnknown(names: readonly string[], known: readonly string[], what: string): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, known);
  throw new UsageError(
    `there is no ${what} ${unknown}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  );
}
