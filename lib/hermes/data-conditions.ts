/** What is true of an agent's data and settings. */
import { DEPLOY_AGAIN, look, row } from "./condition";
import { BAD_LINES } from "./log-lines";

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
        fix: { restart: "the boot gives the file back to the runtime user" },
      },
      broken: {
        cause: "the file auth.json is damaged",
        fix: { hermes: "auth add openai-codex", note: "after moving the file away" },
      },
    },
    find({ codexLogin }, { modelProvider }) {
      if (modelProvider !== "openai-codex") return [];
      return look(codexLogin, ({ state, loginAgain }) => {
        if (state === "unreadable" || state === "broken") return { bad: state, seen: state };
        if (loginAgain) return { bad: "ended", seen: "invalid_grant" };
        return state === "logged-in" ? { good: "there" } : { bad: "missing", seen: state };
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
      if (wanted === undefined) return [];
      return look(managed, ({ variables, config }) => {
        if (config.error !== undefined) return { bad: "broken", seen: config.error };
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

  shadowed: row({
    title: "nothing shadowed",
    shows: "No `.env` on the volume decides a name that the program gives.",
    outside: ["login"],
    bad: {
      shadowed: {
        cause: "a line of the volume's `.env` beats what the program gives",
        fix: {
          shell: "sed -i '/^NAME=/d' /opt/data/.env",
          note: "with the name of the variable; then restart the agent",
        },
      },
    },
    find({ shadowed }) {
      return look(shadowed, (names) => {
        if (names.length === 0) return { good: "no name" };
        const seen = names.map(({ name, file }) => `${name} in ${file}`).join(", ");
        return { bad: "shadowed", seen };
      });
    },
  }),

  files: row({
    title: "file owners",
    shows: "The agent can read and write its own files, and nobody else can read its secrets.",
    bad: {
      foreign: {
        cause: "files of the data belong to somebody else, mostly because a command ran as root",
        fix: { restart: "the boot gives them back to the runtime user" },
      },
      open: {
        cause: "others can read files that hold secrets",
        fix: { shell: "chmod 600 /opt/data/.env /opt/data/auth.json" },
      },
    },
    find({ files }) {
      return look(files, (unfit) => {
        const foreign = unfit.filter(({ problem }) => problem === "foreign-owner");
        const list = (of: typeof unfit) =>
          of.map(({ path, uid, mode }) => `${path} (${uid}, ${mode})`).join(", ");
        if (foreign.length > 0) return { bad: "foreign", seen: list(foreign) };
        return unfit.length > 0 ? { bad: "open", seen: list(unfit) } : { good: "the runtime user's" };
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
    shows: "The last run of each scheduled job ended well.",
    outside: ["login", "key"],
    bad: { failed: { cause: "a scheduled job failed", fix: { hermes: "cron list" } } },
    find({ cron }) {
      return look(cron, ({ failed, jobs }) => {
        const names = Object.entries(failed).map(([name, error]) => `${name}: ${error}`);
        if (names.length > 0) return { bad: "failed", seen: names.join("; ") };
        return { good: jobs === 0 ? "none" : `${jobs}, none failed` };
      });
    },
  }),
} as const;
