/** What a plan does to a stack, as plain data. It holds names of attributes and never their values. */
import { type PlannedAgent as AgentInPlan, agentsIn, successorOf } from "../../plan/agents";
import { type Change, changesIn, holdsTrue } from "../../plan/changes";
import { type Effect, effectOf, restartsItsApp } from "../../plan/effects";
import { type DataFinding, type DataLoss, dataFindings } from "../../plan/kept-data";
import { type Document, record, textOf } from "../../support/json-document";
import type { Manifest, Place } from "../manifest";
import type { SynthesizedStack } from "../stacks";
import { outputsBefore, takenOut } from "../taken-out";
import { NoPlan, type Trouble } from "./trouble";

/** What `--fail-on` can name. */
export const FAILURES = ["destroy", "replace", "data-move", "downgrade"] as const;
export type Failure = (typeof FAILURES)[number];

export interface StackWithPlan {
  readonly stack: string;
  readonly dependsOn: readonly string[];
  readonly result: "planned";
  readonly agents: readonly PlannedAgent[];
  /** What changes beside the agents. */
  readonly resources: readonly PlannedResource[];
}

export interface StackWithoutPlan extends Trouble {
  readonly stack: string;
  readonly dependsOn: readonly string[];
  readonly result: "no-plan";
}

export type PlannedStack = StackWithPlan | StackWithoutPlan;

export interface PlannedResource {
  /** Terraform's address. */
  readonly address: string;
  readonly effect: Effect;
  /** Names of the attributes that change. */
  readonly attributes: readonly string[];
  /** Those of them for which it is replaced. */
  readonly replacedBy: readonly string[];
  /** What else Terraform says of it, as clauses. */
  readonly notes: readonly string[];
  /** What `--fail-on` would fail for. */
  readonly failures: readonly Failure[];
}

export interface PlannedAgent extends PlannedResource {
  /** Path of the construct; absent if the program no longer has the agent. */
  readonly agent?: string;
  /** Name of the container or app; absent if it must not be shown. */
  readonly name?: string;
  /** As the program declares it. */
  readonly place?: Place;
  /** Tags of the releases, where they differ. */
  readonly release?: { readonly before: string; readonly after: string };
  /** `kept`, `new` for an agent that had none, or how it is lost. */
  readonly data: "kept" | "new" | DataLoss;
  /** What happens to the data, as a sentence; absent if it is kept. */
  readonly why?: string;
}

/** @throws NoPlan */
export function plannedStack(stack: SynthesizedStack, plan: Document): StackWithPlan {
  const changes = changesIn(plan);
  if (typeof changes === "string") throw new NoPlan({ why: changes });
  const agents = agentsIn(changes);
  const findings = dataFindings(plan, changes, agents);
  const owners = new Map(changes.map((change) => [change, ownerOf(stack, change)]));
  const continued = new Map(
    agents.flatMap((agent) => {
      const successor = agent.after ? undefined : successorOf(agent, agents);
      return successor === undefined ? [] : [[successor, agent] as const];
    }),
  );
  const earlier = new Set(continued.values());
  const rows = agents.filter((agent) => !earlier.has(agent));
  const ofAgents = new Set(agents.map(({ change }) => change));
  const outputs = outputsBefore(plan);
  return {
    stack: stack.name,
    dependsOn: stack.dependsOn,
    result: "planned",
    agents: rows.map((agent) =>
      plannedAgent({
        agent,
        predecessor: continued.get(agent),
        manifest: owners.get(agent.change),
        beside: changes.filter((change) => restartsItsApp(change) && isOf(change, agent)),
        findings,
        outputs,
      }),
    ),
    resources: changes
      .filter((change) => !ofAgents.has(change))
      .map((change) => plannedResource(change, findings))
      .filter(({ effect, notes }) => effect !== "none" || notes.length > 0),
  };
}

/** Only the next boot merges it. */
const MIND_CHANGED = "mind changed: restart";

function hasOtherMind(before: AgentInPlan["before"], after: AgentInPlan["after"]): boolean {
  return before?.declaration !== undefined && after !== undefined && before.declaration !== after.declaration;
}

