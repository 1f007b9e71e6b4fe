import { Command } from "commander";
import { isPartial, type NextOfAgent, type NextOptions, nextOf } from "../operations/next";
import { nextAsText } from "../operations/next-text";
import { readDeployments, readStacks } from "../operations/stacks";
import { print } from "./answer";
import { type ChosenStack, chosenAgents } from "./chosen";
import { type PlaceOptions, USUAL_OUTPUT, withPlaceOptions } from "./output";

interface Options extends PlaceOptions {
  readonly json?: boolean;
}

export const nextCommand = () =>
  withPlaceOptions(
    new Command("next")
      .description(
        "prints what to do with the agents after a deploy: commands and addresses, and where to type them",
      )
      .argument("[agents...]", "agents by path or name; all by default"),
  )
    .option("--json", "the answer for scripts")
    .action(async (names: readonly string[], options: Options) => {
      const { output, dockerHost, context, url } = options;
      const chosen = chosenAgents(readStacks(output), names, output);
      const asked = { host: dockerHost, context, url, ...(output !== USUAL_OUTPUT && { output }) };
      const agents = (await Promise.all(chosen.map((stack) => nextOfStack(stack, asked)))).flat();
      print(options, agents, () => nextAsText(agents));
    });

/** Terraform is asked only for a stack that has an agent of which the program does not know all. */
async function nextOfStack(
  { stack, agents }: ChosenStack,
  options: NextOptions,
): Promise<readonly NextOfAgent[]> {
  if (!agents.some(isPartial)) return agents.map((agent) => nextOf(agent, options));
  const deployments = await readDeployments(stack);
  return agents.map((agent) => {
    const deployment = deployments.get(agent.agent);
    if (deployment?.state === "deployed") return nextOf(deployment.manifest, options);
    const why = deployment?.state === "unreachable" && isPartial(agent) ? deployment.why : undefined;
    return nextOf(agent, { ...options, ...(why !== undefined && { why }) });
  });
}
