import { relative } from "node:path";
import { Command } from "commander";
import { NotForCi } from "../delivery/deploy-needs";
import { differences, foreignFiles, repositoryAround, writeRendered } from "../delivery/repository-files";
import { HOSTED_RUNNER, renderWorkflows } from "../delivery/workflow";
import { readStacks } from "../operations/stacks";
import { USUAL_OUTPUT } from "./output";
import { UsageError } from "./usage-error";

interface Options {
  readonly output: string;
  readonly branch: string;
  readonly runsOn: string;
  readonly check?: boolean;
}

export const workflowCommand = () =>
  new Command("workflow")
    .description(
      "writes the GitHub workflows that build the images of the synthesized app and deploy its agents",
    )
    .option("--check", "writes nothing; prints what differs, and exits with 1 if something does")
    .option("--branch <name>", "the branch that is deployed", "main")
    .option("--runs-on <label>", "the runner that deploys", HOSTED_RUNNER)
    .option("--output <dir>", "the output directory", USUAL_OUTPUT)
    .action((options: Options) => {
      const root = repositoryAround(process.cwd());
      const project = relative(root, process.cwd()).replaceAll("\\", "/");
      const rendered = render(options, project);
      if (options.check) {
        const text = differences(root, rendered);
        process.stdout.write(text);
        if (text !== "") process.exitCode = 1;
        return;
      }
      const foreign = foreignFiles(root, rendered);
      if (foreign.length > 0)
        throw new UsageError(`${foreign.join(", ")} was not written by this command; move it, and run again`);
      for (const path of writeRendered(root, rendered)) process.stdout.write(`${path}\n`);
    });

function render({ output, branch, runsOn }: Options, project: string) {
  try {
    return renderWorkflows(readStacks(output), { branch, runsOn, project, output });
  } catch (error) {
    if (error instanceof NotForCi) throw new UsageError(error.message);
    throw error;
  }
}
