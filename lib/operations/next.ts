/** What to do with an agent after its deploy: commands and addresses, and where each of them is used. */
import { containerOnNode } from "../caprover-server/container";
import { type CommandStep, commandSteps, profileSteps } from "../hermes/next-steps";
import { serviceNames, serviceTitle, serviceUse } from "../hermes/services";
import { shellWord } from "../support/shell";
import { Unreachable } from "./access/access";
import { dockerInWords, type EngineOverride, engineOptions, shellOf } from "./access/engine";
import { allServices, hasReference, type Manifest, releaseOf } from "./manifest";
import { whoSees } from "./who";

/** Where a person types a command or opens an address. */
export type Where = "here" | "node" | "browser";

export interface NextStep {
  /** Names the step, such as `setup` or `login.openai-codex`. */
  readonly id: string;
  readonly where: Where;
  /** What it is for, as a sentence. */
  readonly what: string;
  /** For where `here` and `node`. */
  readonly command?: string;
  /** For where `browser`. */
  readonly address?: string;
}

export interface NextOfAgent {
  readonly agent: string;
  readonly name: string;
  readonly steps: readonly NextStep[];
  /** What can't be said, and why. */
  readonly missing: readonly string[];
}

export interface NextOptions extends EngineOverride {
  /** Another address of the CapRover server than the program names. */
  readonly url?: string | undefined;
  /** Why Terraform did not say what only it knows. */
  readonly why?: string | undefined;
  /** The output directory, if it is not the usual one. */
  readonly output?: string | undefined;
}

/** @param manifest as deployed, or as declared before the deploy */
export function nextOf(manifest: Manifest, options: NextOptions): NextOfAgent {
  const { agent, name } = manifest;
  const { steps, missing } = placeSteps(manifest, options);
  const addresses = addressSteps(manifest);
  return {
    agent,
    name,
    steps: [...addresses.steps, ...steps, verifyStep(manifest, options)],
    missing: [...addresses.missing, ...missing, ...(options.why === undefined ? [] : [`${options.why}.`])],
  };
}

interface Steps {
  readonly steps: readonly NextStep[];
  readonly missing: readonly string[];
}

/** Whether a manifest says something that only Terraform knows. */
export function isPartial(manifest: Manifest): boolean {
  return hasReference(JSON.stringify(manifest));
}

function placeSteps(manifest: Manifest, options: NextOptions): Steps {
  const { place } = manifest;
  if (place.kind === "caprover") {
    const commands = agentSteps(manifest, "docker", containerOnNode(place.app));
    return {
      steps: [...commands.map((step) => ({ ...step, where: "node" as const })), ...appStep(place, options)],
      missing: [],
    };
  }
  const { container, host, context, certPath } = place;
  if (
    options.context === undefined &&
    options.host === undefined &&
    [host, context, certPath].some(hasReference)
  )
    return { steps: [], missing: ["Only Terraform knows the engine's address: deploy first."] };
  try {
    const docker = dockerInWords(engineOptions(place, options));
    const { restart } = shellOf(manifest, docker, shellWord(container));
    const commands = [
      ...agentSteps(manifest, docker, shellWord(container)),
      { id: "restart", what: "Restart the agent.", command: restart },
    ];
    return { steps: commands.map((step) => ({ ...step, where: "here" as const })), missing: [] };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { steps: [], missing: [`There are no commands, because ${error.message}.`] };
  }
}

function agentSteps(manifest: Manifest, docker: string, container: string): readonly CommandStep[] {
  const { profiles = {} } = manifest;
  const contextOf = ({ model, platforms }: Pick<Manifest, "model" | "platforms">) => ({
    release: releaseOf(manifest),
    docker,
    container,
    provider: hasReference(model?.provider) ? null : model?.provider,
    platforms: Object.keys(platforms),
  });
  return [
    ...commandSteps(contextOf(manifest)),
    ...Object.entries(profiles).flatMap(([profile, declared]) =>
      profileSteps({ ...contextOf(declared), profile, ownGateway: declared.ownGateway }),
    ),
  ];
}

/** CapRover restarts an app whenever it is saved. */
function appStep(place: Manifest["place"] & { kind: "caprover" }, { url }: NextOptions): readonly NextStep[] {
  const server = url ?? place.url ?? process.env["CAPROVER_URL"];
  const known = server && !hasReference(server);
  const what = "Restart the agent: save its app in CapRover's dashboard.";
  return [
    {
      id: "restart",
      where: "browser",
      what,
      ...(known && {
        address: `${server.replace(/\/+$/, "")}/#/apps/details/${encodeURIComponent(place.app)}`,
      }),
    },
  ];
}

function addressSteps(manifest: Manifest): Steps {
  const steps: NextStep[] = [];
  const missing: string[] = [];
  const all = allServices(manifest);
  for (const service of serviceNames(all)) {
    const url = all[service]?.url;
    const title = serviceTitle(service);
    const users = service === "dashboard" ? whoSees(manifest) : undefined;
    if (url === undefined) continue;
    if (url === null) missing.push(`${title}'s address comes from a sensitive value.`);
    else if (hasReference(url)) missing.push(`${title}'s address is known after the deploy.`);
    else
      steps.push({
        id: service,
        where: "browser",
        what: users ? `${title}, for ${users}.` : serviceUse(service),
        address: url,
      });
  }
  return { steps, missing };
}

function verifyStep({ agent }: Manifest, { output }: NextOptions): NextStep {
  const folder = output === undefined ? "" : ` --output ${shellWord(output)}`;
  return {
    id: "verify",
    where: "here",
    what: "Let the agent prove that it works, in the folder of the program.",
    command: `npx cdktf-hermes verify${folder} ${shellWord(agent)}`,
  };
}
