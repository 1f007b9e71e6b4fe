import { Command } from "commander";
import type { Manifest } from "../operations/manifest";
import { hasReference, nextOf } from "../operations/next";
import { nextAsText } from "../operations/next-text";
import { readDeployments, readStacks } from "../operations/stacks";
import { print } from "./answer";
import { type ChosenStack, chosenAgents } from "./chosen";

const USUAL_OUTPUT = "cdktf.out";

interface Options {
  readonly output: string;
  readonly dockerHost?: string;
  readonly context?: string;
  readonly url?: string;
  readonly json?: boolean;
}

export const nextCommand = () =>
  new Command("next")
    .description(
      "prints what to do with the agents after a deploy: commands and addresses, and where to type them",
    )
    .argument("[agents...]", "agents by path or name; all by default")
    .option("--output <dir>", "the output directory", USUAL_OUTPUT)
    .option("--docker-host <url>", "another engine than the program names")
    .option("--context <name>", "another Docker context than the program names")
    .option("--url <url>", "another address of the CapRover server than the program names")
    .option("--json", "the answer for scripts")
    .action(async (names: readonly string[], { output, dockerHost, context, url, json }: Options) => {
      const chosen = chosenAgents(readStacks(output), names, output);
      const agents = (await Promise.all(chosen.map(known))).flat().map((manifest) =>
        nextOf(manifest, {
          host: dockerHost,
          context,
          url,
          ...(output !== USUAL_OUTPUT && { output }),
        }),
      );
      print({ ...(json !== undefined && { json }) }, agents, () => nextAsText(agents));
    });

/** Terraform is asked only for a stack that has an agent of which the program does not know all. */
async function known({ stack, agents }: ChosenStack): Promise<readonly Manifest[]> {
  if (!agents.some((agent) => hasReference(JSON.stringify(agent)))) return agents;
  const deployments = await readDeployments(stack);
  return agents.map((agent) => {
    const deployment = deployments.get(agent.agent);
    return deployment?.state === "deployed" ? deployment.manifest : agent;
  });
}
