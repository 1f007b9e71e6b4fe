/**
 * What is true of an agent that works: one row for each condition, with what it looks at, and the cause and the fix of
 * each way in which it can fail. `verify` judges by these rows, and the table of docs/operating.md is made from them.
 *
 * Why so many: `/health` answers 200 with no model, a dead token or a damaged database, and the exit codes of
 * `hermes status`, `doctor` and `auth status` are 0 whatever they find (0.14.0 to 0.19.0, run).
 */
import { type DashboardLoginKind, loginOf } from "./dashboard-logins";
import { BAD_LINES, type BadLine } from "./log-lines";
import { isUnseen, type NamesSeen, type Observation, type Seen, type Unseen } from "./observation";
import { type Release, versionOf } from "./releases";
import { type Remedy, remedyMarkdown } from "./remedy";

/** What an agent was declared to be, as far as a condition asks. */
export interface DeclaredAgent {
  readonly release: Release;
  readonly login?: DashboardLoginKind;
  readonly apiServer: boolean;
  /** Chat platforms by the names of their props, with the variables of their tokens. */
  readonly platforms: Readonly<Record<string, readonly string[]>>;
  /** Provider of the pinned model. */
  readonly modelProvider?: string;
  readonly managed?: { readonly variables: NamesSeen; readonly config: NamesSeen };
}

/** One way in which a condition fails. */
export interface Failure {
  readonly cause: string;
  readonly fix: Remedy;
}

/** What was found: it holds, it fails in one of the ways of its row, or nothing could look at it. */
export type Finding<Bad extends string = string> = {
  /** Which of several: a platform, a variable. */
  readonly of?: string;
} & (
  | { readonly good: string }
  | { readonly bad: Bad; readonly seen: string; readonly fix?: Remedy }
  | Unseen
);

export interface Condition<Bad extends string = string> {
  /** A few words for a table. */
  readonly title: string;
  /** What it shows, as a sentence. */
  readonly shows: string;
  /** It can be looked at without entering the container. */
  readonly outside?: true;
  readonly bad: Readonly<Record<Bad, Failure>>;
  /** Nothing for an agent that the condition does not concern. */
  find(seen: Observation, declared: DeclaredAgent): readonly Finding<Bad>[];
}

const LOGS = "tail -n 50 /opt/data/logs/errors.log /opt/data/logs/gateway-exit-diag.log";
const DEPLOY_AGAIN: Remedy = { program: "deploy again: `cdktf deploy`" };

