/** Every prop with every other one: what a pair comes to is either a program for Terraform or a refusal that says why. */
import { App, Testing } from "cdktf";
import { CapRoverProvider, type CapRoverTargetProps, HermesConfigError, HermesTarget } from "../../lib";
import { RULES } from "../../lib/targets";
import { type AgentProps, agent, newStack, temporaryFolder } from "../agents";
import { VALUES, type Value } from "./values-of-props";

interface Pair {
  readonly one: string;
  readonly values: readonly NamedValue[];
  readonly other: string;
  readonly others: readonly NamedValue[];
}

type NamedValue = readonly [name: string, value: Value];
type Combination = readonly [one: NamedValue, other: NamedValue];

/** Which values of the one prop are looked at with which of the other. */
type Choice = (pair: Pair) => readonly Combination[];

export const everyCombination: Choice = ({ values, others }) =>
  values.flatMap((one) => others.map((other) => [one, other] as const));

/** Each value of each prop at least once with each other prop. */
export const eachValueOnce: Choice = (pair) => {
  const all = everyCombination(pair);
  const { length: rows } = pair.values;
  const { length: columns } = pair.others;
  return Array.from(
    { length: Math.max(rows, columns) },
    (_, i) => all[(i % rows) * columns + (i % columns)] as Combination,
  );
};

const PROPS = Object.entries(VALUES).map(([prop, values]) => [prop, Object.entries(values)] as const);
const PAIRS = PROPS.flatMap(([one, values], i) =>
  PROPS.slice(i + 1).map(([other, others]): Pair => ({ one, values, other, others })),
);

/** A pair of these that is refused whatever its values are would hide what it comes to. */
const WRITTEN_SOMEHOW: readonly string[] = [
  "workspace",
  "target",
  "model",
  "mounts",
  "apiServer",
  "memoryMiB",
] satisfies readonly (keyof AgentProps)[];

/** What an agent talks to and works on. Sidecars are values of `target`, and no prop of CapRover's. */
const AROUND: readonly string[] = [
  "image",
  "messaging",
  "model",
  "workspace",
  "terminal",
  "profiles",
  "mcpServers",
  "mounts",
  "data",
  "extraHosts",
] satisfies readonly (keyof AgentProps)[];

/** With and without an app for each platform that calls. */
const ON_CAPROVER = (
  [{}, { apps: { webhook: { name: "hooks" } }, address: { to: "line" } }] satisfies CapRoverTargetProps[]
).map(
  (props): Value =>
    (stack) => {
      new CapRoverProvider(stack, "caprover");
      return { target: HermesTarget.caprover(props) };
    },
);

const both = (names: readonly string[]): readonly Pair[] =>
  PAIRS.filter(({ one, other }) => names.includes(one) && names.includes(other));

const outdir = temporaryFolder();

/** What the combination comes to: "written", or the ids of the rules that refuse it. */
function outcome([[, one], [, other]]: Combination, place: Value): readonly string[] | "written" {
  // Of its own, since names and volumes of an engine are claimed once in an app.
  const stack = newStack(new App({ outdir }));
  try {
    agent(stack, { ...place(stack), ...one(stack), ...other(stack) });
  } catch (error) {
    if (!(error instanceof HermesConfigError)) throw error;
    return error.problems.map(({ rule = "" }) => rule);
  }
  expect(JSON.parse(Testing.synth(stack))).toHaveProperty("resource");
  return "written";
}

function look(pair: Pair, choice: Choice, place: Value = () => ({})): void {
  for (const combination of choice(pair)) {
    const found = outcome(combination, place);
    const unknown = found === "written" ? [] : found.filter((rule) => !Object.hasOwn(RULES, rule));
    const [[one], [other]] = combination;
    expect({ pair: `${pair.one}: ${one}, ${pair.other}: ${other}`, unknown }).toHaveProperty("unknown", []);
  }
}

const canBeWritten = (pair: Pair, place: Value = () => ({})): boolean =>
  everyCombination(pair).some((combination) => outcome(combination, place) === "written");

export function testPairs(choice: Choice): void {
  test.each(PAIRS)("$one and $other together are written, or refused by rules", (pair) => look(pair, choice));

  test.each(both(WRITTEN_SOMEHOW))("some value of $one can be written with some of $other", (pair) =>
    expect(canBeWritten(pair)).toBe(true));

  test.each(both(AROUND))("on CapRover $one and $other together are written, or refused by rules", (pair) => {
    for (const place of ON_CAPROVER) look(pair, choice, place);
  });

  test.each(both(AROUND))("on CapRover some value of $one can be written with some of $other", (pair) =>
    expect(ON_CAPROVER.some((place) => canBeWritten(pair, place))).toBe(true));
}
