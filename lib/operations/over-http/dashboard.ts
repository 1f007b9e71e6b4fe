/** What an agent's dashboard shows from outside: its public pages, and those behind its login with a password. */
import { LineCounter, parseDocument } from "yaml";
import { mcpServersIn } from "../../hermes/mcp-lines";
import type {
  ConfigState,
  DashboardState,
  McpState,
  Observation,
  Seen,
  Unseen,
} from "../../hermes/observation";
import type { Release } from "../../hermes/releases";
import { GATEWAY_START, OPEN_PAGES, PAGES_BEHIND_LOGIN } from "../../hermes/web-paths";
import { type Document, jsonIn, record, strings } from "../../support/json-document";
import type { ServiceAnswer } from "../access/access";
import { linesFound } from "../known-lines";
import { type Ask, asksForBasicAuth, documentOf, textIn, unanswered } from "./ask";
import { cronOf, gatewayOf, platformsOf } from "./gateway";
import { type DashboardUser, logIn } from "./login";
import { seeProfiles } from "./profiles";

export interface DashboardQuestion {
  readonly release: Release;
  /** Who logs in, or why nobody does. */
  readonly user: DashboardUser | Unseen;
  /** Why CapRover's nginx turns the request away, if it does. */
  readonly turnedAway: Unseen;
  /** Variables that a line of the volume's `.env` would decide. */
  readonly variables: readonly string[];
}

export async function seeDashboard(ask: Ask, question: DashboardQuestion): Promise<Observation> {
  const { root, config, status, modelInfo } = OPEN_PAGES;
  const [main, gated, state, model] = await Promise.all(
    [root, config, status, modelInfo].map((path) => ask(path)),
  );
  if (asksForBasicAuth(main)) return nothingSeen(question.turnedAway);
  const stated = documentOf(state);
  const isHermes = typeof stated["gateway_running"] === "boolean";
  const named = documentOf(model);
  const seen: DashboardState = {
    root: main?.status ?? 0,
    config: gated?.status ?? 0,
    ...textIn(main?.headers["location"], "location"),
    ...(typeof stated["auth_required"] === "boolean" && { authRequired: stated["auth_required"] }),
    ...(isStranger(state, isHermes) && { hermes: false }),
  };
  if (!isHermes) return { ...nothingSeen({ unseen: "the dashboard does not answer" }), dashboard: seen };
  return {
    dashboard: seen,
    ...textIn(stated["version"], "version"),
    gateway: gatewayOf(
      stated["gateway_running"] === true,
      stated["gateway_state"],
      stated["gateway_exit_reason"],
    ),
    platforms: platformsOf(stated["gateway_platforms"]),
    model:
      model?.status === 200
        ? { ...textIn(named["provider"], "provider"), ...textIn(named["model"], "name") }
        : unanswered(modelInfo, model),
    ...(await seeBehindLogin(ask, question, stated["gateway_mode"] === "multiplex")),
  };
}

/** A page of CapRover, or of another app, answers to any path. */
function isStranger(state: ServiceAnswer | undefined, isHermes: boolean): boolean {
  return !isHermes && (state?.status === 200 || state?.status === 404);
}

function nothingSeen(why: Unseen): Observation {
  return {
    dashboard: why,
    version: why,
    gateway: why,
    model: why,
    ...nothingBehind(why),
    dashboardLogin: why,
  };
}

/** What only a login shows. */
function nothingBehind(why: Unseen): Observation {
  return { config: why, cron: why, mcp: why, shadowed: why, disk: why, logLines: why, profiles: why };
}