export const CONDITIONS = {
  container: row({
    title: "container runs",
    shows: "The container exists, runs, and its health check passes.",
    bad: {
      stopped: {
        cause: "the container has ended",
        fix: { program: "look at the end of its log, and start it: `docker start`, or deploy again" },
      },
      restarting: {
        cause: "the container ends soon after each start",
        fix: { program: "look at the end of its log with `npx cdktf-hermes explain-log`" },
      },
      outOfMemory: {
        cause: "the kernel ended it because its memory was full",
        fix: { program: "raise `memoryMiB`: browser tools need 2048" },
      },
      unhealthy: { cause: "its health check fails", fix: { shell: LOGS } },
    },
    find({ container }) {
      if (container === undefined) return [];
      const { running, restarting, health, exitCode, outOfMemory, upSeconds } = container;
      if (outOfMemory) return [{ bad: "outOfMemory", seen: `exit code ${exitCode}` }];
      if (restarting) return [{ bad: "restarting", seen: `exit code ${exitCode}` }];
      if (!running) return [{ bad: "stopped", seen: `exit code ${exitCode}` }];
      if (health === "starting") return [{ unseen: "its health check has not decided yet" }];
      if (health === "unhealthy") return [{ bad: "unhealthy", seen: health }];
      return [{ good: `up ${duration(upSeconds)}${health === undefined ? "" : `, ${health}`}` }];
    },
  }),

  app: row({
    title: "app runs",
    shows: "The CapRover server runs one instance of the app, from an image that was deployed.",
    outside: true,
    bad: {
      stopped: {
        cause: "the app has no instance",
        fix: { program: "set the instance count to 1 in CapRover's dashboard, or deploy again" },
      },
      several: {
        cause: "several instances work on one volume",
        fix: { program: "set the instance count to 1 at once, and check the databases" },
      },
      nothing: { cause: "no image was ever deployed", fix: DEPLOY_AGAIN },
    },
    find({ app }) {
      if (app === undefined) return [];
      const { instances, building, image, deployedMs } = app;
      if (building) return [{ unseen: "the CapRover server is building it" }];
      if (image === "") return [{ bad: "nothing", seen: "CapRover's placeholder" }];
      if (instances === 0) return [{ bad: "stopped", seen: "0 instances" }];
      if (instances > 1) return [{ bad: "several", seen: `${instances} instances` }];
      const since = deployedMs > 0 ? `, since ${new Date(deployedMs).toISOString().slice(0, 16)}Z` : "";
      return [{ good: `${image}${since}` }];
    },
  }),

  image: row({
    title: "image as declared",
    shows: "The container was made from the image that the program names.",
    bad: {
      other: { cause: "the container runs another image than the one that is declared", fix: DEPLOY_AGAIN },
    },
    find({ container }) {
      if (container?.declaredImage === undefined) return [];
      return [container.declaredImage ? { good: "the same" } : { bad: "other", seen: "another image" }];
    },
  }),

  release: row({
    title: "release",
    shows: "The Hermes that runs has the version of the declared release.",
    outside: true,
    bad: {
      other: { cause: "another release runs than the one that is declared", fix: DEPLOY_AGAIN },
    },
    find({ version }, { release }) {
      return look(version, (seen) => {
        const declared = versionOf(release);
        if (declared === undefined || declared === seen) return { good: seen };
        return { bad: "other", seen: `${seen}, and ${release.tag} is ${declared}` };
      });
    },
  }),

  gateway: row({
    title: "gateway runs",
    shows: "A gateway process of this container runs, and does not start again and again.",
    outside: true,
    bad: {
      dead: {
        cause: "no gateway process runs, although the container does",
        fix: { hermes: "gateway start" },
      },
      failed: { cause: "the gateway gave up at its start", fix: { shell: LOGS } },
      loop: { cause: "the gateway crashes again and again", fix: { shell: LOGS } },
      stopped: { cause: "somebody has stopped the gateway", fix: { hermes: "gateway start" } },
    },
    find({ gateway }) {
      return look(gateway, ({ alive, state, exitReason, recentStarts = 0 }) => {
        if (state === "startup_failed") return { bad: "failed", seen: exitReason ?? state };
        if (!alive && state === "stopped") return { bad: "stopped", seen: state };
        if (!alive) return { bad: "dead", seen: exitReason ?? state ?? "no process" };
        if (recentStarts > STARTS_OF_A_LOOP)
          return { bad: "loop", seen: `${recentStarts} starts in ten minutes` };
        return { good: state ?? "runs" };
      });
    },
  }),

  gatewayMode: row({
    title: "gateway mode",
    shows: "The log shows the gateway, and nothing of the interactive CLI.",
    outside: true,
    bad: {
      interactive: { cause: BAD_LINES.interactive.means, fix: BAD_LINES.interactive.fix },
    },
    find({ logLines }) {
      return look(logLines, (lines) => {
        const line = lines["interactive"];
        return line === undefined ? { good: "yes" } : { bad: "interactive", seen: line };
      });
    },
  }),

  log: row({
    title: "log",
    shows: "Since the start of the container, no line tells of a failure. Each line that does is explained.",
    outside: true,
    bad: { line: { cause: "the log tells of a failure", fix: { shell: LOGS } } },
    find({ logLines }, { platforms }) {
      if (logLines === undefined || isUnseen(logLines)) return look(logLines, () => ({ good: "" }));
      const known: Readonly<Record<string, BadLine>> = BAD_LINES;
      const found = Object.entries(logLines).flatMap(([id, line]) => {
        const row = known[id];
        const concerns = row?.ofPlatforms !== true || Object.keys(platforms).length > 0;
        return row === undefined || id === "interactive" || !concerns
          ? []
          : [{ of: id, bad: "line" as const, seen: line, fix: row.fix }];
      });
      return found.length > 0 ? found : [{ good: "no known failure" }];
    },
  }),

  apiServer: row({
    title: "API server",
    shows: "The API server answers, turns strangers away, and takes the agent's key.",
    outside: true,
    bad: {
      silent: { cause: "the API server does not answer", fix: { shell: LOGS } },
      open: {
        cause: "the API server answers without a key",
        fix: { program: "give `apiServer.key`, and take it off the network until then" },
      },
      key: {
        cause: "the API server does not take the declared key; a line of the volume's `.env` decides it",
        fix: { shell: "sed -i '/^API_SERVER_KEY=/d' /opt/data/.env", note: "then restart the agent" },
      },
    },
    find({ apiServer }, declared) {
      if (!declared.apiServer) return [];
      return look(apiServer, ({ health, withoutKey, withKey }) => {
        if (health !== 200) return { bad: "silent", seen: `/health: ${statusInWords(health)}` };
        if (withoutKey !== undefined && withoutKey !== 401)
          return { bad: "open", seen: `/v1/models without a key: ${withoutKey}` };
        if (withKey === undefined) return { good: "answers; its key was not tried" };
        return withKey === 200
          ? { good: "answers, with the key alone" }
          : { bad: "key", seen: `/v1/models with the key: ${withKey}` };
      });
    },
  }),

  dashboard: row({
    title: "dashboard",
    shows: "The dashboard answers, and asks for a login.",
    outside: true,
    bad: {
      silent: {
        cause: "the dashboard does not answer",
        fix: { program: "look for `Refusing to bind dashboard` with `npx cdktf-hermes explain-log`" },
      },
      open: {
        cause: "the dashboard shows its pages without a login",
        fix: { program: "give `dashboard` a login: DashboardAuth.basic, oidc or nous" },
      },
    },
    find({ dashboard }, { login }) {
      if (login === undefined) return [];
      return look(dashboard, ({ root, location, config, authRequired }) => {
        if (root === 0) return { bad: "silent", seen: "no answer" };
        const open = loginOf(login).loopback === true || loginOf(login).until !== undefined;
        if (open) return root < 400 ? { good: "answers" } : { bad: "silent", seen: `/: ${root}` };
        if (root === 200 || config === 200)
          return { bad: "open", seen: `/: ${root}, /api/config: ${config}` };
        const leads = location?.startsWith("/login") === true || location?.startsWith("/auth/") === true;
        return root === 302 && leads && config === 401 && authRequired !== false
          ? { good: "asks for a login" }
          : { bad: "silent", seen: `/: ${root}, /api/config: ${config}` };
      });
    },
  }),

  platforms: row({
    title: "connected",
    shows: "The gateway is connected to each chat platform.",
    outside: true,
    bad: {
      absent: {
        cause: "the gateway does not know the platform: its tokens did not arrive",
        fix: DEPLOY_AGAIN,
      },
      retrying: {
        cause: "the platform does not take the connection; the rows of its tokens say which one is wrong",
        fix: { program: "give the platform a token that it takes, and deploy again" },
      },
      conflict: {
        cause: "another process receives this bot's messages, and Hermes has given up",
        fix: BAD_LINES.telegramConflict.fix,
      },
      locked: { cause: "another gateway on this data uses the same token", fix: BAD_LINES.tokenTaken.fix },
    },
    find({ platforms }, declared) {
      return Object.keys(declared.platforms).map((of) => {
        if (platforms === undefined) return { of, unseen: "the gateway's state was not seen" };
        const platform = platforms[of];
        if (platform === undefined) return { of, bad: "absent", seen: "unknown to the gateway" };
        const { state, errorCode = "", errorMessage } = platform;
        if (state === "connected") return { of, good: state };
        const seen = [state, errorCode, errorMessage].filter((part) => part).join(", ");
        if (errorCode.endsWith("_conflict")) return { of, bad: "conflict", seen };
        return { of, bad: errorCode.endsWith("_lock") ? "locked" : "retrying", seen };
      });
    },
  }),

  tokens: row({
    title: "token",
    shows:
      "Each chat platform takes the agent's tokens. It is asked only whether it knows them, from inside the container.",
    bad: {
      rejected: {
        cause: "the platform rejects the token",
        fix: { program: "give the program the right token, and deploy again" },
      },
      unreachable: {
        cause: "the container can't reach the platform",
        fix: { program: "check the engine's way to the internet: DNS, proxy and certificates" },
      },
    },
    find({ tokens }, declared) {
      return Object.values(declared.platforms)
        .flat()
        .map((of) => {
          const token = tokens?.[of];
          if (token === undefined) return { of, unseen: "nothing can ask from inside the container" };
          if (token.unreachable) return { of, bad: "unreachable", seen: token.error ?? "no answer" };
          return token.accepted
            ? { of, good: "accepted" }
            : { of, bad: "rejected", seen: token.error ?? "rejected" };
        });
    },
  }),

  model: row({
    title: "model configured",
    shows: "A provider and a model are configured.",
    outside: true,
    bad: {
      none: {
        cause: "no model is configured",
        fix: { hermes: "setup", note: "or give `model` in the program" },
      },
    },
    find({ model }) {
      return look(model, ({ provider, name }) => {
        if (!name && !provider) return { bad: "none", seen: "none" };
        return { good: [provider, name].filter((part) => part).join(" ") };
      });
    },
  }),

  answer: row({
    title: "model answers",
    shows: "The model repeats a text that nobody else can know.",
    outside: true,
    bad: {
      wrong: {
        cause: "the model does not answer: key, login, model name or network",
        fix: { hermes: "-z 'Reply with exactly: ok' -t todo", note: "its text says what is wrong" },
      },
    },
    find({ answer }) {
      return look(answer, ({ by, exact, text }) => {
        if (!exact) return { bad: "wrong", seen: text === undefined || text === "" ? "no text" : text };
        return {
          good: by === "gateway" ? "the gateway answers" : "the CLI answers; the gateway was not asked",
        };
      });
    },
  }),

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
    bad: { failed: { cause: "a scheduled job failed", fix: { hermes: "cron list" } } },
    find({ cron }) {
      return look(cron, ({ failed, jobs }) => {
        const names = Object.entries(failed).map(([name, error]) => `${name}: ${error}`);
        if (names.length > 0) return { bad: "failed", seen: names.join("; ") };
        return { good: jobs === 0 ? "none" : `${jobs}, none failed` };
      });
    },
  }),
} as const satisfies Readonly<Record<string, Condition>>;

