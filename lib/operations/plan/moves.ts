/** Agents that go from one stack to another: destroyed in one plan, and new in the other. */
import { type Removal, removalBetween } from "../../plan/removals";
import { type Document, jsonIn, record, textOf } from "../../support/json-document";
import type { PlannedAgent, PlannedStack } from "./planned-stack";

/** Manifests of agents that a plan's outputs lose, and of those that they gain. */
export interface Movers {
  readonly leaving: readonly Document[];
  readonly arriving: readonly Document[];
}

export function moversIn(plan: Document): Movers {
  const changes = Object.entries(record(plan["output_changes"])).flatMap(([output, value]) =>
    output.endsWith("_manifest") ? [record(value)] : [],
  );
  const only = (one: "before" | "after", other: "before" | "after") =>
    changes.flatMap((change) => {
      const manifest = record(jsonIn(textOf(change[one]) ?? ""));
      return change[other] == null && textOf(manifest["name"]) !== undefined ? [manifest] : [];
    });
  return { leaving: only("before", "after"), arriving: only("after", "before") };
}

interface Move {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Path of the construct in its new stack. */
  readonly agent: string | undefined;
  /** Why the data stays behind; undefined if the agent finds it again. */
  readonly without: string | undefined;
}

/** Says of each agent that moves where it goes, and whether its data goes with it. */
export function withMoves(
  stacks: readonly PlannedStack[],
  movers: ReadonlyMap<string, Movers>,
): readonly PlannedStack[] {
  const moves = movesBetween(movers);
  return stacks.map((stack) =>
    stack.result === "planned"
      ? { ...stack, agents: stack.agents.map((agent) => moved(agent, stack.stack, moves)) }
      : stack,
  );
}

function movesBetween(movers: ReadonlyMap<string, Movers>): readonly Move[] {
  const arriving = [...movers].flatMap(([to, { arriving: all }]) =>
    all.map((manifest) => ({ to, manifest })),
  );
  return [...movers].flatMap(([from, { leaving }]) =>
    leaving.flatMap((was) => {
      const found = arriving.find(
        ({ to, manifest: is }) => to !== from && is["name"] === was["name"] && isSameKind(was, is),
      );
      if (found === undefined) return [];
      const { to, manifest: is } = found;
      const without = withoutData(was, is);
      return [{ name: String(was["name"]), from, to, agent: textOf(is["agent"]), without }];
    }),
  );
}

function isSameKind(was: Document, is: Document): boolean {
  return record(was["place"])["kind"] === record(is["place"])["kind"];
}

function withoutData(was: Document, is: Document): string | undefined {
  const removal: Removal | undefined = removalBetween(was, is);
  if (removal !== undefined) return `its data stays on ${removal.from}`;
  const [had, has] = [was["data"], is["data"]].map((data) => textOf(data));
  if (had === undefined || has === undefined) return "where its data lies comes from a sensitive value";
  return had === has ? undefined : `its data stays on ${JSON.stringify(had)}`;
}

function moved(agent: PlannedAgent, stack: string, moves: readonly Move[]): PlannedAgent {
  const leaves = moves.find(
    ({ from, name }) => from === stack && agent.effect === "destroy" && agent.name === name,
  );
  const arrives = moves.find(
    ({ to, agent: path }) => to === stack && agent.effect === "create" && agent.agent === path,
  );
  const move = leaves ?? arrives;
  // A volume that is destroyed is destroyed wherever its agent goes.
  if (move === undefined || agent.data === "destroyed") return agent;
  const { from, to, without } = move;
  const way = leaves
    ? `it moves to the stack ${to}`
    : `it comes from the stack ${from}; deploy that one before`;
  const { why: _, ...rest } = agent;
  return {
    ...rest,
    notes: [
      ...agent.notes,
      `${way}, ${without === undefined ? "and its data goes with it" : "without its data"}`,
    ],
    data: without === undefined ? "kept" : "moved",
    ...(without !== undefined && { why: without }),
    failures: [...new Set([...agent.failures, ...(without === undefined ? [] : (["data-move"] as const))])],
  };
}
