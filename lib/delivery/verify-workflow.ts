/** The workflow that looks once a day whether the agents work. */
import type { Manifest } from "../operations/manifest";
import { variablesWanted } from "../operations/over-http/secrets";
import type { Step } from "./actions";
import { secret, settingOf } from "./deploy-needs";
import { type RenderedFile, yamlFile } from "./rendered";
import { prepared, runDefaults, type WorkflowOptions } from "./shared-jobs";

export interface VerifyJob {
  /** What reads the agents' state, if something does, and then looks at them. */
  readonly steps: readonly Step[];
  readonly [key: string]: unknown;
}

/** It fails loudly: GitHub sends a mail about a scheduled run that failed. */
export function verifyWorkflow({ steps, ...job }: VerifyJob, options: WorkflowOptions): RenderedFile {
  const { project, runsOn } = options;
  return yamlFile(".github/workflows/hermes-verify.yml", ["Looks once a day whether the agents work."], {
    name: "Verify Hermes agents",
    on: { schedule: [{ cron: "17 5 * * *" }], workflow_dispatch: null },
    permissions: {},
    defaults: runDefaults(project),
    jobs: {
      verify: {
        name: "Verify",
        "runs-on": runsOn,
        "timeout-minutes": 30,
        ...job,
        steps: [...prepared(), ...steps],
      },
    },
  });
}

/** The secrets with which the agents are asked from outside, by variable. */
export function verifyEnvironment(agents: readonly Manifest[]): Readonly<Record<string, string>> {
  const names = [...new Set(agents.flatMap(variablesWanted))].sort();
  return Object.fromEntries(names.map((name) => [name, secret(settingOf(name))]));
}

/** The summary gets the table in any case. */
export const verifyCommand = (...options: readonly string[]): string =>
  `npx ${["cdktf-hermes", "verify", ...options, "--no-ask", "--markdown"].join(" ")} | tee -a "$GITHUB_STEP_SUMMARY"\n`;
