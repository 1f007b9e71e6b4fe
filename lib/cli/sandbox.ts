import { Command } from "commander";
import type { SandboxOptions } from "../testing/caprover-sandbox/command";
import { EFFECTS } from "../testing/caprover-sandbox/http/faults";
import { also } from "./repeatable";
import { UsageError } from "./usage-error";

const NAME = "caprover-sandbox";

/** The simulator is loaded for this command only. */
export const sandboxCommand = () =>
  new Command(NAME)
    .description("runs a simulated CapRover server on this machine, to try things out and to test")
    .option("--port <n>", "port on 127.0.0.1 (default: a free one)")
    .option("--password <text>", "password of the dashboard, 1 to 29 characters (default: captain42)")
    .option("--root-domain <domain>", "root domain of the apps (default: apps.localhost)")
    .option("--root-ssl", "the root domain has a certificate, so that apps can get one and force https")
    .option("--version <version>", "CapRover's version (default: 1.15.3)")
    .option("--speed <factor>", "simulated seconds in one real second (default: 1)")
    .option("--images <file>", "JSON object of further images that can be pulled, by reference")
    .option("--fault <json>", "lets a request fail; repeatable", also)
    .option("--host-directory <path>", "directory that exists on the node; repeatable", also)
    .option("--workers <ids>", "ids of more nodes, separated by commas")
    .option(
      "--foreign-domain <domain>",
      "domain that does not point to this server, so that it is refused; repeatable",
      also,
    )
    .addHelpText(
      "after",
      `
It deploys nothing real. It prints the environment of a client and runs until
Ctrl-C. What it does not model it says on stderr. Its address is a page that
shows the apps.

It knows the images nousresearch/hermes-agent of every release, and
caprover/nginx-reverse-proxy. Further ones are in the file of --images:

  { "app:1": { "stopSeconds": 3, "ports": { "80": { "/health": "ok" } } },
    "agent:1": { "hermes": "v2026.7.30" } }

A fault is, for example, {"effect": "500", "method": "PATCH"}. While the sandbox
runs, a POST of one to /sandbox/faults adds it, and DELETE drops all. Effects:
${EFFECTS.join(", ")}.`,
    )
    .action(async (options: SandboxOptions) => {
      const { runSandboxCommand } = await import("../testing/caprover-sandbox/command.js");
      await runSandboxCommand(options).catch((error: unknown) => {
        throw new UsageError(`${NAME}: ${error instanceof Error ? error.message : error}`);
      });
    });
