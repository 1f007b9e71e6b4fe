/** Judges agents by the table of conditions. */
import type { Condition, DeclaredAgent } from "../hermes/condition";
import { CONDITION_IDS, CONDITIONS } from "../hermes/conditions";
import { isUnseen, type Observation } from "../hermes/observation";
import { type AgentAccess, Unreachable } from "./access/access";
import { judged } from "./judged";
import { type Manifest, releaseOf } from "./manifest";
import { observe } from "./observe";
import type { HttpSecrets } from "./over-http/secrets";
import type { Deployment } from "./stacks";
import type { VerifiedAgent, VerifiedCondition } from "./verified";

export interface VerifyOptions {
  readonly ask: boolean;
  readonly askSeconds: number;
  /** Makes the access to an agent. */
  access(manifest: Manifest): AgentAccess;
  /** What opens the services of an agent that nobody can enter. @default - none */
  secrets?(manifest: Manifest): Promise<HttpSecrets>;
}

/** Looks at one agent. Never throws for what is wrong with it. */
export async function verifyAgent(
  declared: Manifest,
  deployment: Deployment,
  options: VerifyOptions,
): Promise<VerifiedAgent> {
  return (await lookAt(declared, deployment, options)).verified;
}

/** A look at an agent, and what a second one is compared with. */
export interface Look {
  readonly verified: VerifiedAgent;
  /** What is another one after each start of the container or its gateway, where it is known: a time or a text. */
  readonly starts?: readonly (number | string | undefined)[];
}

/** @param before an earlier look; a start since then is a failure */
export async function lookAt(
  declared: Manifest,
  deployment: Deployment,
  { ask, askSeconds, access, secrets }: VerifyOptions,
  before?: Look,
): Promise<Look> {
  const { agent, name } = declared;
  if (deployment.state !== "deployed")
    return { verified: { agent, name, state: deployment.state, why: deployment.why, conditions: [] } };
  const { manifest, asDeclared } = deployment;
  const release = releaseOf(manifest);
  try {
    const way = access(manifest);
    const seen = await observe(way, manifest, {
      release,
      ask,
      askSeconds,
      secrets: (await secrets?.(manifest)) ?? {},
    });
    const starts = startsOf(seen);
    const again = starts.some((start, i) => isAnother(start, before?.starts?.[i]));
    const conditions = judge(
      { ...seen, ...(again && { startedAgain: true }) },
      { ...declaredAgent(manifest), release },
      way.shell,
    );
    return {
      verified: { agent, name, state: asDeclared ? "deployed" : "declared-otherwise", conditions },
      starts,
    };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const state = error.gone ? "not-deployed" : "unreachable";
    return { verified: { agent, name, state, why: error.message, conditions: [] } };
  }
}

function startsOf(seen: Observation): NonNullable<Look["starts"]> {
  const { container, app, appStarts, gateway, gatewayPid, gatewayStartLine } = seen;
  const ofGateway = gateway === undefined || isUnseen(gateway) ? undefined : gateway.startedMs;
  return [
    container?.startedMs,
    app?.deployedMs,
    appStarts?.lastMs,
    ofGateway,
    gatewayPid?.toString(),
    gatewayStartLine,
  ];
}

/** The kernel counts the start of a process in whole seconds. */
const CLOCK_MS = 2000;

function isAnother(start: number | string | undefined, before: number | string | undefined): boolean {
  if (typeof start === "number" && typeof before === "number") return start > before + CLOCK_MS;
  return start !== undefined && before !== undefined && start !== before;
}

/**
 * The exit code: 1 if something does not hold, 2 if something could have been looked at and was not. It is 0 if all holds
 * that can be seen at that place.
 */
export function exitCodeOf(agents: readonly VerifiedAgent[], strict: boolean): 0 | 1 | 2 {
  const results = new Set(agents.flatMap(({ conditions }) => conditions.map(({ result }) => result)));
  if (results.has("fails") || agents.some(({ state }) => state === "not-deployed")) return 1;
  const missed = agents.some(({ conditions }) => conditions.some((row) => row.missed === true));
  const unseen = missed || agents.some(({ state }) => state === "unreachable");
  return unseen || (strict && results.has("not-looked-at")) ? 2 : 0;
}

function declaredAgent({
  services,
  login,
  platforms,
  model,
  managed,
  profiles,
  delivery,
  terminal,
}: Manifest): Omit<DeclaredAgent, "release"> {
  return {
    apiServer: services.apiServer !== undefined,
    platforms,
    ...(login && { login }),
    ...(profiles && {
      profiles: Object.fromEntries(
        Object.entries(profiles).map(([name, { platforms, model }]) => [
          name,
          { platforms, ...declaredModel(model) },
        ]),
      ),
    }),
    ...(delivery === "token" && { imageByCi: true }),
    ...declaredModel(model),
    ...(model?.name && model.baseUrl !== undefined && { endpoint: model.name }),
    ...(managed && { managed }),
    ...(terminal && { terminal: terminal.backend }),
  };
}

function declaredModel(model: Manifest["model"]): Pick<DeclaredAgent, "modelProvider" | "modelName"> {
  return {
    ...(model?.provider && { modelProvider: model.provider }),
    ...(model?.name && { modelName: model.name }),
  };
}

function judge(
  observation: Observation,
  declared: DeclaredAgent,
  shell: AgentAccess["shell"],
): readonly VerifiedCondition[] {
  return CONDITION_IDS.flatMap((id) => {
    const condition: Condition = CONDITIONS[id];
    return condition.find(observation, declared).map((finding): VerifiedCondition => {
      const row = { condition: id, ...judged(id, finding, condition.bad, shell) };
      return "bad" in finding ? { ...row, failure: finding.bad } : row;
    });
  });
}
