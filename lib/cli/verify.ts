import { Command, InvalidArgumentError } from "commander";
import { declaredDeployments } from "../operations/declared";
import type { Manifest } from "../operations/manifest";
import { DASHBOARD_PASSWORD_VARIABLE, secretsFor } from "../operations/over-http/secrets";
import { asMarkdown, asText } from "../operations/report";
import { readDeployments, readStacks } from "../operations/stacks";
import { MOST_TERRAFORMS } from "../operations/terraform-program";
import { type VerifiedAgent, verifiedSchema } from "../operations/verified";
import { exitCodeOf, type VerifyOptions, verifyAgent } from "../operations/verify";
import { verifyWithin } from "../operations/wait";
import { sideBySide } from "../support/side-by-side";
import { accessWith } from "./access";
import { print } from "./answer";
import { askSecret, canAsk, inTurn } from "./ask-secret";
import { chosenAgents } from "./chosen";
import { type PlaceOptions, withPlaceOptions } from "./output";
import { Progress } from "./progress";

interface Options extends PlaceOptions {
  readonly ask: boolean;
  readonly askSeconds: number;
  readonly wait?: number;
  readonly strict?: boolean;
  readonly declared?: boolean;
  readonly json?: boolean;
  readonly schema?: boolean;
  readonly markdown?: boolean;
}

export const verifyCommand = () =>
  withPlaceOptions(
    new Command("verify")
      .description(
        "looks at the agents of the synthesized app, and says of each condition whether it holds; each failure comes with its cause and its fix",
      )
      .argument("[agents...]", "agents by path or name; all by default")
      .option("--no-ask", "does not ask the model")
      .option("--ask-seconds <n>", "how long the model may take", seconds, 120)
      .option("--wait <seconds>", "waits for agents that start, at most so long, and looks twice", seconds),
  )
    .option("--declared", "takes the agents as the program declares them, without a state of Terraform")
    .option("--strict", "exit code 2 also if something could not be looked at")
    .option("--json", "the answer for scripts")
    .option("--markdown", "the answer for the summary of a job")
    .option("--schema", "prints the JSON schema of --json, and looks at nothing")
    .addHelpText(
      "after",
      `
Exit code: 0 all that was looked at holds, 1 something does not, 2 it could not
look.

On CapRover, secrets come from the environment: the server's password from
CAPROVER_PASSWORD, that of the dashboard's user from ${DASHBOARD_PASSWORD_VARIABLE},
and the API server's key from the variable with which Terraform is given it. At a
terminal it asks for those that are missing; Enter leaves one out.`,
    )
    .action(async (names: readonly string[], options: Options) => {
      if (options.schema) return print({ json: true }, verifiedSchema(), () => "");
      const progress = await Progress.start();
      const askAt = (question: string) => {
        progress.end();
        return askSecret(question);
      };
      const ask = canAsk(process.stderr) ? inTurn(askAt) : undefined;
      const looks = {
        ...options,
        access: accessWith(options),
        secrets: (manifest: Manifest) => secretsFor(manifest, ask),
      };
      const agents = await verifyAll(options.output, names, looks, progress).finally(() => progress.end());
      print(options, agents, () => (options.markdown ? asMarkdown(agents) : asText(agents)));
      process.exitCode = exitCodeOf(agents, options.strict === true);
    });

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It is a whole number of at least 1.");
}

/** All agents side by side, once the states are read: each has limits of its own. */
async function verifyAll(
  outdir: string,
  names: readonly string[],
  options: VerifyOptions & Pick<Options, "wait" | "declared">,
  progress: Progress,
): Promise<readonly VerifiedAgent[]> {
  const { wait } = options;
  // Elsewhere it would be in the log of each job.
  if (progress.isLive) progress.show(`looks at the agents${options.ask ? ", and asks their models" : ""}`);
  const read = await sideBySide(
    chosenAgents(readStacks(outdir), names, outdir),
    MOST_TERRAFORMS,
    async (chosen) => ({
      agents: chosen.agents,
      deployments: options.declared ? declaredDeployments(chosen.stack) : await readDeployments(chosen.stack),
    }),
  );
  return Promise.all(
    read.flatMap(({ agents, deployments }) =>
      agents.map((agent) => {
        const deployment = deployments.get(agent.agent) ?? { state: "not-deployed", why: "it has no state" };
        if (wait === undefined) return verifyAgent(agent, deployment, options);
        const report = (what: string) => progress.show(`${agent.agent}: waits for ${what}`);
        return verifyWithin(agent, deployment, { ...options, waitSeconds: wait, report });
      }),
    ),
  );
}
