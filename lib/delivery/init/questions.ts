/** What a new repository depends on. Each question is answered by a flag or at a terminal, with the same text. */

import { DASHBOARD_LOGINS, type DashboardLogin } from "../../hermes/dashboard-logins";
import { code, docsTable } from "../../hermes/markdown";
import { PLATFORMS, type Platform } from "../../hermes/platforms";
import { hasFeature, NEWEST_KNOWN_TAG, type Release } from "../../hermes/releases";
import type { HermesTarget } from "../../targets";

/** Stands for no dashboard, no platform, no model. */
export const NONE = "none";

export type TargetName = keyof typeof HermesTarget;

export const TARGET_NAMES = ["docker", "caprover"] as const satisfies readonly TargetName[];

/** What each place is, in words. */
export const TARGETS: Readonly<Record<TargetName, string>> = {
  docker: "a Docker engine",
  caprover: "a CapRover server",
};

export interface Choice {
  readonly value: string;
  /** What it means, in words. */
  readonly hint: string;
}

export interface Question {
  /** What stands behind the flag's name in the help; none for a flag that is there or not. */
  readonly argument?: string;
  /** For the help, in lower case and without a full stop. */
  readonly about: string;
  /** At a terminal. */
  readonly asks: string;
  readonly fallback: string;
  /** How many of the choices; without choices it is a text. */
  readonly takes: "one" | "several" | "text";
  /** What the release has. */
  choices?(release: Release): readonly Choice[];
}

/** In the order in which they are asked: a release decides what can be chosen after it. */
export const QUESTION_NAMES = ["target", "release", "dashboard", "platforms", "model", "wrapper"] as const;

export type QuestionName = (typeof QUESTION_NAMES)[number];

export const QUESTIONS: { readonly [Name in QuestionName]: Question } = {
  target: {
    argument: "<place>",
    about: "where the agent runs",
    asks: "Where does the agent run?",
    fallback: "docker",
    takes: "one",
    choices: () => Object.entries(TARGETS).map(([value, hint]) => ({ value, hint })),
  },
  release: {
    argument: "<tag>",
    about: "release of Hermes Agent",
    asks: "Which release of Hermes Agent?",
    fallback: NEWEST_KNOWN_TAG,
    takes: "text",
  },
  dashboard: {
    argument: "<login>",
    about: "who may see the dashboard",
    asks: "Who may see the dashboard?",
    fallback: NONE,
    takes: "one",
    choices: (release) => [{ value: NONE, hint: "there is no dashboard" }, ...loginChoices(release)],
  },
  platforms: {
    argument: "<names>",
    about: "chat platforms, separated by commas",
    asks: "On which chat platforms is the agent?",
    fallback: NONE,
    takes: "several",
    choices: platformChoices,
  },
  model: {
    argument: "<provider:name>",
    about: "model that the program pins, such as openrouter:anthropic/claude-sonnet-4.5",
    asks: "Which model, as provider:name? Without one, choose it in the container.",
    fallback: NONE,
    takes: "text",
  },
  wrapper: {
    about: "build an image on top of upstream's, with Codex CLI and your own tools",
    asks: "Build an image on top of upstream's, with Codex CLI and your own tools?",
    fallback: "no",
    takes: "one",
    choices: () => [
      { value: "no", hint: "run upstream's image" },
      { value: "yes", hint: "build a wrapper" },
    ],
  },
};

/** Answers as they are typed, by question. */
export type AnswerTexts = { readonly [Name in QuestionName]?: string };

/** The table of docs/new-repository.md, as for the newest release. */
export function questionsMarkdown(release: Release): string {
  const rows = QUESTION_NAMES.map((name) => {
    const { argument, about, fallback, choices } = QUESTIONS[name];
    const flag = code(`--${name}${argument === undefined ? "" : ` ${argument}`}`);
    const values = (choices?.(release) ?? []).map(({ value, hint }) => `${code(value)} (${hint})`);
    return [flag, about, argument === undefined ? "" : values.join(", "), code(fallback)];
  });
  return docsTable(["flag", "what", "answers", "default"], rows);
}

/** The logins of the release. One that later releases dropped is not offered. */
function loginChoices(release: Release): readonly Choice[] {
  return Object.entries<DashboardLogin>(DASHBOARD_LOGINS)
    .filter(([, { since, until }]) => until === undefined && isIn(release, since))
    .map(([value, { who }]) => ({ value, hint: who }));
}

/**
 * The platforms that can be asked for, by their names as props. One that makes itself known by a host name of the agent is
 * not among them: nobody but its user knows at which address of the host its server calls.
 */
export const INIT_PLATFORMS: readonly (readonly [string, Platform])[] = Object.entries<Platform>(
  PLATFORMS,
).filter(([, { listens }]) => listens?.ownName === undefined);

function platformChoices(release: Release): readonly Choice[] {
  return INIT_PLATFORMS.filter(([, { since }]) => isIn(release, since)).map(([value, { title }]) => ({
    value,
    hint: title,
  }));
}

function isIn(release: Release, since: DashboardLogin["since"]): boolean {
  return since === undefined || hasFeature(release, since);
}
