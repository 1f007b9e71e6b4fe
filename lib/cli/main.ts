#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { packageVersion } from "../caprover/package";
import { oneLine } from "../operations/text";
import { UserError } from "../support/user-error";
import { EXAMPLES } from "./examples";

/** In the order of the help. Only what is called is loaded: all of them together take a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import("./init.js")).initCommand(),
  describe: async () => (await import("./describe.js")).describeCommand(),
  doctor: async () => (await import("./doctor.js")).doctorCommand(),
  plan: async () => (await import("./plan.js")).planCommand(),
  next: async () => (await import("./next.js")).nextCommand(),
  verify: async () => (await import("./verify.js")).verifyCommand(),
  "explain-log": async () => (await import("./explain-log.js")).explainLogCommand(),
  workflow: async () => (await import("./workflow.js")).workflowCommand(),
  "deploy-token": async () => (await import("./deploy-token.js")).deployTokenCommand(),
  "deploy-image": async () => (await import("./deploy-image.js")).deployImageCommand(),
  "hash-password": async () => (await import("./hash-password.js")).hashPasswordCommand(),
  "session-secret": async () => (await import("./session-secret.js")).sessionSecretCommand(),
  rules: async () => (await import("./rules-table.js")).rulesCommand(),
  "install-provider": async () => (await import("./install-provider.js")).installProviderCommand(),
  "caprover-sandbox": async () => (await import("./sandbox.js")).sandboxCommand(),
};

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

// A reader that has seen enough, such as `head`, is no failure. What was found decides the code as ever.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  complain(`the output can't be written (${error.code})`);
  process.exit(process.exitCode || 1);
});
// Nobody is left to be told.
process.stderr.on("error", () => undefined);

/** The command that is called; all of them where it is none, such as for the help. */
async function commands(): Promise<readonly Command[]> {
  const [called = ""] = process.argv.slice(2);
  const only = Object.hasOwn(COMMANDS, called) ? COMMANDS[called] : undefined;
  return Promise.all((only ? [only] : Object.values(COMMANDS)).map((load) => load()));
}

async function main(): Promise<void> {
  try {
    for (const command of await commands()) {
      command.copyInheritedSettings(program);
      const example = EXAMPLES[command.name()];
      if (example !== undefined) command.addHelpText("after", `\nExample:\n  ${example}`);
      program.addCommand(command);
    }
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and the version were asked for.
      if (error.exitCode === 0) return;
      process.exitCode = 2;
      if (error.code !== "commander.help") complain(`${error.message.replace(/^error: /, "")}; see --help`);
      return;
    }
    if (!(error instanceof UserError)) throw error;
    process.exitCode = 2;
    complain(error.message);
  }
}

function complain(message: string): void {
  process.stderr.write(`cdktf-hermes: ${oneLine(message)}\n`);
}

void main();
