import { Command, Option } from "commander";
import { describeStacks } from "../operations/description";
import { descriptionAsDiagram } from "../operations/description-diagram";
import { descriptionAsText } from "../operations/description-text";
import { readStacks } from "../operations/stacks";
import { outputsHere } from "../operations/taken-out";
import { print } from "./answer";
import { USUAL_OUTPUT } from "./output";

interface Options {
  readonly output: string;
  readonly json?: boolean;
  readonly diagram?: boolean;
  readonly failOnWarnings?: boolean;
}

export const describeCommand = () =>
  new Command("describe")
    .description("shows what a synthesized app will deploy, which variables to set, and all warnings")
    .option("--output <dir>", "the output directory", USUAL_OUTPUT)
    .option("--fail-on-warnings", "exit code 1 if there is a warning that nobody acknowledged")
    .option("--json", "the answer for scripts")
    .addOption(
      new Option("--diagram", "the agents as a flowchart of Mermaid, which code hosts draw").conflicts(
        "json",
      ),
    )
    .action((options: Options) => {
      const stacks = describeStacks(readStacks(options.output), outputsHere);
      print(options, stacks, () =>
        options.diagram ? descriptionAsDiagram(stacks) : descriptionAsText(stacks),
      );
      if (options.failOnWarnings && stacks.some(({ warnings }) => warnings.length > 0)) process.exitCode = 1;
    });
