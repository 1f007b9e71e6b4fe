#!/usr/bin/env node
import { parseArgs } from "node:util";
import { packageVersion } from "../caprover/package";
import { newSessionSecret } from "../hermes/password";
import { describeOutput, formatDescription } from "./describe";
import { readAndHash } from "./hash-password";
import { installProvider } from "./install-provider";
import { ruleRows, rulesMarkdown } from "./rules-table";
import { UsageError } from "./usage-error";

const USAGE = `usage: cdktf-hermes <command> [--json]
       cdktf-hermes --version

  hash-password      asks for a password, or reads the first line of a pipe, and prints
                     its hash in the form that Hermes' dashboard reads
  session-secret     prints a new secret for signing dashboard sessions
  describe [DIR]     shows what a synthesized app will deploy, with all warnings
                     (DIR: the output directory, default cdktf.out)
  rules              prints every rule: what is refused, and why
  install-provider   installs the Terraform provider for CapRover into a folder of
                     Terraform files, without CDKTF; see install-provider --help
  caprover-sandbox   runs a simulated CapRover server on this machine, for tests;
                     for its options, see caprover-sandbox --help
`;

interface Answer {
  readonly text: string;
  /** The answer for scripts. */
  readonly json: unknown;
}

const COMMANDS: Readonly<Record<string, (operands: readonly string[]) => Answer | Promise<Answer>>> = {
  "hash-password": async () => {
    const hash = await readAndHash(process.stdin, process.stderr);
    return { text: hash, json: { passwordHash: hash } };
  },
  "session-secret": () => {
    const secret = newSessionSecret();
    return { text: secret, json: { sessionSecret: secret } };
  },
  describe: ([outdir = "cdktf.out"]) => {
    const stacks = describeOutput(outdir);
    return { text: formatDescription(stacks), json: stacks };
  },
  rules: () => {
    const rows = ruleRows();
    return { text: rulesMarkdown(rows).trimEnd(), json: rows };
  },
};

async function main(arguments_: readonly string[]): Promise<void> {
  if (arguments_[0] === SANDBOX) return runSandbox(arguments_.slice(1));
  if (arguments_[0] === INSTALL) {
    const { text, warning = "" } = installProvider(arguments_.slice(1));
    process.stdout.write(text);
    process.stderr.write(warning);
    return;
  }
  const { values, positionals } = parse(arguments_);
  const [name, ...operands] = positionals;
  if (values.version) {
    process.stdout.write(`${packageVersion()}\n`);
    return;
  }
  if (values.help || name === undefined) {
    process.stdout.write(USAGE);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new UsageError(`there is no command ${JSON.stringify(name)}; see --help`);
  const most = name === "describe" ? 1 : 0;
  // The message does not show the operand: it could be a password.
  if (operands.length > most) throw new UsageError(`${name} takes ${most === 0 ? "no" : "one"} operand`);
  const answer = await command(operands);
  process.stdout.write(`${values.json ? JSON.stringify(answer.json, null, 2) : answer.text}\n`);
}

const SANDBOX = "caprover-sandbox";
const INSTALL = "install-provider";

/** Loaded for this command only. */
async function runSandbox(arguments_: readonly string[]): Promise<void> {
  const { runSandboxCommand } = await import("../testing/caprover-sandbox/command.js");
  await runSandboxCommand(arguments_).catch((error: unknown) => {
    throw new UsageError(`${SANDBOX}: ${error instanceof Error ? error.message : error}`);
  });
}

function parse(arguments_: readonly string[]) {
  try {
    return parseArgs({
      args: [...arguments_],
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch {
    throw new UsageError("there is no such option; see --help");
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`cdktf-hermes: ${error.message}\n`);
  process.exitCode = 2;
});
