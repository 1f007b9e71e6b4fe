import { fstatSync } from "node:fs";
import { Command } from "commander";
import { capRoverAccess } from "../operations/access/caprover";
import { agentByToken } from "./chosen";
import { USUAL_OUTPUT } from "./output";
import { UsageError } from "./usage-error";

interface Options {
  readonly output: string;
  readonly url?: string;
}

export const deployTokenCommand = () =>
  new Command("deploy-token")
    .description("writes the token with which a CI deploys an agent's CapRover app into a pipe")
    .argument("<agent>", "the agent by path or name")
    .option("--output <dir>", "the output directory", USUAL_OUTPUT)
    .option("--url <url>", "another address of the CapRover server than the program names")
    .addHelpText(
      "after",
      `
Only into a pipe, so that the token is on no screen and in no file:

  npx cdktf-hermes deploy-token hermes | gh secret set CAPROVER_HERMES_APP_TOKEN

The CapRover server's password comes from CAPROVER_PASSWORD.`,
    )
    .action(async (name: string, options: Options) => {
      if (!isPipe(process.stdout.fd)) {
        throw new UsageError(
          "deploy-token writes the token into a pipe only, such as `npx cdktf-hermes deploy-token AGENT | gh secret set CAPROVER_HERMES_APP_TOKEN`",
        );
      }
      const agent = agentByToken(name, options.output);
      const token = await capRoverAccess(agent, {
        url: options.url,
        password: process.env["CAPROVER_PASSWORD"],
      }).deployToken();
      if (token === undefined)
        throw new UsageError(`the app ${agent.place.app} accepts no token yet; run \`cdktf deploy\` first`);
      // Without a line end, which a reader could take for a part of it.
      process.stdout.write(token);
    });

/** Node gives programs that it starts sockets for pipes. */
function isPipe(descriptor: number): boolean {
  const stats = fstatSync(descriptor);
  return stats.isFIFO() || stats.isSocket();
}