async function seeBehindLogin(
  ask: Ask,
  { release, user, variables }: DashboardQuestion,
  servesAll: boolean,
): Promise<Observation> {
  if ("unseen" in user) return { ...nothingBehind(user), dashboardLogin: user };
  const session = await logIn(ask, user);
  if ("unseen" in session) return { ...nothingBehind(session), dashboardLogin: session };
  if ("rejected" in session) {
    const why = { unseen: "the dashboard did not take the password" };
    return { ...nothingBehind(why), dashboardLogin: { accepted: false, said: session.rejected } };
  }
  const get = (path: string) => ask(path, { headers: { cookie: session.cookie } });
  const page = async <Part>(path: string, read: (value: unknown) => Part): Promise<Part | Unseen> => {
    const answer = await get(path);
    const value = jsonIn(answer?.body ?? "");
    return answer?.status === 200 && value !== undefined ? read(value) : unanswered(path, answer);
  };
  const { configFile, cronJobs, env, stats, agentLog } = PAGES_BEHIND_LOGIN;
  const [profiles, config, cron, shadowed, disk, log] = await Promise.all([
    seeProfiles(get, servesAll),
    page(configFile, (value) => configOf(record(value)["yaml"])),
    page(cronJobs, cronOf),
    page(env, (value) => shadowedBy(record(value), variables)),
    page(stats, (value) => diskOf(record(record(value)["disk"]))),
    page(agentLog, (value) => ({ lines: sinceStart(record(value)["lines"]) })),
  ]);
  return {
    dashboardLogin: { accepted: true },
    profiles,
    config: "settings" in config ? config.state : config,
    cron,
    shadowed,
    disk,
    ...("lines" in log
      ? seenInLog(log.lines, release, "settings" in config ? config.settings : undefined)
      : { logLines: log, mcp: log }),
  };
}

function seenInLog(lines: readonly string[], release: Release, settings: unknown): Observation {
  const [first = ""] = lines;
  const text = lines.join("\n");
  return {
    ...(GATEWAY_START.test(first) && { gatewayStartLine: first.trim() }),
    logLines: linesFound(text, release, { file: "agent.log" }),
    mcp: mcpOf(settings, lines),
  };
}

/** By the log: to try a server would start it once more. */
function mcpOf(settings: unknown, lines: readonly string[]): McpState {
  const named = mcpServersIn(lines);
  return {
    servers: [...new Set([...Object.keys(record(record(settings)["mcp_servers"])), ...named.keys()])],
    failed: Object.fromEntries(
      [...named].flatMap(([name, failure]) => (failure === undefined ? [] : [[name, failure] as const])),
    ),
  };
}

/** Hermes reads YAML 1.1, in which a key may stand twice. Of the text, only the line of an error is shown. */
function configOf(text: unknown): { readonly state: ConfigState; readonly settings: unknown } {
  if (typeof text !== "string" || text.trim() === "")
    return { state: { present: false, parses: false }, settings: undefined };
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: "1.1",
    uniqueKeys: false,
    logLevel: "silent",
    lineCounter,
  });
  const [error] = document.errors;
  if (error) {
    const { line } = lineCounter.linePos(error.pos[0]);
    return {
      state: { present: true, parses: false, error: `${error.code} in line ${line}` },
      settings: undefined,
    };
  }
  const settings: unknown = document.toJS();
  const parses = settings === null || (typeof settings === "object" && !Array.isArray(settings));
  return { state: { present: true, parses, ...(!parses && { error: "it holds no settings" }) }, settings };
}

/** By name alone: the page masks the values, and nothing of them is read. */
function shadowedBy(rows: Document, variables: readonly string[]) {
  return variables
    .filter((name) => record(rows[name])["is_set"] === true)
    .map((name) => ({ name, file: ".env" }));
}

function diskOf({ percent, free }: Document): Seen<NonNullable<Exclude<Observation["disk"], Unseen>>> {
  return typeof percent === "number" && typeof free === "number"
    ? { usedPercent: Math.round(percent), freeMiB: Math.floor(free / 2 ** 20) }
    : { unseen: "this release does not tell" };
}

function sinceStart(given: unknown): readonly string[] {
  const lines = strings(given);
  const start = lines.findLastIndex((line) => GATEWAY_START.test(line));
  return lines.slice(Math.max(0, start));
}
