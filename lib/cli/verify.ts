import { parseArgs } from "node:util";
import { capRoverAccess } from "../operations/access/caprover";
import { dockerAccess } from "../operations/access/docker";
import type { Manifest } from "../operations/manifest";
import { asMarkdown, asText } from "../operations/report";
import { NoSynthesis, readDeployments, readStacks } from "../operations/stacks";
import { exitCodeOf, type VerifiedAgent, verifyAgent } from "../operations/verify";
import { nearest } from "../support/spelling";
import { UsageError } from "./usage-error";

const USAGE = `usage: cdktf-hermes verify [options] [AGENT …]

Looks at the agents of the synthesized app, or at the named ones, and says of each
condition whether it holds. Each failure comes with its cause and its fix.

  --no-ask             does not ask the model
  --ask-seconds N      how long the model may take (default 120)
  --output DIR         the output directory (default cdktf.out)
  --docker-host URL    another engine than the program names
  --context NAME       another Docker context than the program names
  --url URL            another address of the CapRover server than the program names
  --strict             exit code 2 also if something could not be looked at
  --json               the result for scripts
  --markdown           the result for the summary of a job

Exit code: 0 all that was looked at holds, 1 something does not, 2 it could not look.
`;

const OPTIONS = {
  "no-ask": { type: "boolean" },
  "ask-seconds": { type: "string", default: "120" },
  output: { type: "string", default: "cdktf.out" },
  "docker-host": { type: "string" },
  context: { type: "string" },
  url: { type: "string" },
  strict: { type: "boolean" },
  json: { type: "boolean" },
  markdown: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** @throws UsageError */
export async function runVerify(arguments_: readonly string[]): Promise<void> {
  const { values, positionals } = parse(arguments_);
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const askSeconds = Number(values["ask-seconds"]);
  if (!Number.isInteger(askSeconds) || askSeconds < 1)
    throw new UsageError("--ask-seconds is a whole number of at least 1");
  const override = { host: values["docker-host"], context: values.context };
  try {
    const agents = await verifyAll(values.output, positionals, {
      ask: values["no-ask"] !== true,
      askSeconds,
      access: (manifest: Manifest) =>
        manifest.place.kind === "docker"
          ? dockerAccess(manifest, override)
          : capRoverAccess(manifest, {
              url: values.url,
              password: process.env["CAPROVER_PASSWORD"],
            }),
    });
    const text = values.json
      ? JSON.stringify(agents, null, 2)
      : values.markdown
        ? asMarkdown(agents)
        : asText(agents);
    process.stdout.write(`${text}\n`);
    process.exitCode = exitCodeOf(agents, values.strict === true);
  } catch (error) {
    throw error instanceof NoSynthesis ? new UsageError(error.message) : error;
  }
}

/** All agents side by side: each has limits of its own. */
async function verifyAll(
  outdir: string,
  names: readonly string[],
  options: Parameters<typeof verifyAgent>[2],
): Promise<readonly VerifiedAgent[]> {
  const stacks = readStacks(outdir);
  const all = stacks.flatMap(({ agents }) => agents);
  const isNamed = ({ agent, name }: Manifest) =>
    names.length === 0 || names.includes(agent) || names.includes(name);
  for (const name of names) {
    if (all.some((agent) => agent.agent === name || agent.name === name)) continue;
    const meant = nearest(
      name,
      all.flatMap(({ agent, name }) => [agent, name]),
    );
    throw new UsageError(`there is no agent ${name}${meant === undefined ? "" : `; did you mean ${meant}?`}`);
  }
  if (all.length === 0) throw new UsageError(`${outdir} has no agent`);
  const verified = await Promise.all(
    stacks.map(async (stack) => {
      const chosen = stack.agents.filter(isNamed);
      if (chosen.length === 0) return [];
      const deployments = await readDeployments(stack);
      return Promise.all(
        chosen.map((agent) => {
          const deployment = deployments.get(agent.agent) ?? {
            state: "not-deployed",
            why: "it has no state",
          };
          return verifyAgent(agent, deployment, options);
        }),
      );
    }),
  );
  return verified.flat();
}

function parse(arguments_: readonly string[]) {
  try {
    return parseArgs({ args: [...arguments_], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new UsageError(`verify: ${error instanceof Error ? error.message : error}`);
  }
}
