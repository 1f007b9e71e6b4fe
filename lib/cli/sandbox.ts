import { Command } from "commander";
import { UsageError } from "./usage-error";

const NAME = "caprover-sandbox";

/** It reads its options itself, and is loaded for this command only. */
export const sandboxCommand = () =>
  new Command(NAME)
    .description("runs a simulated CapRover server on this machine, for tests")
    .argument("[options...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (options: readonly string[]) => {
      const { runSandboxCommand } = await import("../testing/caprover-sandbox/command.js");
      await runSandboxCommand(options).catch((error: unknown) => {
        throw new UsageError(`${NAME}: ${error instanceof Error ? error.message : error}`);
      });
    });
