/** What is true of an agent's data and settings. */

import { BAD_LINES } from "./bad-lines";
import { DEPLOY_AGAIN, look, row } from "./condition";
import { isUnseen, type MergedItem } from "./observation";
import { DEFAULT_PROFILE } from "./profiles";
import { hasFeature } from "./releases";
import { type Remedy, withoutVariables } from "./remedy";

/** What the probe says of a database whose check was cut off. */
const SLOW_CHECK = "slow";

export const DATA_CONDITIONS = {
  codexLogin: row({
    title: "Codex login",
    shows:
      "The data has a login for OpenAI Codex. Only the file is read: Hermes' own commands use up an expired login when they look at it.",
    bad: {
      missing: { cause: "nobody has logged in", fix: { hermes: "auth add openai-codex" } },
      ended: { cause: "OpenAI has ended the login", fix: { hermes: "auth add openai-codex" } },
      unreadable: {
        cause: "the file auth.json belongs to somebody else, mostly because a command ran as root",
        fix: { shell: "chown -h hermes: /opt/data/auth.json" },
      },
      broken: {
        cause: "the file auth.json is damaged",
        fix: { hermes: "auth add openai-codex", note: "after moving the file away" },
      },
    },
    find({ codexLogin, model }, { modelProvider }) {
      const chosen = model === undefined || isUnseen(model) ? undefined : model.provider;
      if ((chosen ?? modelProvider) !== "openai-codex") return [];
      return look(codexLogin, ({ state, loginAgain, expired }) => {
        if (state === "unreadable" || state === "broken") return { bad: state, seen: state };
        if (loginAgain) return { bad: "ended", seen: "invalid_grant" };
        if (state !== "logged-in") return { bad: "missing", seen: state };
        return { good: expired ? "there; the next message renews its access token" : "there" };
      });
    },
  }),

  config: row({
    title: "config.yaml",
    shows: "The volume's config.yaml can be read. Otherwise Hermes works with its defaults.",
    outside: ["login", "key"],
    bad: { broken: { cause: BAD_LINES.configBroken.means, fix: BAD_LINES.configBroken.fix } },
    find({ config }) {
      return look(config, ({ present, parses, error }) => {
        if (!present) return { good: "none: Hermes' defaults and what is pinned" };
        return parses ? { good: "readable" } : { bad: "broken", seen: error ?? "not YAML" };
      });
    },
  }),

  managed: row({
    title: "settings pinned",
    shows: "The files in /etc/hermes are there, whole and readable.",
    bad: {
      missing: { cause: "the container does not have the declared settings", fix: DEPLOY_AGAIN },
      broken: { cause: BAD_LINES.managedBroken.means, fix: BAD_LINES.managedBroken.fix },
    },
    find({ managed }, declared) {
      const wanted = declared.managed;
      const error = managed === undefined || isUnseen(managed) ? undefined : managed.config.error;
      if (error !== undefined) return [{ bad: "broken", seen: error }];
      if (wanted === undefined) return [];
      return look(managed, ({ variables, config }) => {
        const same = variables.hash === wanted.variables.hash && config.hash === wanted.config.hash;
        const seen = `${variables.count} variables, ${config.count} settings`;
        if (same) return { good: seen };
        return {
          bad: "missing",
          seen: `${seen}; declared: ${wanted.variables.count} and ${wanted.config.count}`,
        };
      });
    },
  }),

  merge: row({
    title: "declared data",
    shows:
      "At the container's last start, the merge brought all that the program declares of the data there. What it replaced, left or stopped is named.",
    bad: {
      unfinished: {
        cause: "the merge did not finish at this start: a part of what is declared is not in the data",
        fix: BAD_LINES.mergeStopped.fix,
      },
      refused: { cause: BAD_LINES.mergeRefused.means, fix: BAD_LINES.mergeRefused.fix },
    },
    find({ merge }) {
      if (merge === undefined) return [];
      return look(merge, ({ finished, atMs, items }) => {
        const named = (what: MergedItem["what"]) =>
          items.filter((item) => item.what === what).map(itemInWords);
        const refused = named("refused");
        if (!finished)
          return {
            bad: "unfinished",
            seen: atMs === undefined ? "no report" : `its last report is of ${new Date(atMs).toISOString()}`,
          };
        if (refused.length > 0) return { bad: "refused", seen: refused.join("; ") };
        const said = (Object.keys(MERGED_WORDS) as (keyof typeof MERGED_WORDS)[]).flatMap((what) => {
          const names = named(what);
          return names.length > 0 ? [`${MERGED_WORDS[what]} ${names.join(", ")}`] : [];
        });
        return { good: ["as declared", ...said].join("; ") };
      });
    },
  }),

  shadowed: row({
    title: "nothing shadowed",
    shows:
      "The volume's `.env` decides no name that the program gives. A profile may have values of its own.",
    outside: ["login"],
    bad: {
      shadowed: {
        cause: "a line of the volume's `.env` beats what the program gives",
        fix: {
          shell: withoutVariables("NAME"),
          note: "with the name of the variable; then restart the agent",
        },
      },
    },
    find({ shadowed }, { release }) {
      return look(shadowed, (all) => {
        const here = all.filter(({ file }) => file === ".env").map(({ name }) => name);
        if (here.length > 0) {
          const fix: Remedy = hasFeature(release, "supervision")
            ? { restart: "the boot takes such lines out, and keeps them beside the file" }
            : { shell: withoutVariables(here.join("|")), note: "then restart the agent" };
          return { bad: "shadowed", seen: `${here.join(", ")} in .env`, fix };
        }
        const own = all.map(({ name, file }) => `${name} in ${file}`).join(", ");
        return { good: own === "" ? "no name" : `no name; profiles have their own: ${own}` };
      });
    },
  }),

  files: row({
    title: "file owners",
    shows: "The agent can read and write its own files, and nobody else can read its secrets.",
    bad: {
      foreign: {
        cause: "files of the data belong to somebody else, mostly because a command ran as root",
        fix: { shell: "chown hermes: /opt/data/FILE", note: "with the name of the file" },
      },
      locked: {
        cause: "the agent may not read or write its own files",
        fix: { shell: "chmod u+rwX /opt/data/FILE", note: "with the name of the file" },
      },
      open: {
        cause: "others can read files that hold secrets",
        fix: { shell: "chmod 600 /opt/data/.env /opt/data/auth.json" },
      },
    },
    find({ files }) {
      return look(files, (unfit) => {
        for (const { problem, bad, command } of UNFIT) {
          const those = unfit.filter((file) => file.problem === problem);
          if (those.length === 0) continue;
          const seen = those.map(({ path, uid, mode }) => `${path} (${uid}, ${mode})`).join(", ");
          return { bad, seen, fix: { shell: [command, ...those.map(({ path }) => inData(path))].join(" ") } };
        }
        return { good: "the runtime user's" };
      });
    },
  }),

  databases: row({
    title: "databases",
    shows: "Each database passes SQLite's integrity check. `/health` says ok with a damaged one.",
    bad: {
      malformed: { cause: BAD_LINES.databaseMalformed.means, fix: BAD_LINES.databaseMalformed.fix },
    },
    find({ databases }) {
      return look(databases, (all) => {
        const bad = all.filter(({ check }) => check !== "ok" && check !== SLOW_CHECK);
        if (bad.length > 0)
          return { bad: "malformed", seen: bad.map(({ path, check }) => `${path}: ${check}`).join(", ") };
        const slow = all.filter(({ check }) => check === SLOW_CHECK).map(({ path }) => path);
        return slow.length > 0
          ? { unseen: `the check of ${slow.join(", ")} takes too long` }
          : { good: `${all.length} sound` };
      });
    },
  }),

  disk: row({
    title: "disk",
    shows: "The disk of the data is less than 90 % full.",
    outside: ["login", "key"],
    bad: {
      full: { cause: "the disk of the data is nearly full", fix: BAD_LINES.diskFull.fix },
    },
    find({ disk }) {
      return look(disk, ({ usedPercent, freeMiB }) => {
        const seen = `${usedPercent} % used, ${freeMiB} MiB free`;
        return usedPercent >= 90 ? { bad: "full", seen } : { good: seen };
      });
    },
  }),

  cron: row({
    title: "scheduled jobs",
    shows: "The last run of each scheduled job ended well, and something starts the jobs that are due.",
    outside: ["login", "key"],
    bad: {
      failed: { cause: "a scheduled job failed", fix: { hermes: "cron list" } },
      stopped: {
        cause: "nothing starts the scheduled jobs",
        fix: { restart: "the gateway's scheduler starts with it" },
      },
    },
    find({ cron }) {
      return look(cron, ({ failed, jobs, tickerSeconds = 0 }) => {
        const names = Object.entries(failed).map(([name, error]) => `${name}: ${error}`);
        if (names.length > 0) return { bad: "failed", seen: names.join("; ") };
        if (jobs === 0) return { good: "none" };
        if (tickerSeconds > TICKS_MISSED_SECONDS)
          return { bad: "stopped", seen: `nobody has looked for ${Math.round(tickerSeconds / 60)} min` };
        return { good: `${jobs}, none failed` };
      });
    },
  }),

  mcp: row({
    title: "MCP servers",
    shows:
      "The last line of the log about each MCP server is no failure. None is started to try it: that could start it twice.",
    outside: ["login"],
    bad: { failed: { cause: BAD_LINES.mcpFailed.means, fix: BAD_LINES.mcpFailed.fix } },
    find({ mcp }) {
      return look(mcp, ({ servers, failed }) => {
        const lines = Object.entries(failed);
        const [[first] = [""]] = lines;
        if (lines.length === 0) return { good: servers.length === 0 ? "none" : servers.join(", ") };
        const fix = { hermes: `mcp test ${first}`, note: "mend what it says, and restart the agent" };
        return { bad: "failed", seen: lines.map(([name, line]) => `${name}: ${line}`).join("; "), fix };
      });
    },
  }),

  context: row({
    title: "SOUL.md and context",
    shows: "The log tells of no SOUL.md or context file that Hermes has left out or cut.",
    outside: ["login"],
    bad: {
      blocked: { cause: BAD_LINES.contextBlocked.means, fix: BAD_LINES.contextBlocked.fix },
      cut: { cause: BAD_LINES.contextCut.means, fix: BAD_LINES.contextCut.fix },
    },
    find({ agentLog }) {
      return look(agentLog, ({ contextBlocked, contextCut }) => {
        if (contextBlocked !== undefined) return { bad: "blocked", seen: contextBlocked };
        return contextCut === undefined ? { good: "no complaint" } : { bad: "cut", seen: contextCut };
      });
    },
  }),
} as const;

const MERGED_WORDS = {
  replaced: "replaced",
  left: "left, though no longer declared:",
  takenBack: "took back",
  kept: "stopped and kept",
} as const satisfies Partial<Record<MergedItem["what"], string>>;

function itemInWords({ profile, kind, name, reason }: MergedItem): string {
  const of = kind === "profile" || profile === DEFAULT_PROFILE ? "" : ` of profile ${profile}`;
  return `${kind} ${name}${of}${reason === undefined ? "" : ` (${reason})`}`;
}

/** The scheduler looks once a minute. */
const TICKS_MISSED_SECONDS = 240;

/** What makes a file unfit, in the order in which it is mended. */
const UNFIT = [
  { problem: "foreign-owner", bad: "foreign", command: "chown -h hermes:" },
  { problem: "locked", bad: "locked", command: "chmod u+rwX" },
  { problem: "open-to-others", bad: "open", command: "chmod 600" },
] as const;

function inData(path: string): string {
  return path === "." ? "/opt/data" : `/opt/data/${path}`;
}
