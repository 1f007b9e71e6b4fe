/** Looks at the workspace before a deploy, by the table of checks. Nothing is changed. */

import { failuresMarkdown } from "../../hermes/condition";
import { docsTable } from "../../hermes/markdown";
import { type Judged, judged } from "../judged";
import type { Check, Workspace } from "./check";
import { ENGINE_CHECKS } from "./engines";
import { IMAGE_CHECKS } from "./images";
import { PROGRAM_CHECKS } from "./programs";
import { PROVIDER_CHECKS } from "./provider";
import { VARIABLE_CHECKS } from "./variables";

export const CHECKS = {
  ...PROGRAM_CHECKS,
  ...PROVIDER_CHECKS,
  ...VARIABLE_CHECKS,
  ...ENGINE_CHECKS,
  ...IMAGE_CHECKS,
} as const satisfies Readonly<Record<string, Check>>;

export type CheckId = keyof typeof CHECKS;

/** What one check found. */
export interface Examined extends Judged {
  readonly check: CheckId;
}

/** All checks side by side: each has limits of its own. */
export async function examine(workspace: Workspace): Promise<readonly Examined[]> {
  const examined = await Promise.all(
    Object.entries<Check>(CHECKS).map(async ([id, { bad, look }]) => {
      if (!isCheckId(id)) return [];
      return (await look(workspace)).map((finding) => ({ check: id, ...judged(id, finding, bad) }));
    }),
  );
  return examined.flat();
}

function isCheckId(id: string): id is CheckId {
  return Object.hasOwn(CHECKS, id);
}

/** The table of docs/operating.md. */
export function checksMarkdown(): string {
  const rows = Object.values<Check>(CHECKS).map(({ title, shows, bad }) => [
    title,
    shows,
    failuresMarkdown(bad),
  ]);
  return docsTable(["check", "what holds", "failures, each with its fix"], rows);
}
