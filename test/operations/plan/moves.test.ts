/** An agent that the program has in another stack than before. */
import { moversIn, withMoves } from "../../../lib/operations/plan/moves";
import { plansAsText } from "../../../lib/operations/plan/plan-text";
import type { PlannedAgent, PlannedStack } from "../../../lib/operations/plan/planned-stack";
import { ON_CAPROVER, ON_DOCKER } from "../manifests";

type Given = Readonly<Record<string, unknown>>;

const planOf = (before: Given | null, after: Given | null) => ({
  output_changes: {
    hermes_manifest: { before: before && JSON.stringify(before), after: after && JSON.stringify(after) },
    hermes_url: { before: null, after: "http://x" },
  },
});

const row = (agent: Partial<PlannedAgent>): PlannedAgent => ({
  name: "hermes",
  address: "docker_container.hermes",
  effect: "create",
  attributes: [],
  replacedBy: [],
  notes: [],
  data: "new",
  failures: [],
  ...agent,
});

const stackOf = (stack: string, ...agents: readonly PlannedAgent[]): PlannedStack => ({
  stack,
  dependsOn: [],
  result: "planned",
  agents,
  resources: [],
});

const LEAVES = row({
  effect: "destroy",
  data: "abandoned",
  why: "would be destroyed",
  failures: ["destroy"],
});

function moved(was: Given, is: Given, leaves = LEAVES): readonly PlannedStack[] {
  const movers = new Map([
    ["old", moversIn(planOf(was, null))],
    ["new", moversIn(planOf(null, { ...is, agent: "new/hermes" }))],
  ]);
  return withMoves([stackOf("old", leaves), stackOf("new", row({ agent: "new/hermes" }))], movers);
}

const agentsOf = (stacks: readonly PlannedStack[]) =>
  stacks.flatMap((stack) => (stack.result === "planned" ? stack.agents : []));

const OTHER_ENGINE = { ...ON_DOCKER, place: { ...ON_DOCKER.place, host: "ssh://deploy@two.example.com" } };

test.each<[string, Given, Given]>([
  ["on the same engine with the same volume", ON_DOCKER, ON_DOCKER],
  ["on the same CapRover server", ON_CAPROVER, ON_CAPROVER],
  [
    "on the same server by another form of its address",
    ON_CAPROVER,
    { ...ON_CAPROVER, place: { ...ON_CAPROVER.place, url: "https://CAPTAIN.apps.example.com:443/" } },
  ],
])("an agent that moves to another stack %s keeps its data", (_, was, is) => {
  const [leaves, arrives] = agentsOf(moved(was, is));
  expect(leaves).toMatchObject({ effect: "destroy", data: "kept", failures: ["destroy"] });
  expect(leaves?.notes).toEqual(["it moves to the stack new, and its data goes with it"]);
  expect(leaves).not.toHaveProperty("why");
  expect(arrives).toMatchObject({ effect: "create", data: "kept", failures: [] });
  expect(arrives?.notes).toEqual([
    "it comes from the stack old; deploy that one before, and its data goes with it",
  ]);
});

test.each<[string, Given, Given, RegExp]>([
  ["to another volume", ON_DOCKER, { ...ON_DOCKER, data: "else" }, /stays on "/],
  ["to another engine", ON_DOCKER, OTHER_ENGINE, /stays on the engine ssh:\/\/deploy@one/],
  ["with data that a secret names", { ...ON_DOCKER, data: null }, { ...ON_DOCKER, data: null }, /sensitive/],
])("an agent that moves to another stack and %s leaves its data behind", (_, was, is, why) => {
  const agents = agentsOf(moved(was, is));
  for (const agent of agents) {
    expect(agent).toMatchObject({ data: "moved", why: expect.stringMatching(why) });
    expect(agent.failures).toContain("data-move");
    expect(agent.notes.join()).toContain("without its data");
  }
  expect(agents).toHaveLength(2);
});

test.each<[string, Given, Given]>([
  ["another name", ON_DOCKER, { ...ON_DOCKER, name: "other" }],
  ["another kind of place", ON_DOCKER, { ...ON_CAPROVER, name: "hermes" }],
])("a new agent with %s is no move of the destroyed one", (_, was, is) => {
  const [leaves, arrives] = agentsOf(moved(was, is));
  expect(leaves).toEqual(LEAVES);
  expect(arrives).toEqual(row({ agent: "new/hermes" }));
});

test("data that is destroyed goes nowhere", () => {
  const leaves = row({ effect: "destroy", data: "destroyed", failures: ["destroy", "data-move"] });
  expect(agentsOf(moved(ON_DOCKER, ON_DOCKER, leaves))[0]).toEqual(leaves);
});

test("an agent that stays, or is only new or only destroyed, is as it was", () => {
  const stacks = [stackOf("old", LEAVES), stackOf("new", row({ agent: "new/hermes" }))];
  const plans: readonly (readonly [Given | null, Given | null])[] = [
    [ON_DOCKER, ON_DOCKER],
    [ON_DOCKER, null],
    [null, ON_DOCKER],
    [null, null],
  ];
  for (const [was, is] of plans)
    expect(withMoves(stacks, new Map([["old", moversIn(planOf(was, is))]]))).toEqual(stacks);
});

test("the text says in one line where the agent goes", () => {
  expect(plansAsText(moved(ON_DOCKER, ON_DOCKER), [])).toContain(
    "      it moves to the stack new, and its data goes with it",
  );
});
