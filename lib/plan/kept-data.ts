/** Whether a plan leaves every agent its data, in a form that its release can read. */
import { compareReleases } from "../hermes/releases";
import type { Document } from "../support/json-document";
import {
  agentsIn,
  agentsOn,
  type Data,
  type Deployed,
  isDataVolume,
  type PlannedAgent,
  successorOf,
} from "./agents";
import { type Change, changesIn } from "./changes";
import { effectOf } from "./effects";
import { isOf, type Removal, removalsIn } from "./removals";

/** What happens to an agent's data. */
export type DataLoss =
  /** The agent gets another place, and starts empty. */
  | "moved"
  /** The agent has no place for it any more. */
  | "unmounted"
  /** Where the agent will look for it is known only in the apply. */
  | "unknown"
  /** It is destroyed. */
  | "destroyed"
  /** The agent is destroyed, and no other one mounts it. */
  | "abandoned"
  /** An older release gets it, and can't read it. */
  | "downgrade";

export interface DataFinding {
  readonly loss: DataLoss;
  /** Of the agent's container or app, or of the volume. */
  readonly address: string;
  /** Addresses of the agents whose data it is. */
  readonly agents: readonly string[];
  /** What would happen, behind the address. */
  readonly text: string;
}

/** @returns what is wrong with the plan, or with what it does */
export function dataProblems(plan: Document): readonly string[] {
  const changes = changesIn(plan);
  if (typeof changes === "string") return [changes];
  const agents = agentsIn(changes);
  const volumes = changes.filter((change) => isDataVolume(change, agents));
  if (agents.length === 0 && volumes.length === 0) return ["the plan has no Hermes agent"];
  return dataFindings(plan, changes, agents).map(({ address, text }) => `${address} ${text}`);
}

export function dataFindings(
  plan: Document,
  changes: readonly Change[],
  agents: readonly PlannedAgent[],
): readonly DataFinding[] {
  const destroyed = changes.filter(
    (change) => isDataVolume(change, agents) && change.actions.includes("delete"),
  );
  const removals = removalsIn(plan);
  return [
    ...destroyed.map((volume) => ({
      loss: "destroyed" as const,
      address: volume.address,
      agents: agentsOn(volume, agents).map(({ change }) => change.address),
      text: "would be destroyed, and with it the data",
    })),
    ...agents.flatMap((agent) => {
      const found = lossOf(agent, agents, removals);
      const { address } = agent.change;
      return found === undefined ? [] : [{ address, agents: [address], ...found }];
    }),
  ];
}

type Loss = Pick<DataFinding, "loss" | "text">;

function lossOf(
  agent: PlannedAgent,
  agents: readonly PlannedAgent[],
  removals: readonly Removal[],
): Loss | undefined {
  const { change, before, after, destroysData } = agent;
  // Terraform lets go of an agent, which goes on with its data.
  if (before?.data === undefined || effectOf(change) === "forget") return undefined;
  const { data } = before;
  if (destroysData)
    return { loss: "destroyed", text: `would be destroyed together with its data on ${data.text}` };
  const removal = change.vanished ? removals.find((one) => isOf(one, agent)) : undefined;
  if (removal !== undefined) {
    const text = `would move from ${removal.from} to ${removal.to}, without its data, which stays on ${data.text} there`;
    return { loss: "moved", text };
  }
  const next = after ?? successorOf(agent, agents)?.after;
  if (next !== undefined) return lossBetween({ ...before, data }, next);
  const elsewhere = agents.find(
    ({ before: had, after: has }) => !had && has?.name && has.name === before.name,
  );
  if (elsewhere === undefined)
    return {
      loss: "abandoned",
      text: `would be destroyed, and no agent gets its data, which stays on ${data.text}`,
    };
  const text = `would be destroyed, and ${elsewhere.change.address} takes its place without its data, which stays on ${data.text}`;
  return { loss: "moved", text };
}

function lossBetween(
  { data, release }: Deployed & { readonly data: Data },
  next: Deployed,
): Loss | undefined {
  if (next.data === undefined)
    return { loss: "unmounted", text: `would no longer mount its data, which stays on ${data.text}` };
  if (next.data.place === undefined)
    return {
      loss: "unknown",
      text: `has its data on ${data.text}, and only the apply knows where it will be`,
    };
  if (next.data.place !== data.place)
    return { loss: "moved", text: `would move from ${data.text} to ${next.data.text}, without its data` };
  if (release && next.release && compareReleases(next.release, release) < 0)
    return {
      loss: "downgrade",
      text: `would go back from ${release.tag} to ${next.release.tag} on the same data, and no release migrates state.db back`,
    };
  return undefined;
}
