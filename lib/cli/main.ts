#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { packageVersion } from "../caprover/package";
import { Unreachable } from "../operations/access/access";
import { NoSynthesis } from "../operations/stacks";
import { oneLine } from "../operations/text";
import { deployImageCommand } from "./deploy-image";
import { deployTokenCommand } from "./deploy-token";
import { describeCommand } from "./describe";
import { doctorCommand } from "./doctor";
import { EXAMPLES } from "./examples";
import { explainLogCommand } from "./explain-log";
import { hashPasswordCommand } from "./hash-password";
import { initCommand } from "./init";
import { installProviderCommand } from "./install-provider";
import { nextCommand } from "./next";
import { planCommand } from "./plan";
import { rulesCommand } from "./rules-table";
import { sandboxCommand } from "./sandbox";
import { sessionSecretCommand } from "./session-secret";
import { UsageError } from "./usage-error";
import { verifyCommand } from "./verify";
import { workflowCommand } from "./workflow";

const COMMANDS = [
  initCommand,
  describeCommand,
  doctorCommand,
  planCommand,
  nextCommand,
  verifyCommand,
  explainLogCommand,
  workflowCommand,
  deployTokenCommand,
  deployImageCommand,
  hashPasswordCommand,
  sessionSecretCommand,
  rulesCommand,
  installProviderCommand,
  sandboxCommand,
];

const program = new Command("cdktf-hermes")
  .description("Hermes Agent as a service: what a deploy needs before, and what it shows after")
  .version(packageVersion())
  .showSuggestionAfterError()
  // A command may have an option --version of its own.
  .enablePositionalOptions()
  .configureHelp({ subcommandTerm: (command) => command.name() })
  .exitOverride()
  // Errors are printed below, in one form.
  .configureOutput({ outputError: () => undefined });
for (const make of COMMANDS) {
  const command = make().copyInheritedSettings(program);
  const example = EXAMPLES[command.name()];
  if (example !== undefined) command.addHelpText("after", `\nExample:\n  ${example}`);
  program.addCommand(command);
}

// A reader that has seen enough, such as `head`, is no failure. What was found decides the code as ever.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  complain(`the output can't be written (${error.code})`);
  process.exit(process.exitCode || 1);
});
// Nobody is left to be told.
process.stderr.on("error", () => undefined);

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and the version were asked for.
      if (error.exitCode === 0) return;
      process.exitCode = 2;
      if (error.code !== "commander.help") complain(`${error.message.replace(/^error: /, "")}; see --help`);
      return;
    }
    if (!(error instanceof UsageError || error instanceof NoSynthesis || error instanceof Unreachable))
      throw error;
    process.exitCode = 2;
    complain(error.message);
  }
}

function complain(message: string): void {
  process.stderr.write(`cdktf-hermes: ${oneLine(message)}\n`);
}

void main();
