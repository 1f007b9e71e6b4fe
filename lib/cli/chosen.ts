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
  for (const name of names) {
    if (all.some((agent) => agent.agent === name || agent.name === name)) continue;
    const known = all.flatMap(({ agent, name }) => [agent, name]);
    const meant = nearest(name, known);
    throw new UsageError(`there is no agent ${name}${meant === undefined ? "" : `; did you mean ${meant}?`}`);
  }
  if (all.length === 0) throw new UsageError(`${outdir} has no agent`);
  const isNamed = ({ agent, name }: Manifest) =>
    names.length === 0 || names.includes(agent) || names.includes(name);
  return stacks
    .map((stack) => ({ stack, agents: stack.agents.filter(isNamed) }))
    .filter(({ agents }) => agents.length > 0);
}
