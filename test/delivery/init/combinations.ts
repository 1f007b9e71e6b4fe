/** Combinations of answers, as a person can give them to `init`. */
import { readAnswers, WrongAnswer } from "../../../lib/delivery/init/answers";
import { type AnswerTexts, NONE, QUESTIONS, TARGETS } from "../../../lib/delivery/init/questions";
import { MODEL_PROVIDERS, type ModelProvider } from "../../../lib/hermes/model-providers";
import { NEWEST_KNOWN_TAG } from "../../../lib/hermes/releases";

/** The newest release, the first one with each thing that an answer needs, and one before them. */
const RELEASES = [NEWEST_KNOWN_TAG, "v2026.7.30", "v2026.6.19", "v2026.6.5", "v2026.5.7"];

type Combination = Readonly<Record<string, string>>;

const choicesOf = (name: "dashboard" | "platforms") =>
  (QUESTIONS[name].choices?.(readAnswers({}).release) ?? []).map(({ value }) => value);

const PLATFORM_NAMES = choicesOf("platforms");

/** One provider of each kind: by where its key comes from, and whether it takes an endpoint. */
const MODELS = [
  ...new Map(
    Object.entries<ModelProvider>(MODEL_PROVIDERS)
      .filter(([, { since }]) => since === undefined)
      .map(([name, { key, endpoint }]) => [
        `${typeof key === "object" || key} ${endpoint}`,
        `${name}:some/model`,
      ]),
  ).values(),
];

/** All that is asked besides platforms. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  target: Object.keys(TARGETS),
  release: RELEASES,
  dashboard: choicesOf("dashboard"),
  model: [NONE, ...MODELS],
  wrapper: ["no", "yes"],
};

/** Every combination of the other answers that `init` takes, with no platform and with all that the release knows. */
export function allCombinations(): readonly AnswerTexts[] {
  return withoutPlatforms().flatMap(({ one, known }) => [
    textsOf(one),
    textsOf({ ...one, ...Object.fromEntries(known.map((name) => [name, "yes"])) }),
  ]);
}

/** Some combinations, so that each two answers which go together are together in one. Each platform is one of its own. */
export function pairs(): readonly AnswerTexts[] {
  const starts = withoutPlatforms();
  const left = new Set(starts.flatMap(pairsWith));
  const chosen: AnswerTexts[] = [];
  for (const pair of left) {
    const asked = Object.fromEntries(pair.split(" ").map((answer) => answer.split("=")));
    const found = starts
      .filter(({ one, known }) =>
        Object.entries(asked).every(([name, value]) => known.includes(name) || one[name] === value),
      )
      .map((start) => completed(start, asked, left))
      .reduce((a, b) => (b.gain > a.gain ? b : a));
    for (const pair of pairsIn(found.one)) left.delete(pair);
    chosen.push(textsOf(found.one));
  }
  return chosen;
}

interface Start {
  /** Without a platform. */
  readonly one: Combination;
  /** The platforms that its release knows; which of them are named makes no other answer wrong. */
  readonly known: readonly string[];
}

function withoutPlatforms(): readonly Start[] {
  return Object.entries(OTHERS)
    .reduce<readonly Combination[]>(
      (all, [factor, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [factor]: value }))),
      [{}],
    )
    .filter((one) => isTaken(textsOf(one)))
    .map((one) => ({
      one: { ...one, ...Object.fromEntries(PLATFORM_NAMES.map((name) => [name, "no"])) },
      known: PLATFORM_NAMES.filter((name) => isTaken(textsOf({ ...one, [name]: "yes" }))),
    }));
}

/** Every pair of answers that can be together beside these. */
function pairsWith({ one, known }: Start): readonly string[] {
  const values = Object.entries(one).map(([factor, value]) =>
    known.includes(factor) ? [`${factor}=no`, `${factor}=yes`] : [`${factor}=${value}`],
  );
  return values.flatMap((as, i) =>
    values.slice(i + 1).flatMap((bs) => as.flatMap((a) => bs.map((b) => pairOf(a, b)))),
  );
}

/** Names each known platform as asked, or by which answer makes more of the pairs that are left. */
function completed({ one, known }: Start, asked: Combination, left: ReadonlySet<string>) {
  const given = Object.entries(one)
    .filter(([factor]) => !known.includes(factor))
    .map(([factor, value]) => `${factor}=${value}`);
  const named: Record<string, string> = {};
  let gain = given.flatMap((a, i) => given.slice(i + 1).filter((b) => left.has(pairOf(a, b)))).length;
  for (const name of known) {
    const made = (value: string) => given.filter((a) => left.has(pairOf(a, `${name}=${value}`))).length;
    const value = asked[name] ?? (made("yes") >= made("no") ? "yes" : "no");
    named[name] = value;
    gain += made(value);
    given.push(`${name}=${value}`);
  }
  return { one: { ...one, ...named }, gain };
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function isTaken(texts: AnswerTexts): boolean {
  try {
    readAnswers(texts);
    return true;
  } catch (error) {
    if (error instanceof WrongAnswer) return false;
    throw error;
  }
}

function pairsIn(one: Combination): readonly string[] {
  const entries = Object.entries(one).map(([factor, value]) => `${factor}=${value}`);
  return entries.flatMap((a, i) => entries.slice(i + 1).map((b) => pairOf(a, b)));
}

function textsOf(one: Combination): AnswerTexts {
  const platforms = PLATFORM_NAMES.filter((name) => one[name] === "yes");
  const others = Object.entries(one).filter(([factor]) => !PLATFORM_NAMES.includes(factor));
  return { ...Object.fromEntries(others), platforms: platforms.join(",") || NONE };
}
