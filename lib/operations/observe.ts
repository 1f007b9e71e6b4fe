/** Everything that can be seen of an agent by the access that its place offers. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BAD_LINES, type BadLine } from "../hermes/bad-lines";
import { linesOf, textAt } from "../hermes/log-line";
import { isUnseen, type Observation } from "../hermes/observation";
import { PLATFORMS, type Platform } from "../hermes/platforms";
import type { Release } from "../hermes/releases";
import { credentialIn } from "../support/credentials";
import { jsonIn } from "../support/json-document";
import { type AgentAccess, Unreachable } from "./access/access";
import { timedLines } from "./log-text";
import type { Manifest } from "./manifest";
import { type HttpSecrets, observeHttp } from "./observe-http";
import { OBSERVED } from "./observed";

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
        ? observeHttp(access.request, manifest, options.secrets, question)
        : NOTHING,
    access.log?.(),
  ]);
  const further = seen.logLines;
  const gateway = seen.gateway;
  const startedMs = gateway && !isUnseen(gateway) ? gateway.startedMs : undefined;
  const lines = log === undefined ? undefined : linesFound(log, options.release, startedMs);
  return {
    ...(container && { container }),
    ...(app && { app }),
    ...seen,
    ...(options.ask ? {} : { answer: { unseen: "left out by a flag" } }),
    ...(lines && { logLines: { ...lines, ...(further && !isUnseen(further) && further) } }),
  };
}

async function probe(
  run: NonNullable<AgentAccess["run"]>,
  manifest: Manifest,
  startedMs: number,
  nonce: string,
  { release, ask, askSeconds }: ObserveOptions,
): Promise<Observation> {
  const { services, platforms } = manifest;
  const asked = {
    seconds: PROBE_SECONDS,
    startedMs,
    ask,
    askSeconds,
    nonce,
    apiPort: services.apiServer?.port,
    dashboardPort: services.dashboard?.port,
    given: manifest.variables.given,
    volumeWins: manifest.variables.volumeWins,
    tokens: tokenProofs(Object.keys(platforms)),
    logPatterns: logPatterns(release, "agent.log"),
  };
  const program = readFileSync(join(__dirname, "../operations/probe.py"), "utf8");
  const answer = await run(program, JSON.stringify(asked), {
    seconds: PROBE_SECONDS * 2 + (ask ? askSeconds : 0),
  });
  const observed = OBSERVED.safeParse(lastJson(answer));
  if (observed.success) return observed.data;
  throw new Unreachable(`the probe in ${manifest.name} answered something unknown`);
}

function tokenProofs(names: readonly string[]) {
  return Object.entries<Platform>(PLATFORMS).flatMap(([name, { settings }]) =>
    names.includes(name)
      ? Object.values(settings).flatMap((row) =>
          row.kind === "secret" && row.proof ? [{ variable: row.variable, ...row.proof }] : [],
        )
      : [],
  );
}

function logPatterns(release: Release, file: BadLine["file"]) {
  return linesOf<BadLine>(BAD_LINES, release)
    .filter(([, row]) => row.file === undefined || row.file === file)
    .map(([id, { pattern, twoLines, atBoot, repeatsSeconds }]) => ({
      id,
      pattern,
      twoLines,
      atBoot,
      repeatsSeconds,
    }));
}

/** The last line of each kind that is still true. @param startedMs the gateway's last start, if it is known */
function linesFound(
  log: string,
  release: Release,
  startedMs: number | undefined,
): Readonly<Record<string, string>> {
  const patterns = logPatterns(release, undefined).map((row) => ({ ...row, test: new RegExp(row.pattern) }));
  const now = Date.now();
  const found: Record<string, string> = {};
  const lines = timedLines(log);
  const texts = lines.map(({ text }) => text);
  for (const [at, { text, atMs }] of lines.entries())
    for (const row of patterns) {
      const before = !row.atBoot && atMs !== undefined && startedMs !== undefined && atMs < startedMs;
      const longAgo =
        row.repeatsSeconds !== undefined && atMs !== undefined && now - atMs > 4000 * row.repeatsSeconds;
      if (!before && !longAgo && row.test.test(textAt(row, texts, at))) found[row.id] = shownLine(text);
    }
  return found;
}

/** Hermes does not mask every token that it prints. */
export function shownLine(line: string): string {
  const credential = credentialIn(line);
  return credential === undefined ? line.trim().slice(0, 300) : `(a line with ${credential}, not shown)`;
}

/** The probe prints one line. Whatever a module prints while it is loaded comes before. */
function lastJson(text: string): unknown {
  return jsonIn(text.trim().split("\n").at(-1) ?? "");
}
