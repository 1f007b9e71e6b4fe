import { Command } from "commander";
import { parseRelease } from "../hermes/releases";
import { SERVICE_NAMES } from "../hermes/services";
import type { AgentAccess } from "../operations/access/access";
import { logFileAccess } from "../operations/access/log-file";
import { type ExplainedLine, type ExplainOptions, explainLog, isWhole } from "../operations/explain";
import { remedyInWords } from "../operations/judged";
import { type Manifest, releaseOf } from "../operations/manifest";
import { readDeployments, readStacks } from "../operations/stacks";
import { hanging } from "../operations/text";
import { accessWith } from "./access";
import { print } from "./answer";
import { chosenAgents } from "./chosen";
import { type PlaceOptions, withPlaceOptions } from "./output";
import { UsageError } from "./usage-error";

interface Options extends PlaceOptions {
  readonly agent?: string;
  readonly release?: string;
  readonly whole?: boolean;
  readonly json?: boolean;
}

export const explainLogCommand = () =>
  withPlaceOptions(
    new Command("explain-log")
      .description("says what each known line of an agent's log means, and what to do about it")
      .argument("[file]", "a log, such as `docker logs hermes > log 2>&1` makes; by default standard input")
      .option("--agent <name>", "the log of that agent's container or app instead, by path or name")
      .option("--release <tag>", "the release that printed the log; by default lines of each are known")
      .option("--whole", "the log begins at the container's start: also names lines that are missing"),
  )
    .option("--json", "the answer for scripts")
    .addHelpText("after", "\nExit code: 0 no line is bad and none is missing, 1 one is, 2 there is no log.")
    .action(async (file: string | undefined, options: Options) => {
      if (file !== undefined && options.agent !== undefined)
        throw new UsageError("explain-log takes a file or --agent, not both");
      const { access, shown } =
        options.agent === undefined ? ofFile(file ?? "-", options) : await ofAgent(options.agent, options);
      const log = (await access.log?.()) ?? "";
      const whole = shown.whole ?? isWhole(log);
      const lines = explainLog(log, { ...shown, whole });
      print(options, lines, () => asText(lines, access.shell));
      if (lines.some(({ kind }) => kind !== "good")) process.exitCode = 1;
    });

interface Source {
  readonly access: AgentAccess;
  /** Without `whole`, the length of the log decides. */
  readonly shown: ExplainOptions;
}

function ofFile(file: string, { release: tag, whole = false }: Options): Source {
  const release = tag === undefined ? undefined : parseRelease(tag);
  if (tag !== undefined && release === undefined)
    throw new UsageError(`--release ${tag} is no release of Hermes`);
  return { access: logFileAccess(file), shown: { release, whole } };
}

async function ofAgent(name: string, options: Options): Promise<Source> {
  for (const { stack, agents } of chosenAgents(readStacks(options.output), [name], options.output)) {
    const deployments = await readDeployments(stack);
    for (const { agent } of agents) {
      const deployment = deployments.get(agent);
      if (deployment?.state === "unreachable") throw new UsageError(deployment.why);
      if (deployment?.state !== "deployed")
        throw new UsageError(`${agent} is not deployed${deployment ? `: ${deployment.why}` : ""}`);
      const { manifest } = deployment;
      const services = SERVICE_NAMES.filter((service) => manifest.services[service] !== undefined);
      const place = manifest.place.kind;
      return {
        access: accessWith(options)(manifest),
        // CapRover gives the end of an app's log alone.
        shown: {
          release: releaseOf(manifest),
          services,
          platforms: platformsOf(manifest),
          ...(place === "docker" ? {} : { whole: false }),
        },
      };
    }
  }
  throw new UsageError(`there is no agent ${name}`);
}

const MARKS = { good: "✓", bad: "✗", missing: "?" } as const;

function asText(lines: readonly ExplainedLine[], shell: AgentAccess["shell"]): string {
  if (lines.length === 0) return "no known line";
  return lines
    .map(({ kind, times, lineNumber, line, means, releases, fix }) =>
      [
        hanging(`${MARKS[kind]} `, kind === "missing" ? `missing: ${means}` : means),
        ...(line === undefined ? [] : [hanging("    ", `line ${lineNumber}${timesInWords(times)}: ${line}`)]),
        ...(releases === undefined ? [] : [`    printed by releases ${releases}`]),
        ...(fix === undefined ? [] : [`    fix: ${remedyInWords(fix, shell)}`]),
      ].join("\n"),
    )
    .join("\n");
}

function timesInWords(times: number): string {
  return times === 1 ? "" : `, the last of ${times}`;
}

/** Of all profiles: they share the container's log. */
function platformsOf({ platforms, profiles = {} }: Manifest): readonly string[] {
  const all = [platforms, ...Object.values(profiles).map((profile) => profile.platforms)];
  return [...new Set(all.flatMap((of) => Object.keys(of)))];
}
