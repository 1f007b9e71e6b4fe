import { homedir } from "node:os";
import { Command } from "commander";
import { CHECKS, type Examined, examine } from "../operations/doctor/examine";
import { rowsAsText } from "../operations/report";
import { readStacks } from "../operations/stacks";
import { print } from "./answer";
import { USUAL_OUTPUT } from "./output";

interface Options {
  readonly output: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

export const doctorCommand = () =>
  new Command("doctor")
    .description(
      "looks at this machine and the synthesized app before a deploy: programs, providers, variables, engines and images; each failure comes with its fix",
    )
    .option("--output <dir>", "the output directory", USUAL_OUTPUT)
    .option("--strict", "exit code 2 also if something could not be looked at")
    .option("--json", "the answer for scripts")
    .addHelpText(
      "after",
      `
It changes nothing. Run it in the folder of cdktf.json, after cdktf synth and in
the shell that deploys.

Exit code: 0 all that was looked at holds, 1 something does not, 2 it could not
look.`,
    )
    .action(async ({ output, strict = false, ...options }: Options) => {
      const rows = await examine({
        stacks: readStacks(output),
        project: process.cwd(),
        home: homedir(),
        environment: process.env,
        platform: `${process.platform}_${ARCHITECTURES[process.arch] ?? process.arch}`,
      });
      print(options, rows, () =>
        rowsAsText(rows.map((row) => ({ ...row, title: CHECKS[row.check].title }))).join("\n"),
      );
      process.exitCode = exitCodeOf(rows, strict);
    });

/** As Terraform names them. */
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", ia32: "386" };

function exitCodeOf(rows: readonly Examined[], strict: boolean): 0 | 1 | 2 {
  if (rows.some(({ result }) => result === "fails")) return 1;
  return rows.some(({ result, missed }) => missed || (strict && result === "not-looked-at")) ? 2 : 0;
}
