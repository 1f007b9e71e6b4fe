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

const FACTORS: Readonly<Record<string, readonly string[]>> = {
  target: Object.keys(TARGETS),
  release: RELEASES,
  dashboard: choicesOf("dashboard"),
  model: [NONE, ...MODELS],
  wrapper: ["no", "yes"],
  ...Object.fromEntries(PLATFORM_NAMES.map((name) => [name, ["no", "yes"]])),
};

/** Every combination that `init` takes. */
export function allCombinations(): readonly AnswerTexts[] {
  return possible().map(textsOf);
}

/** Some combinations, so that each two answers which go together are together in one. */
export function pairs(): readonly AnswerTexts[] {
  const all = possible().map((one) => ({ one, pairs: pairsIn(one) }));
  const left = new Set(all.flatMap(({ pairs }) => pairs));
  const chosen: Combination[] = [];
  while (left.size > 0) {
    const gains = all.map(({ pairs }) => pairs.filter((pair) => left.has(pair)).length);
    const best = all[gains.indexOf(Math.max(...gains))];
    if (best === undefined) break;
    for (const pair of best.pairs) left.delete(pair);
    chosen.push(best.one);
  }
  return chosen.map(textsOf);
}

function possible(): readonly Combination[] {
  return Object.entries(FACTORS)
    .reduce<readonly Combination[]>(
      (all, [factor, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [factor]: value }))),
      [{}],
    )
    .filter((one) => isTaken(textsOf(one)));
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
  return entries.flatMap((a, i) => entries.slice(i + 1).map((b) => `${a} ${b}`));
}

function textsOf(one: Combination): AnswerTexts {
  const platforms = PLATFORM_NAMES.filter((name) => one[name] === "yes");
  const others = Object.entries(one).filter(([factor]) => !PLATFORM_NAMES.includes(factor));
  return { ...Object.fromEntries(others), platforms: platforms.join(",") || NONE };
}
