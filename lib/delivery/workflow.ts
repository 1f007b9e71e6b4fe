/** All that a repository needs so that a CI delivers its agents. */
import { CI_NAMES } from "../image-delivery";
import type { SynthesizedStack } from "../operations/stacks";
import { ciImagesIn, shortName } from "./ci-images";
import { deployNeeds, NotForCi } from "./deploy-needs";
import type { Rendered } from "./repository-files";
import type { WorkflowOptions } from "./shared-jobs";
import { terraformWorkflows } from "./terraform-workflow";
import { checkWorkflow, tokenWorkflow, verifyByPassword } from "./token-workflow";
import { dependabot, renovate } from "./upkeep";

/**
 * Where every image is deployed by token, the CI gets no credentials of Terraform's.
 *
 * @throws NotForCi if a CI can't deploy the program
 */
export function renderWorkflows(stacks: readonly SynthesizedStack[], options: WorkflowOptions): Rendered {
  const agents = stacks.flatMap((stack) => stack.agents);
  if (agents.length === 0) throw new NotForCi("the program has no agent");
  const images = ciImagesIn(stacks);
  const taken = images.find(
    (image, i) => images.findIndex((one) => shortName(one) === shortName(image)) !== i,
  );
  if (taken !== undefined) {
    throw new NotForCi(
      `two repositories end with ${shortName(taken)}, after which their files are named; give one of them another name`,
    );
  }
  const byToken = images
    .filter(({ deploy }) => deploy === "token")
    .map((image, _, all) => tokenWorkflow(image, all.length === 1, options));
  const isByTokenOnly = images.length > 0 && images.length === byToken.length;
  const others = isByTokenOnly
    ? [checkWorkflow(options), verifyByPassword(images, options)]
    : terraformWorkflows(
        images.filter(({ deploy }) => deploy === "terraform"),
        agents,
        deployNeeds(stacks, options.runsOn !== HOSTED_RUNNER, images[0]?.names ?? CI_NAMES),
        options,
      );
  return {
    files: [...others, ...byToken.flatMap(({ files }) => files)],
    offers: [dependabot(), renovate()],
    folders: byToken.flatMap(({ folders }) => folders),
  };
}

/** The runner of GitHub's on which jobs run that need no special one. */
export const HOSTED_RUNNER = "ubuntu-24.04";
