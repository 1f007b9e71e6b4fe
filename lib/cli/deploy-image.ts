import { Command } from "commander";
import { CapRoverApi } from "../delivery/caprover-api";
import { deployImage, type ImageDeploy, type Proof } from "../delivery/deploy-image";
import { releaseOfImage } from "../delivery/image-label";
import { hasReference } from "../operations/manifest";
import { code } from "../operations/markdown";
import { MARKS } from "../operations/report";
import { inColumns } from "../operations/table";
import { wrapped } from "../operations/text";
import { type AgentByToken, agentByToken } from "./chosen";
import { USUAL_OUTPUT } from "./output";
import { UsageError } from "./usage-error";

interface Options {
  readonly tag: string;
  readonly output: string;
  readonly url?: string;
  readonly dashboard?: string;
  readonly markdown?: boolean;
}

export const deployImageCommand = () =>
  new Command("deploy-image")
    .description(
      "deploys a tag of an agent's image to its CapRover app, as a CI does, and proves what can be proven",
    )
    .argument("<agent>", "the agent by path or name")
    .requiredOption("--tag <tag>", "the tag to deploy")
    .option("--dashboard <url>", "address of the agent's dashboard, if the program does not say it")
    .option("--url <url>", "another address of the CapRover server than the program names")
    .option("--markdown", "the answer for the summary of a job")
    .option("--output <dir>", "the output directory", USUAL_OUTPUT)
    .addHelpText(
      "after",
      `
Exit code: 0 all that was looked at holds, 1 something does not, 2 it could not
begin.

The login comes from the environment: CAPROVER_APP_TOKEN, the app's token, or
without it CAPROVER_PASSWORD, the CapRover server's password. A login that nginx
asks for before the dashboard is in HERMES_BASIC_AUTH, as user:password. The
dashboard's address may be in HERMES_DASHBOARD_URL. The docker command line
reads the image's release with its own login.`,
    )
    .action(async (name: string, options: Options) => {
      const deploy = deployOf(agentByToken(name, options.output), options);
      const proofs = await deployImage(deploy);
      const print = options.markdown ? asMarkdown : asText;
      process.stdout.write(`${print(`${deploy.agent}: ${deploy.image}`, proofs)}\n`);
      if (proofs.some(({ result }) => result === "fails")) process.exitCode = 1;
    });

function deployOf(agent: AgentByToken, { tag, url, dashboard }: Options): ImageDeploy {
  const { place, image } = agent;
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag))
    throw new UsageError(`${JSON.stringify(tag)} is no tag`);
  const server = url ?? known(place.url) ?? given("CAPROVER_URL");
  if (server === undefined)
    throw new UsageError("the CapRover server is not known; set CAPROVER_URL, or give --url");
  const [token, password] = [given("CAPROVER_APP_TOKEN"), given("CAPROVER_PASSWORD")];
  if (token === undefined && password === undefined)
    throw new UsageError("neither CAPROVER_APP_TOKEN nor CAPROVER_PASSWORD is set");
  return {
    agent: agent.agent,
    app: place.app,
    api: apiAt(server, place.insecureHttp === true),
    image: `${repositoryOf(image)}:${tag}`,
    release: agent.release,
    token,
    password,
    dashboard: dashboard ?? given("HERMES_DASHBOARD_URL") ?? known(agent.services.dashboard?.url),
    basicAuth: given("HERMES_BASIC_AUTH"),
    commit: given("GITHUB_SHA") ?? "",
    releaseOf: releaseOfImage,
  };
}

function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^:/]+$/, "");
}

/** By the rule of the provider, as `verify` and `deploy-token` have it too. */
function apiAt(address: string, allowInsecureHttp: boolean): CapRoverApi {
  try {
    return new CapRoverApi(address, allowInsecureHttp);
  } catch (error) {
    throw new UsageError(`the CapRover server: ${error instanceof Error ? error.message : error}`);
  }
}

/** An address that the program says. */
function known(url: string | null | undefined): string | undefined {
  return hasReference(url) ? undefined : (url ?? undefined);
}

/** A secret that is not set is an empty variable in a workflow. */
function given(name: string): string | undefined {
  return process.env[name] || undefined;
}

function asText(title: string, proofs: readonly Proof[]): string {
  const before = 6 + Math.max(...proofs.map(({ what }) => what.length));
  const rows = proofs.map(({ what, result, seen }) => [
    `${MARKS[result]} ${what}`,
    wrapped(result === "not-looked-at" ? `not proven: ${seen}` : seen, before),
  ]);
  return [title, ...inColumns(rows, 2)].join("\n");
}

function asMarkdown(title: string, proofs: readonly Proof[]): string {
  return [
    `### ${code(title)}`,
    "",
    "| | condition | seen |",
    "|---|---|---|",
    ...proofs.map(
      ({ what, result, seen }) =>
        `| ${MARKS[result]} | ${what} | ${result === "not-looked-at" ? "not proven: " : ""}${code(seen)} |`,
    ),
  ].join("\n");
}
