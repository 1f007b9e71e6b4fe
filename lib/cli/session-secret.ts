import { Command } from "commander";
import { newSessionSecret } from "../hermes/password";
import { print } from "./answer";

export const sessionSecretCommand = () =>
  new Command("session-secret")
    .description("prints a new secret for signing dashboard sessions")
    .option("--json", "the answer for scripts")
    .action((options: { readonly json?: boolean }) => {
      const secret = newSessionSecret();
      print(options, { sessionSecret: secret }, () => secret);
    });
