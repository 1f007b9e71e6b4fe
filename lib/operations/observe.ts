/** Everything that can be seen of an agent by the access that its place offers. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MCP_LINES } from "../hermes/mcp-lines";
import { isUnseen, type Observation, type Unseen } from "../hermes/observation";
import { PLATFORM_ROWS } from "../hermes/platforms";
import type { Release } from "../hermes/releases";
import {
  DOCKER_CLIENT,
  SSH_KEY_FILE,
  TERMINAL_SETTINGS,
  type TerminalBackendName,
} from "../hermes/terminal-settings";
import { jsonIn } from "../support/json-document";
import { type AgentAccess, Unreachable } from "./access/access";
import { appStartsIn, ownLinesSince } from "./app-starts";
import { linesFound, logPatterns } from "./known-lines";
import { logSince } from "./log-text";
import type { Manifest } from "./manifest";
import { OBSERVED } from "./observed";
import { observeHttp } from "./over-http/observe";
import type { HttpSecrets } from "./over-http/secrets";
import { lastLine } from "./text";

export interface ObserveOptions {
  readonly release: Release;
  /** Ask the model. */
  readonly ask: boolean;
  /** How long the model may take. */
  readonly askSeconds: number;
  /** For what is asked from outside. */
  readonly secrets: HttpSecrets;
}

const NOTHING: Observation = {};

/** The parts of the probe, which are sent in as one program, in this order. */
const PROBE_PARTS = ["context", "gateway", "services", "terminal", "settings", "data", "log", "main"];

function probeProgram(): string {
  const folder = join(__dirname, "../operations/probe");
  return PROBE_PARTS.map((part) => readFileSync(join(folder, `${part}.py`), "utf8")).join("\n\n");
}

/** How long everything but the model's answer may take. */
const PROBE_SECONDS = 15;

/** @throws Unreachable if nothing of the agent can be seen */
export async function observe(
  access: AgentAccess,
  manifest: Manifest,
  options: ObserveOptions,
): Promise<Observation> {
  const [container, app] = await Promise.all([access.container?.(), access.app?.()]);
  const running = container?.running === true && !container.restarting && !container.paused;
  const nonce = `hermes-${randomBytes(6).toString("hex")}`;
  const question = options.ask ? { nonce, seconds: options.askSeconds } : undefined;
  const [seen, log] = await Promise.all([
    running && access.run
      ? probe(access.run, manifest, container.startedMs, nonce, options)
      : access.request
        ? observeHttp(access.request, manifest, { ...options, question, app })
        : NOTHING,
    access.log && textOf(access.log),
  ]);
  const further = seen.logLines;
  const gateway = seen.gateway;
  const startedMs = gateway && !isUnseen(gateway) ? gateway.startedMs : undefined;
  const appStarts = app && typeof log === "string" ? appStartsIn(log, options.release, app.nowMs) : undefined;
  const own = appStarts && typeof log === "string" ? logSince(log, ownLinesSince(appStarts)) : log;
  const lines = typeof own === "string" ? linesFound(own, options.release, { startedMs }) : own;
  return {
    ...(container && { container }),
    ...(app && { app }),
    ...(appStarts && { appStarts }),
    ...seen,
    ...(options.ask ? {} : { answer: { unseen: "left out by a flag" } }),
    ...(lines && { logLines: bothLogs(lines, further) }),
    ...(further && { agentLog: further }),
  };
}

/** A log that can't be read hides nothing else. */
async function textOf(read: NonNullable<AgentAccess["log"]>): Promise<string | Unseen> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Unreachable) || error.gone) throw error;
    return { unseen: error.message, missed: true };
  }
}

function bothLogs(
  log: NonNullable<Observation["logLines"]>,
  further: Observation["logLines"],
): NonNullable<Observation["logLines"]> {
  if (further === undefined || isUnseen(further)) return log;
  if (!isUnseen(log)) return { ...log, ...further };
  return Object.keys(further).length > 0 ? further : log;
}

async function probe(
  run: NonNullable<AgentAccess["run"]>,
  manifest: Manifest,
  startedMs: number,
  nonce: string,
  { release, ask, askSeconds }: ObserveOptions,
): Promise<Observation> {
  const { services, platforms, profiles = {} } = manifest;
  const asked = {
    seconds: PROBE_SECONDS,
    startedMs,
    ask,
    askSeconds,
    nonce,
    endpoint: manifest.model?.baseUrl !== undefined,
    terminal: manifest.terminal && terminalNames(manifest.terminal.backend),
    apiPort: services.apiServer?.port,
    dashboardPort: services.dashboard?.port,
    given: manifest.variables.given,
    volumeWins: manifest.variables.volumeWins,
    tokens: tokenProofs(Object.keys(platforms)),
    profiles: Object.fromEntries(
      Object.entries(profiles).map(([name, { ownGateway, services, platforms }]) => [
        name,
        { ownGateway, apiPort: services.apiServer?.port, tokens: tokenProofs(Object.keys(platforms)) },
      ]),
    ),
    logPatterns: logPatterns(release, "agent.log"),
    mcpLines: MCP_LINES,
  };
  const answer = await run(probeProgram(), JSON.stringify(asked), {
    seconds: PROBE_SECONDS * 2 + (ask ? askSeconds * (1 + Object.keys(profiles).length) : 0),
  });
  const observed = OBSERVED.safeParse(lastJson(answer));
  if (observed.success) return observed.data;
  throw new Unreachable(`the probe in ${manifest.name} answered something unknown`);
}

/** What the probe asks of each platform, with the variables of its props. */
export function tokenProofs(names: readonly string[]) {
  return PLATFORM_ROWS.flatMap(([name, { settings }]) => {
    if (!names.includes(name)) return [];
    const variables = Object.fromEntries(
      Object.entries(settings).map(([prop, { variable }]) => [prop, variable]),
    );
    return Object.values(settings).flatMap(({ variable, proof }) =>
      proof === undefined ? [] : [{ variable, variables, ...proof }],
    );
  });
}

/** Where the probe finds the login of the terminal, by the backend; nothing for one that nobody asks. */
function terminalNames(backend: TerminalBackendName) {
  if (backend === "docker") return { backend, variables: Object.values(DOCKER_CLIENT) };
  const { host, user, port } = TERMINAL_SETTINGS.ssh;
  return backend === "ssh" ? { backend, settings: { host, user, port, key: SSH_KEY_FILE } } : undefined;
}

/** The probe prints one line. Whatever a module prints while it is loaded comes before. */
function lastJson(text: string): unknown {
  return jsonIn(lastLine(text));
}
