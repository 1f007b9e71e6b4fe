import type { Command } from "commander";

/** CDKTF's own, unless `cdktf.json` names another one. */
export const USUAL_OUTPUT = "cdktf.out";

/** Which synthesized app, and where its agents are, if not where the program says. */
export interface PlaceOptions {
  readonly output: string;
  readonly dockerHost?: string;
  readonly context?: string;
  readonly url?: string;
}

/** The options of a command for agents that run. */
export function withPlaceOptions(command: Command): Command {
  return command
    .option("--output <dir>", "the output directory", USUAL_OUTPUT)
    .option("--docker-host <url>", "another engine than the program names")
    .option("--context <name>", "another Docker context than the program names")
    .option("--url <url>", "another address of the CapRover server than the program names");
}
