/** Looks at the workspace before a deploy, by the table of checks. Nothing is changed. */
import type { Failure, Finding } from "../../hermes/condition";
import { remedyInWords, remedyMarkdown, sentence } from "../../hermes/remedy";
import type { Check, Workspace } from "./check";
import { ENGINE_CHECKS } from "./engines";
import { PROGRAM_CHECKS } from "./programs";
import { PROVIDER_CHECKS } from "./provider";
import { VARIABLE_CHECKS } from "./variables";

export const CHECKS = {
  ...PROGRAM_CHECKS,
  ...PROVIDER_CHECKS,
  ...VARIABLE_CHECKS,
  ...ENGINE_CHECKS,
} as const satisfies Readonly<Record<string, Check>>;

export type CheckId = keyof typeof CHECKS;

/** What one check found. */
export interface Examined {
  readonly check: CheckId;
  /** Which of several: a stack, a variable, an engine, an image. */
  readonly of?: string;
  readonly result: "holds" | "fails" | "not-looked-at";
  /** What was seen, or why nothing was. */
  readonly seen: string;
  /** It could have been looked at: something gave no answer. */
  readonly missed?: true;
  readonly cause?: string;
  readonly fix?: string;
}

/** All checks side by side: each has limits of its own. */
export async function examine(workspace: Workspace): Promise<readonly Examined[]> {
  const examined = await Promise.all(
    Object.entries<Check>(CHECKS).map(async ([id, { bad, look }]) => {
      if (!isCheckId(id)) return [];
      return (await look(workspace)).map((finding) => examinedAs(id, finding, bad));
    }),
  );
  return examined.flat();
}

function examinedAs(check: CheckId, finding: Finding, bad: Readonly<Record<string, Failure>>): Examined {
  const what = { check, ...(finding.of !== undefined && { of: finding.of }) };
  if ("unseen" in finding) {
    const { unseen: seen, missed } = finding;
    return { ...what, result: "not-looked-at", seen, ...(missed && { missed }) };
  }
  if ("good" in finding) return { ...what, result: "holds", seen: finding.good };
  const failure = bad[finding.bad];
  if (failure === undefined) throw new Error(`${check} has no failure ${finding.bad}`);
  const fix = remedyInWords(finding.fix ?? failure.fix);
  return { ...what, result: "fails", seen: finding.seen, cause: failure.cause, fix };
}

function isCheckId(id: string): id is CheckId {
  return Object.hasOwn(CHECKS, id);
}

/** The table of docs/operating.md. */
export function checksMarkdown(): string {
  const rows = Object.values<Check>(CHECKS).map(({ title, shows, bad }) => {
    const failures = Object.values<Failure>(bad).map(
      ({ cause, fix }) => `${sentence(cause)} ${remedyMarkdown(fix)}`,
    );
    return `| ${title} | ${shows} | ${failures.join("<br>")} |`;
  });
  return ["| check | what holds | failures, each with its fix |", "|---|---|---|", ...rows, ""].join("\n");
}
