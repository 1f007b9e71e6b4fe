import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { hashPassword } from "../hermes/password";
import { DASHBOARD_PASSWORD } from "../hermes/secret-checks";
import { print } from "./answer";
import { askSecret, canAsk } from "./ask-secret";
import { UsageError } from "./usage-error";

export const hashPasswordCommand = () =>
  new Command("hash-password")
    .description(
      "asks for a password, or reads the first line of a pipe, and prints its hash in the form that Hermes' dashboard reads",
    )
    .option("--json", "the answer for scripts")
    // What stands there may be the password, and must not be shown.
    .allowUnknownOption()
    .argument("[nothing...]")
    .usage("[--json]")
    .action(async (given: readonly string[], options: { readonly json?: boolean }) => {
      if (given.length > 0)
        throw new UsageError("hash-password takes no password as an argument; see --help");
      const hash = await readAndHash(process.stdin);
      print(options, { passwordHash: hash }, () => hash);
    });

/**
 * Reads a password from the terminal without showing it, or from the first line of a pipe, and returns its hash. It
 * never reads one from the arguments: these are visible in the shell's history and in the process list.
 */
async function readAndHash(input: NodeJS.ReadStream): Promise<string> {
  const password = input.isTTY ? await askTwice() : await firstLine(input);
  if (!DASHBOARD_PASSWORD.test(password))
    throw new UsageError(`the password ${DASHBOARD_PASSWORD.requirement}`);
  return hashPassword(password);
}

async function askTwice(): Promise<string> {
  if (!canAsk(process.stderr))
    throw new UsageError(
      "hash-password can't ask here; pipe the password into it (Node.js asks from 20.12 on)",
    );
  const password = await askSecret("Password");
  if ((await askSecret("Again")) !== password) throw new UsageError("the two passwords differ");
  return password;
}

async function firstLine(input: NodeJS.ReadStream): Promise<string> {
  for await (const line of createInterface({ input })) return line;
  throw new UsageError("no password on standard input");
}
