/** Plans of stacks, for a terminal of 80 columns and for a pull request. */
import type { Effect } from "../../plan/effects";
import { code } from "../markdown";
import { placeInWords } from "../place-text";
import { inColumns } from "../table";
import { hanging, oneLine } from "../text";
import type { Failure, PlannedAgent, PlannedResource, PlannedStack, StackWithPlan } from "./planned-stack";

const EFFECTS: Readonly<Record<Effect, { readonly mark: string; readonly words: string }>> = {
  none: { mark: " ", words: "no change" },
  create: { mark: "+", words: "new" },
  update: { mark: "~", words: "changes in place" },
  start: { mark: "~", words: "starts" },
  stop: { mark: "~", words: "stops" },
  restart: { mark: "~", words: "restart" },
  replace: { mark: "±", words: "replacement" },
  destroy: { mark: "-", words: "destroyed" },
  forget: { mark: ".", words: "forgotten" },
};

const DATA: Readonly<Record<PlannedAgent["data"], string>> = {
  kept: "kept",
  new: "new",
  moved: "OTHER PLACE",
  unmounted: "NOT MOUNTED",
  unknown: "UNKNOWN",
  destroyed: "DESTROYED",
  abandoned: "left behind",
  downgrade: "OLDER RELEASE",
};

const NO_PLAN = "✗";

/** Wider names stand on a line of their own. */
const WIDEST_NAME = 34;

export function plansAsText(stacks: readonly PlannedStack[], failOn: readonly Failure[]): string {
  const agents = stacks.flatMap((stack) => (stack.result === "planned" ? stack.agents : []));
  const [head = "", ...lines] = inColumns([["  AGENT", "CHANGE", "DATA"], ...agents.map(cellsOf)], 2);
  const rows = new Map(agents.map((agent, i) => [agent, [...aboveOf(agent), lines[i] ?? ""]]));
  return [
    head,
    ...stacks.flatMap((stack) => [
      hanging("Stack ", stack.stack),
      ...(stack.result === "planned" ? plannedAsText(stack, rows) : troubleAsText(stack)),
    ]),
    ...failuresIn(stacks, failOn).map(({ failure, where }) =>
      hanging(`${NO_PLAN} --fail-on ${failure}: `, where),
    ),
  ].join("\n");
}

function plannedAsText(
  { agents, resources }: StackWithPlan,
  rows: ReadonlyMap<PlannedAgent, readonly string[]>,
): readonly string[] {
  return [
    ...agents.flatMap((agent) => [
      ...(rows.get(agent) ?? []),
      ...detailsOf(agent).map((text) => hanging("      ", text)),
    ]),
    ...resources.map((resource) => {
      const { mark, words } = EFFECTS[resource.effect];
      return hanging(`  ${mark} `, [`${resource.address}: ${words}`, ...whyOf(resource)].join("; "));
    }),
    ...(agents.length + resources.length === 0 ? ["    nothing changes"] : []),
  ];
}

function cellsOf(agent: PlannedAgent): readonly string[] {
  const name = nameOf(agent);
  const { mark, words } = EFFECTS[agent.effect];
  return [name.length > WIDEST_NAME ? "" : `${mark} ${name}`, words, DATA[agent.data]];
}

/** A name that is too wide for its column. */
function aboveOf(agent: PlannedAgent): readonly string[] {
  const name = nameOf(agent);
  return name.length > WIDEST_NAME ? [`  ${EFFECTS[agent.effect].mark} ${name}`] : [];
}

function troubleAsText({ why, fix }: { readonly why: string; readonly fix?: string }): readonly string[] {
  return [
    hanging(`  ${NO_PLAN} `, `no plan: ${why}`),
    ...(fix === undefined ? [] : [hanging("    fix: ", fix)]),
  ];
}

function nameOf({ agent, name, address }: PlannedAgent): string {
  return oneLine(agent ?? name ?? address);
}

/** What stands below an agent's row. */
function detailsOf(agent: PlannedAgent): readonly string[] {
  const { place, release, effect, why, address } = agent;
  if (effect === "none" && why === undefined && agent.notes.length === 0) return [];
  return [
    place === undefined ? address : placeInWords(place),
    ...(release ? [`release ${release.before} → ${release.after}`] : []),
    ...whyOf(agent),
    ...(why === undefined ? [] : [why]),
  ];
}

/** The attributes that change, and what else Terraform says. */
function whyOf({ attributes, replacedBy, notes }: PlannedResource): readonly string[] {
  return [
    ...(attributes.length === 0 ? [] : [`changes ${attributes.join(", ")}`]),
    ...(replacedBy.length === 0 ? [] : [`replaced for ${replacedBy.join(", ")}`]),
    ...notes,
  ];
}

export interface FoundFailure {
  readonly failure: Failure;
  /** The agent or resource, and its stack. */
  readonly where: string;
}

/** What a plan does of what it must not do. */
export function failuresIn(
  stacks: readonly PlannedStack[],
  failOn: readonly Failure[],
): readonly FoundFailure[] {
  const rows = stacks.flatMap((stack) =>
    stack.result === "planned"
      ? [
          ...stack.agents.map((agent) => ({ ...agent, where: `${nameOf(agent)} in ${stack.stack}` })),
          ...stack.resources.map((one) => ({ ...one, where: `${one.address} in ${stack.stack}` })),
        ]
      : [],
  );
  return failOn.flatMap((failure) =>
    rows.filter(({ failures }) => failures.includes(failure)).map(({ where }) => ({ failure, where })),
  );
}

/** A table for a comment on a pull request. */
export function plansAsMarkdown(stacks: readonly PlannedStack[], failOn: readonly Failure[]): string {
  return [
    "| stack | agent or resource | place | change | data |",
    "|---|---|---|---|---|",
    ...stacks.flatMap((stack) => (stack.result === "planned" ? markdownRows(stack) : [noPlanRow(stack)])),
    ...failuresIn(stacks, failOn).map(
      ({ failure, where }, i) =>
        `${i === 0 ? "\n" : ""}- ${NO_PLAN} \`--fail-on ${failure}\`: ${code(where)}`,
    ),
  ].join("\n");
}

function markdownRows({ stack, agents, resources }: StackWithPlan): readonly string[] {
  const cells = (...all: readonly string[]) => `| ${[code(stack), ...all].join(" | ")} |`;
  const change = (resource: PlannedResource, ...more: readonly string[]) =>
    [EFFECTS[resource.effect].words, ...[...more, ...whyOf(resource)].map(code)].join("; ");
  if (agents.length + resources.length === 0) return [cells("", "", "nothing changes", "")];
  return [
    ...agents.map((agent) => {
      const { place, release, why, data } = agent;
      const releases = release ? [`${release.before} → ${release.after}`] : [];
      return cells(
        code(nameOf(agent)),
        place === undefined ? "" : code(placeInWords(place)),
        change(agent, ...releases),
        [DATA[data], ...(why === undefined ? [] : [code(why)])].join(": "),
      );
    }),
    ...resources.map((resource) => cells(code(resource.address), "", change(resource), "")),
  ];
}

function noPlanRow({ stack, why, fix }: PlannedStack & { readonly result: "no-plan" }): string {
  const advice = fix === undefined ? "" : `. Fix: ${code(fix)}`;
  return `| ${code(stack)} | | | ${NO_PLAN} no plan: ${code(why)}${advice} | |`;
}
