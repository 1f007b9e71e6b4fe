/** All that a repository needs so that a CI delivers its agents. */
import type { SynthesizedStack } from "../operations/stacks";
import { ciImagesIn } from "./ci-images";
import { deployNeeds, NotForCi } from "./deploy-needs";
import type { Rendered } from "./repository-files";
import { terraformWorkflows, type WorkflowOptions } from "./terraform-workflow";
import { dependabot, renovate } from "./upkeep";

/** @throws NotForCi if a CI can't deploy the program */
export function renderWorkflows(stacks: readonly SynthesizedStack[], options: WorkflowOptions): Rendered {
  const images = ciImagesIn(stacks);
  if (stacks.every(({ agents }) => agents.length === 0)) throw new NotForCi("the program has no agent");
  const byTerraform = images.filter(({ deploy }) => deploy === "terraform");
  const needs = deployNeeds(stacks, options.runsOn !== HOSTED_RUNNER);
  return {
    files: terraformWorkflows(byTerraform, needs, options),
    offers: [dependabot(), renovate()],
    folders: [],
  };
}

/** The runner of GitHub's on which jobs run that need no special one. */
export const HOSTED_RUNNER = "ubuntu-24.04";
