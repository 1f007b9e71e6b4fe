/** Reads the answers, and refuses what does not go together. */
import {
  DASHBOARD_LOGIN_KINDS,
  type DashboardLogin,
  type DashboardLoginKind,
  loginOf,
} from "../../hermes/dashboard-logins";
import type { ModelProvider } from "../../hermes/model-providers";
import { MODEL_PROVIDER_NAMES, modelProvider, modelProviderMeantBy } from "../../hermes/model-settings";
import type { Platform } from "../../hermes/platforms";
import {
  type Feature,
  firstReleaseWith,
  hasFeature,
  parseRelease,
  type Release,
} from "../../hermes/releases";
import { credentialIn } from "../../support/credentials";
import { showValue } from "../../support/errors";
import { nearest } from "../../support/spelling";
import {
  type AnswerTexts,
  INIT_PLATFORMS,
  NONE,
  QUESTIONS,
  type QuestionName,
  TARGET_NAMES,
  type TargetName,
} from "./questions";

export interface Answers {
  readonly target: TargetName;
  readonly release: Release;
  /** Undefined for no dashboard. */
  readonly dashboard: ChosenLogin | undefined;
  readonly platforms: readonly ChosenPlatform[];
  /** Undefined if it is chosen in the container. */
  readonly model: ChosenModel | undefined;
  readonly wrapper: boolean;
}

export interface ChosenLogin {
  readonly kind: DashboardLoginKind;
  readonly login: DashboardLogin;
}

export interface ChosenPlatform {
  readonly prop: string;
  readonly platform: Platform;
}

export interface ChosenModel {
  /** Hermes' own name of the provider. */
  readonly provider: string;
  readonly row: ModelProvider;
  readonly name: string;
}

/** An answer that can't be. Its message names the flag. */
export class WrongAnswer extends Error {
  constructor(
    question: QuestionName,
    readonly why: string,
  ) {
    super(`--${question}: ${why}`);
  }
}

/** @throws WrongAnswer */
export function readAnswers(texts: AnswerTexts): Answers {
  const textOf = (name: QuestionName) => texts[name]?.trim() ?? QUESTIONS[name].fallback;
  const release = readRelease(textOf("release"));
  return {
    target: oneOf("target", TARGET_NAMES, textOf("target")),
    release,
    dashboard: readLogin(textOf("dashboard"), release),
    platforms: readPlatforms(textOf("platforms"), release),
    model: readModel(textOf("model"), release),
    wrapper: oneOf("wrapper", ["no", "yes"], textOf("wrapper")) === "yes",
  };
}

function readRelease(tag: string): Release {
  const release = parseRelease(tag);
  if (release !== undefined) return release;
  const { fallback } = QUESTIONS.release;
  throw new WrongAnswer("release", `${showValue(tag)} is no release of Hermes Agent; one is ${fallback}`);
}

function readLogin(text: string, release: Release): ChosenLogin | undefined {
  const kinds = DASHBOARD_LOGIN_KINDS.filter((kind) => loginOf(kind).until === undefined);
  const kind = oneOf("dashboard", [NONE, ...kinds], text);
  if (kind === NONE) return undefined;
  const login = loginOf(kind);
  requireFeature("dashboard", kind, login.since, release);
  return { kind, login };
}

function readPlatforms(names: string, release: Release): readonly ChosenPlatform[] {
  const platforms = INIT_PLATFORMS;
  const asked = names
    .split(",")
    .map((name) => name.trim())
    .map((name) => oneOf("platforms", [NONE, ...platforms.map(([known]) => known)], name));
  if (asked.includes(NONE) && asked.length > 1) {
    throw new WrongAnswer("platforms", `${NONE} stands alone`);
  }
  return platforms.flatMap(([prop, platform]) => {
    if (!asked.includes(prop)) return [];
    requireFeature("platforms", prop, platform.since, release);
    return [{ prop, platform }];
  });
}

/** The name may have colons too. */
function readModel(text: string, release: Release): ChosenModel | undefined {
  if (text === NONE) return undefined;
  const [, asked = "", name = ""] = /^([^:]+):(.+)$/.exec(text) ?? [];
  if (!/^[^\s$]+$/.test(name) || credentialIn(name) !== undefined) {
    throw new WrongAnswer(
      "model",
      `${showValue(text)} is no provider:name, such as openrouter:anthropic/claude-sonnet-4.5`,
    );
  }
  const found = modelProvider(asked);
  if (found === undefined) {
    const meant = modelProviderMeantBy(asked) ?? nearest(asked, MODEL_PROVIDER_NAMES);
    const hint = meant === undefined ? "docs/hermes-app.md lists all" : `did you mean ${meant}?`;
    throw new WrongAnswer("model", `Hermes has no model provider ${showValue(asked)}; ${hint}`);
  }
  requireFeature("model", "a model of the program", "managedScope", release);
  requireFeature("model", found.name, found.provider.since, release);
  return { provider: found.name, row: found.provider, name };
}

function oneOf<Name extends string>(question: QuestionName, known: readonly Name[], text: string): Name {
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  const meant = nearest(text, known);
  const hint = meant === undefined ? "" : `did you mean ${meant}? `;
  throw new WrongAnswer(question, `there is no ${showValue(text)}; ${hint}known: ${known.join(", ")}`);
}

function requireFeature(
  question: QuestionName,
  what: string,
  feature: Feature | undefined,
  release: Release,
): void {
  if (feature === undefined || hasFeature(release, feature)) return;
  const first = firstReleaseWith(feature);
  throw new WrongAnswer(question, `${release.tag} does not have ${what}; use ${first} or later`);
}
