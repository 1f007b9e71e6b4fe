/** `nousresearch/hermes-agent` of any release, as far as CapRover and its users can see it run. */
import { bootInVariable, GATEWAY_RUNS } from "../../../boot/boot-script";
import { DATA_PATH } from "../../../hermes/container-contract";
import { dashboardLine, GATEWAY_STARTS, PROBLEM_LINES, START_LINES } from "../../../hermes/container-log";
import { hasFeature, newestKnownRelease, parseRelease, type Release } from "../../../hermes/releases";
import { isLoopback } from "../../../hermes/services";
import type { LogLine, ProgramContext, ProgramPorts, ProgramRequest, SimulatedImage } from "../engine/image";
import { NO_ANSWER } from "./hermes-answer";
import { answerApi, apiServerOf } from "./hermes-api";
import { hermesStart } from "./hermes-command";
import { answerDashboard, dashboardOf } from "./hermes-dashboard";
import { listenersOf, platformStates } from "./hermes-gateway";
import type { HermesState } from "./hermes-state";

const READY_AFTER_SECONDS = 4;

/**
 * Hermes Agent in the sandbox: it starts and ends for the same commands as the real image, writes the lines of its
 * generation, and answers on the ports of its dashboard and its API server as the releases do that were run. Where a
 * platform calls it, it answers the question for its health, and rejects every call. It runs no model, and its answers say
 * that they are simulated.
 *
 * @param release such as `v2026.7.30`; a tag that is no release, such as `latest`, stands for the newest known one
 * @param state how it is; by default it works, and has no model
 */
export function hermesImage(release: string, state: HermesState = {}): SimulatedImage {
  const known = parseRelease(release) ?? newestKnownRelease();
  return {
    pullSeconds: 20,
    startSeconds: READY_AFTER_SECONDS,
    // s6 waits three seconds for whatever still runs
    stopSeconds: hasFeature(known, "supervision") ? 3.2 : 0.4,
    volumes: [DATA_PATH],
    onStart: ({ command, args, exit }) => {
      const start = hermesStart(known, command, args);
      if ("exits" in start) exit(start.exits);
    },
    logLines: (context) => linesOf(known, state, context),
    ports: (context) => portsOf(known, state, context),
  };
}

function linesOf(
  release: Release,
  state: HermesState,
  { command, args, ...context }: ProgramContext,
): LogLine[] {
  const env = environmentOf(state, context);
  const start = hermesStart(release, command, args);
  if ("exits" in start) return start.lines.map((line) => ({ line, stream: "stderr" }));
  const dashboard = start.runs.dashboard ? dashboardOf(release, env) : undefined;
  const at = (afterSeconds: number, lines: readonly string[]) =>
    lines.map((line): LogLine => ({ afterSeconds, line }));
  return [
    ...(start.runs.gateway ? at(1, START_LINES[release.generation]) : []),
    ...(dashboard === undefined
      ? []
      : at(
          2,
          dashboard.refused
            ? PROBLEM_LINES.noLogin
            : [dashboardLine(release.generation, dashboard.host, dashboard.port)],
        )),
    ...(start.runs.gateway && apiServerOf(release, env)?.refused ? at(2, PROBLEM_LINES.apiServerKey) : []),
    ...(start.runs.gateway && saysThatItRuns(env) ? at(READY_AFTER_SECONDS, [GATEWAY_RUNS]) : []),
    ...(start.runs.gateway
      ? at(READY_AFTER_SECONDS, Array(state.gatewayRestarts ?? 0).fill(GATEWAY_STARTS))
      : []),
    ...at(READY_AFTER_SECONDS, state.containerLog ?? []),
  ];
}

/** The boot script of this package, in a variable, may write a line of its own. */
function saysThatItRuns(env: ProgramContext["env"]): boolean {
  return bootInVariable(env).includes(GATEWAY_RUNS);
}

/** A line of the volume's `.env` beats a variable of the container. */
function environmentOf(
  { volumeVariables }: HermesState,
  { env }: Pick<ProgramContext, "env">,
): ProgramContext["env"] {
  return { ...env, ...volumeVariables };
}

function portsOf(
  release: Release,
  state: HermesState,
  { command, args, ...context }: ProgramContext,
): ProgramPorts {
  const start = hermesStart(release, command, args);
  if ("exits" in start) return {};
  const env = environmentOf(state, context);
  const runs = start.runs.gateway && (state.gateway ?? "running") === "running";
  const dashboard = start.runs.dashboard ? dashboardOf(release, env) : undefined;
  const api = runs ? apiServerOf(release, env) : undefined;
  const platforms = runs ? platformStates(state, env, api?.refused === false) : {};
  const unlessHung = (answer: (request: ProgramRequest) => ReturnType<typeof answerApi>) =>
    state.hangs ? () => NO_ANSWER : answer;
  return {
    ...(dashboard &&
      !dashboard.refused &&
      !isLoopback(dashboard.host) && {
        [dashboard.port]: unlessHung((request) =>
          answerDashboard(
            dashboard,
            { release, state, env, gateway: { runs, startedAt: context.startedAt, platforms } },
            request,
          ),
        ),
      }),
    ...(api &&
      !api.refused &&
      !isLoopback(api.host) && {
        [api.port]: unlessHung((request) => answerApi(api, { release, state, platforms }, request)),
      }),
    ...(runs && !state.hangs && listenersOf(env)),
  };
}