interface AgentParts {
  readonly agent: AgentInPlan;
  /** The one that it continues under another address. */
  readonly predecessor: AgentInPlan | undefined;
  readonly manifest: Manifest | undefined;
  /** Changes of other resources that restart it. */
  readonly beside: readonly Change[];
  readonly findings: readonly DataFinding[];
  /** Of the stack, as they are deployed. */
  readonly outputs: Document;
}

function plannedAgent({ agent, predecessor, manifest, beside, findings, outputs }: AgentParts): PlannedAgent {
  const own = plannedResource(agent.change, []);
  const before = predecessor?.before ?? agent.before;
  const after = agent.after;
  const addresses = [agent, ...(predecessor ? [predecessor] : [])].map(({ change }) => change.address);
  const found = findings.filter(({ agents }) => agents.some((address) => addresses.includes(address)));
  const [finding] = found;
  const isContinued = predecessor !== undefined;
  const isRestarted = beside.length > 0 && ["none", "update"].includes(own.effect);
  const effect = isContinued ? "replace" : isRestarted ? "restart" : own.effect;
  const isNameHidden = agent.change.sensitive.some(({ name }) => holdsTrue(name));
  const name = manifest?.name ?? (isNameHidden ? undefined : (after?.name ?? before?.name));
  return {
    ...own,
    ...(manifest && { agent: manifest.agent, place: manifest.place }),
    ...(name !== undefined && { name }),
    effect,
    notes: [
      ...own.notes,
      ...(hasOtherMind(before, after) ? [MIND_CHANGED] : []),
      ...(manifest ? takenOut(manifest, outputs) : []).map(
        (profile) => `the profile ${profile} is taken out: stopped, and its data kept`,
      ),
      ...(isContinued ? [`it was ${predecessor.change.address}`] : []),
      ...beside.map(({ address }) => `${address} changes, which saves the app`),
    ],
    ...(before?.release &&
      after?.release &&
      before.release.tag !== after.release.tag && {
        release: { before: before.release.tag, after: after.release.tag },
      }),
    data: finding?.loss ?? (before?.data === undefined ? "new" : "kept"),
    ...(finding && { why: found.map(({ address, text }) => `${address} ${text}`).join("; ") }),
    failures: [
      ...new Set([
        ...own.failures,
        ...(isContinued ? (["destroy", "replace"] as const) : []),
        ...found.flatMap(({ loss }) => FAILURES_OF[loss]),
      ]),
    ],
  };
}

const FAILURES_OF: Readonly<Record<DataLoss, readonly Failure[]>> = {
  moved: ["data-move"],
  unmounted: ["data-move"],
  unknown: ["data-move"],
  destroyed: ["data-move"],
  // The agent itself is destroyed. Its data stays where it is.
  abandoned: [],
  downgrade: ["downgrade"],
};

function plannedResource(change: Change, findings: readonly DataFinding[]): PlannedResource {
  const { address, attributes, replacedBy, previousAddress, imported, vanished, deposed } = change;
  const effect = effectOf(change);
  return {
    address,
    effect,
    attributes: effect === "none" ? [] : attributes,
    replacedBy,
    notes: [
      ...(deposed ? ["an earlier replacement left it over"] : []),
      ...(vanished ? ["it is gone from its place"] : []),
      ...(imported ? ["Terraform takes it over"] : []),
      ...(previousAddress === undefined ? [] : [`it was ${previousAddress}`]),
    ],
    failures: [
      ...(effect === "destroy" || effect === "replace" ? [effect] : []),
      ...findings.flatMap(({ address: place, loss }) => (place === address ? FAILURES_OF[loss] : [])),
    ],
  };
}

/** The agent whose construct made the resource. */
function ownerOf({ document, agents }: SynthesizedStack, { address }: Change): Manifest | undefined {
  const [, type = "", id = ""] = /^([^.]+)\.([^.[]+)/.exec(address) ?? [];
  const resource = record(record(record(document["resource"])[type])[id]);
  const path = textOf(record(record(resource["//"])["metadata"])["path"]);
  return agents.find(({ agent }) => path?.startsWith(`${agent}/`));
}

/** Whether the change belongs to the app of the agent. */
function isOf({ before, after }: Change, agent: AgentInPlan): boolean {
  const name = agent.after?.name ?? agent.before?.name;
  return name !== undefined && (after ?? before)?.["app"] === name;
}