export type ConditionId = keyof typeof CONDITIONS;

/** The table of docs/operating.md. */
export function conditionsMarkdown(): string {
  const rows = Object.values<Condition>(CONDITIONS).map(({ title, shows, outside, bad }) => {
    const failures = Object.values<Failure>(bad).map(
      ({ cause, fix }) => `${sentence(cause)} ${remedyMarkdown(fix)}`,
    );
    return `| ${title} | ${shows} | ${outside ? "yes" : "no"} | ${failures.join("<br>")} |`;
  });
  return [
    "| condition | what it shows | from outside | failures, each with its fix |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${clause.endsWith(".") ? "" : "."}`;
}

/** What the probe says of a database whose check was cut off. */
export const SLOW_CHECK = "slow";

/** More starts than an upgrade and a restart need. */
const STARTS_OF_A_LOOP = 3;

/** Infers the names of the failures from the row, so that `find` can name no other. */
function row<Bad extends string>(condition: Condition<Bad>): Condition<Bad> {
  return condition;
}

function look<Part, Bad extends string>(
  part: Seen<Part> | undefined,
  judge: (part: Part) => Finding<Bad>,
): readonly Finding<Bad>[] {
  if (part === undefined) return [{ unseen: "it can't be seen from there" }];
  return [isUnseen(part) ? part : judge(part)];
}

function statusInWords(status: number): string {
  return status === 0 ? "no answer" : String(status);
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
