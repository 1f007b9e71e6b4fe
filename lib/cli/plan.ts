import { Command, InvalidArgumentError, Option } from "commander";
import { planStacks } from "../operations/plan/plan-stacks";
import { failuresIn, plansAsMarkdown, plansAsText } from "../operations/plan/plan-text";
import { FAILURES, type Failure } from "../operations/plan/planned-stack";
import { NoPlan } from "../operations/plan/trouble";
import { inDeployOrder, readStacks, type SynthesizedStack } from "../operations/stacks";
import { nearest } from "../support/spelling";
import { print } from "./answer";
import { refuseUnknown } from "./chosen";
import { USUAL_OUTPUT } from "./output";
import { Progress } from "./progress";
import { UsageError } from "./usage-error";

interface Options {
  readonly output: string;
  readonly failOn?: readonly Failure[];
  readonly json?: boolean;
  readonly markdown?: boolean;
}

export const planCommand = () =>
  new Command("plan")
    .description(
      "plans all stacks with Terraform, and shows in one table what happens to each agent and its data",
    )
    .argument(
      "[names...]",
      "stacks, or agents by path or name, each of which stands for its stack; all by default",
    )
    .option("--output <dir>", "the output directory", USUAL_OUTPUT)
    .option(
      "--fail-on <kinds>",
      `exit code 1 if the plan does one of these, separated by commas: ${FAILURES.join(", ")}`,
      failures,
    )
    .option("--json", "the answer for scripts")
    .addOption(new Option("--markdown", "the answer for a comment on a pull request").conflicts("json"))
    .addHelpText(
      "after",
      `
It changes nothing. Run it in the folder of cdktf.json, after cdktf synth and in
the shell that deploys.

Exit code: 0 all stacks are planned, 1 a plan does what --fail-on names, 2 a
stack has no plan.`,
    )
    .action(async (names: readonly string[], options: Options) => {
      const stacks = chosenStacks(inDeployOrder(readStacks(options.output)), names, options.output);
      const progress = await Progress.start();
      const planned = await planStacks(stacks, progress.show)
        .finally(() => progress.end())
        .catch((error: unknown) => {
          if (!(error instanceof NoPlan)) throw error;
          throw new UsageError([error.trouble.why, error.trouble.fix].filter(Boolean).join("; "));
        });
      const { failOn = [] } = options;
      print(options, planned, () =>
        options.markdown ? plansAsMarkdown(planned, failOn) : plansAsText(planned, failOn),
      );
      if (planned.some(({ result }) => result === "no-plan")) process.exitCode = 2;
      else if (failuresIn(planned, failOn).length > 0) process.exitCode = 1;
    });

function failures(text: string, before: readonly Failure[] = []): readonly Failure[] {
  const given = text.split(",").map((word) => {
    const failure = FAILURES.find((one) => one === word.trim());
    if (failure !== undefined) return failure;
    const meant = nearest(word.trim(), FAILURES);
    throw new InvalidArgumentError(
      meant === undefined ? `Allowed: ${FAILURES.join(", ")}.` : `Did you mean ${meant}?`,
    );
  });
  return [...new Set([...before, ...given])];
}

/** @throws UsageError if there is no stack and no agent of that name */
function chosenStacks(
  stacks: readonly SynthesizedStack[],
  names: readonly string[],
  outdir: string,
): readonly SynthesizedStack[] {
  const namesOf = ({ name, agents }: SynthesizedStack) => [
    name,
    ...agents.flatMap((agent) => [agent.agent, agent.name]),
  ];
  refuseUnknown(names, stacks.flatMap(namesOf), "stack and no agent");
  if (stacks.length === 0) throw new UsageError(`${outdir} has no stack`);
  return stacks.filter((stack) => names.length === 0 || namesOf(stack).some((name) => names.includes(name)));
}
