import type { Manifest, Place } from "../operations/manifest";
import { readStacks, type SynthesizedStack } from "../operations/stacks";
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

/** An agent on CapRover whose image a CI deploys. */
export type AgentByToken = Manifest & {
  readonly place: Extract<Place, { kind: "caprover" }>;
  readonly image: string;
};

/**
 * The one agent of that path or name, which has to be deployed by token.
 *
 * @throws UsageError if there is none or another one, or if it is deployed in another way
 */
export function agentByToken(name: string, outdir: string): AgentByToken {
  const [agent, ...others] = chosenAgents(readStacks(outdir), [name], outdir).flatMap(({ agents }) => agents);
  if (agent === undefined || others.length > 0)
    throw new UsageError(`several agents have the name ${name}; give the path of one`);
  const { place, image } = agent;
  if (place.kind !== "caprover" || agent.delivery !== "token" || image === null) {
    throw new UsageError(
      `${agent.agent} is not deployed by token; its image needs \`delivery: ImageDelivery.ci({ …, deploy: "token" })\`, and its target CapRover`,
    );
  }
  return { ...agent, place, image };
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
