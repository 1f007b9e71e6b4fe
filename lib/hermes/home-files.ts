/** Files below an agent's home that Hermes or this library writes, so that no program can declare them as its own. */
import { code, docsTable } from "./markdown";

interface OwnedPath {
  /** Relative to the home: a file, or a folder with all that is in it if it ends with `/`. */
  readonly path: string;
  /** What it is, as a clause. */
  readonly what: string;
  /** What to use instead. */
  readonly fix: string;
}

const STATE = "leave it out: it is not a setting";

/** The layout of 0.19.0, and what the image's boot of v2026.8.18 makes. */
const OWNED_PATHS: readonly OwnedPath[] = [
  { path: "SOUL.md", what: "is the agent's identity", fix: "use `soul`" },
  { path: "config.yaml", what: "has Hermes' settings", fix: "use `config`" },
  { path: ".env", what: "has Hermes' variables", fix: "use `secrets` and `env`" },
  {
    path: "auth.json",
    what: "has the agent's logins",
    fix: "log in once with the `setup` command of the output",
  },
  { path: "auth.lock", what: "guards the agent's logins", fix: STATE },
  { path: "cron/", what: "has the scheduled jobs and their runs", fix: "use `crons`" },
  { path: "skills/", what: "is where the agent writes its own skills", fix: "use `skills`" },
  {
    path: "memories/",
    what: "is what the agent remembers",
    fix: "put lasting facts into `soul`, or into a context file",
  },
  { path: "sessions/", what: "has the conversations", fix: STATE },
  { path: "logs/", what: "has Hermes' logs", fix: STATE },
  { path: "profiles/", what: "has the homes of other profiles", fix: "give the file to its profile" },
  { path: "pairing/", what: "has who was let in by pairing", fix: "use `messaging.*.allowedUsers`" },
  { path: "platforms/", what: "has what Hermes keeps of its platforms", fix: STATE },
  { path: "state/", what: "has what the gateway says of itself", fix: STATE },
  { path: "backups/", what: "has Hermes' backups", fix: STATE },
  { path: "checkpoints/", what: "has Hermes' checkpoints", fix: STATE },
  { path: "state-snapshots/", what: "has Hermes' snapshots", fix: STATE },
  {
    path: "lazy-packages/",
    what: "has packages that Hermes installed",
    fix: "install them with HermesImage.wrapper",
  },
  {
    path: "installs/",
    what: "has packages that Hermes installed",
    fix: "install them with HermesImage.wrapper",
  },
  { path: "kanban/", what: "has the boards of Hermes", fix: STATE },
  {
    path: ".cdktf-hermes/",
    what: "has this library's record of what it wrote",
    fix: "choose another folder",
  },
  {
    path: "config.replaced.yaml",
    what: "keeps settings that this library replaced",
    fix: "choose another name",
  },
  {
    path: ".managed",
    what: "says that another installer owns the settings, so that Hermes changes none",
    fix: "leave it out: the pinned settings are managed already",
  },
  ...[
    "gateway_state.json",
    "gateway.pid",
    "gateway.lock",
    "gateway-starts.log",
    "cron.pid",
    "processes.json",
    "active_profile",
    "channel_directory.json",
    ".clean_shutdown",
  ].map((path) => ({ path, what: "is Hermes' own state", fix: STATE })),
];

/** Databases, and what SQLite keeps beside them. */
const DATABASE = /\.db(?:-wal|-shm|-journal)?$/;

/** A changed file is kept under its name with this behind it. */
const REPLACED = /\.replaced-\d+$/;

/** The row that owns the path; undefined if a program may declare it. */
export function ownedPath(path: string): OwnedPath | undefined {
  if (DATABASE.test(path)) return { path, what: "is a database", fix: STATE };
  if (REPLACED.test(path))
    return { path, what: "is named as what this library replaced", fix: "choose another name" };
  return OWNED_PATHS.find(({ path: own }) =>
    own.endsWith("/")
      ? path.startsWith(own) || `${path}/` === own
      : path === own || path.startsWith(`${own}/`),
  );
}

/** Context files that Hermes reads into its prompt, and therefore scans, by their names. */
export function isContextFile(path: string): boolean {
  return (
    CONTEXT_FILES.has((path.split("/").at(-1) ?? "").toLowerCase()) ||
    /(?:^|\/)\.cursor\/rules\/[^/]+\.mdc$/.test(path)
  );
}

const CONTEXT_FILES = new Set([".hermes.md", "hermes.md", "agents.md", "claude.md", ".cursorrules"]);

/** At most so many characters of SOUL.md or a context file are read whole, whatever the model; of more, the middle is cut. */
export const CONTEXT_CHARACTERS = 20_000;

/** The table of docs/mind.md. */
export function ownedPathsMarkdown(): string {
  const rows = OWNED_PATHS.map(({ path, what, fix }) => [code(path), what, fix]);
  return docsTable(["path", "what it is", "instead"], rows);
}
