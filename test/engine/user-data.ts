import type { Engine } from "./engine";
import { standIn } from "./images";

/** An image with Python, which writes and reads the volume. */
export const TOOLS_IMAGE = standIn("v2026.8.3");

type Row = { readonly [column: string]: unknown };

/** The data of an agent and its users on a volume. */
export interface UserData {
  /** Every path with its type, mode, owner and content, as a line of text. */
  readonly files: { readonly [path: string]: string };
  /** For each of Hermes' databases `ok`, or what SQLite found wrong with it. */
  readonly integrity: { readonly [database: string]: string };
  /** The rows of Hermes' databases, by path and table: `state.db messages`. */
  readonly rows: { readonly [table: string]: readonly Row[] };
}

/**
 * Puts on a volume what people and agents store there: logins, notes, skills, work, and names that break shell
 * scripts.
 */
export async function seedUserData(engine: Engine, volume: string, configYaml: string): Promise<void> {
  await inVolume(engine, volume, SEED, { CONFIG: configYaml });
}

/**
 * Reads a volume, with or without a running agent, except for the data that Hermes may change.
 *
 * @param owner the runtime user, whose databases they are
 */
export async function userData(engine: Engine, volume: string, owner = 10_000): Promise<UserData> {
  const read = await inVolume(engine, volume, READ, { OWNER: String(owner) });
  const { files, integrity, rows }: UserData = JSON.parse(read);
  const tables = Object.entries(rows).map(([table, all]) => {
    const kept = all.map((row) => without(OWN_COLUMNS, row, (column) => `${table}.${column}`));
    return [table, kept.filter((row) => Object.keys(row).length > 0)];
  });
  const kept = Object.entries(without(OWN_FILES, files)).map(([path, line]) => [
    path,
    // Its owner and mode count, and not its hash.
    path in OWN_CONTENT ? line.replace(/ \S*$/, "") : line,
  ]);
  return { files: Object.fromEntries(kept), integrity, rows: Object.fromEntries(tables) };
}

/** The tables in which a used agent has rows. From empty tables nothing could be lost. */
const USED = [
  ...["state.db sessions", "state.db messages", "kanban.db tasks"],
  ...["response_store.db responses", "response_store.db conversations"],
];

/** Expects that every byte and every row from before is still there. There may be new ones. */
export function expectNothingLost(before: UserData, after: UserData): void {
  // The older releases keep no record of what the scheduler ran.
  const used = [
    ...USED,
    ...("cron/executions.db" in before.integrity ? ["cron/executions.db executions"] : []),
  ];
  expect(used.filter((table) => (before.rows[table] ?? []).length === 0)).toEqual([]);
  expect(after.files).toMatchObject(before.files);
  expect(Object.keys(after.integrity)).toEqual(expect.arrayContaining(Object.keys(before.integrity)));
  expect(new Set(Object.values(after.integrity))).toEqual(new Set(["ok"]));
  for (const [table, rows] of Object.entries(before.rows)) {
    // A new release may add a column.
    const kept = rows.map((row) => expect.objectContaining(row));
    expect([table, after.rows[table]]).toEqual([table, expect.arrayContaining(kept)]);
  }
}

/** The reason why something may change, by pattern. */
type Reasons = { readonly [pattern: string]: string };

/** Files that Hermes migrates or rewrites by itself, as patterns of whole paths. */
const OWN_FILES: Reasons = {
  "state\\.db(-wal|-shm)?": "migrated by each release; its rows are compared instead",
  "response_store\\.db(-wal|-shm)?": "written at every start; its rows are compared instead",
  "kanban\\.db(-wal|-shm)?": "migrated by each release; its rows are compared instead",
  "cron/executions\\.db(-wal|-shm)?": "written at every start; its rows are compared instead",
  "cron/ticker_(heartbeat|last_success)": "touched every minute",
  "state/gateway\\.heartbeat": "touched every 30 s",
  "gateway\\.(pid|lock)": "the process that runs",
  "gateway_state\\.json": "the state of the process that runs",
  "\\.cdktf-hermes/(record|report)\\.json": "what the last boot's merge did",
  "gateway-starts\\.log": "the starts that count for the start limit",
  "channel_directory\\.json": "written anew at every start, with the time",
  "auth\\.lock": "Hermes' own lock; a wrapper closes it to others",
  "\\.clean_shutdown": "left by a stop in good order, and taken away by the next start",
  "logs/.*": "appended to, and rotated",
  "\\.local/state/hermes/gateway-locks/.*": "the process that runs",
};

/** The reason why Hermes writes a file anew, by its path. */
const OWN_CONTENT: Reasons = {
  "sessions/sessions.json":
    "says of each chat what a start does about its last turn; the sessions are rows of state.db",
};

/** Columns that Hermes migrates or rewrites by itself, as patterns of `database table.column`. */
const OWN_COLUMNS: Reasons = {
  "state\\.db messages_fts.*": "the index for searches, which is built from the messages",
  "state\\.db schema_version\\..*": "counts the migrations",
};

/** What is not compared, with the reasons, as lines of text. */
export function notCompared(): string {
  return Object.entries({ ...OWN_FILES, ...OWN_CONTENT, ...OWN_COLUMNS })
    .map(([pattern, reason]) => `  ${pattern}: ${reason}\n`)
    .join("");
}

function without<T>(
  own: Reasons,
  all: { readonly [name: string]: T },
  nameOf: (key: string) => string = (key) => key,
): { readonly [name: string]: T } {
  const patterns = Object.keys(own).map((pattern) => new RegExp(`^(?:${pattern})$`, "s"));
  const kept = Object.entries(all).filter(([key]) => !patterns.some((pattern) => pattern.test(nameOf(key))));
  return Object.fromEntries(kept);
}

/** Runs a Python script as root, with the volume as its directory. */
function inVolume(
  engine: Engine,
  volume: string,
  script: string,
  env: { readonly [name: string]: string } = {},
): Promise<string> {
  const variables = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const mount = ["--volume", `${volume}:/data`, "--workdir", "/data", "--user", "root"];
  const python = ["--entrypoint", "/usr/bin/python3", TOOLS_IMAGE, "-c", script];
  return engine.docker("run", "--rm", "--network", "none", ...mount, ...variables, ...python);
}

const SEED = `
import os, sqlite3
def write(path, content=b"", mode=0o644):
    os.makedirs(os.path.dirname(path) or b".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)
write(b"config.yaml", os.environ["CONFIG"].encode(), 0o640)
write(b".env", b"# my own settings\\nTERMINAL_TIMEOUT=77\\n", 0o600)
write(b"SOUL.md", b"You are mine.\\n")
write(b"memories/MEMORY.md", b"The user likes tea.\\n")
write(b"memories/USER.md", b"The user is Ada.\\n")
write(b"skills/mine/tea/SKILL.md", b"---\\nname: tea\\ndescription: How to make tea\\n---\\nBoil water.\\n")
write(b"home/.codex/auth.json", b'{"tokens": {"access_token": "made-up"}}\\n', 0o600)
write(b"home/.codex/config.toml", b'model = "gpt-5.5"\\n', 0o600)
write(b"home/.gitconfig", b"[user]\\n\\tname = Ada\\n")
write(b"home/.ssh/id_ed25519", b"no real key\\n", 0o600)
os.chmod(b"home/.ssh", 0o700)
# as a wrapper has it, which closes it to others
os.chmod(b"home", 0o750)
write(b"plans/plan.md", b"1. Tea\\n")
write(b"backups/old.tar.gz", os.urandom(4096), 0o400)
write(b"workspace/run me.sh", b"#!/bin/sh\\necho tea\\n", 0o755)
write(b"workspace/big.bin", os.urandom(5 << 20))
write(b"workspace/-rf", b"dash\\n")
write(b"workspace/new\\nline", b"odd\\n")
write("workspace/t\\u00e9 \\u2615".encode(), b"unicode\\n")
write(b"workspace/not-utf8-\\xff", b"bytes\\n")
write(b"workspace/empty")
os.makedirs(b"workspace/empty-folder/deep")
os.symlink(b"run me.sh", b"workspace/link")
os.symlink(b"/nonexistent/target", b"workspace/dangling")
os.symlink(b"/etc/hostname", b"workspace/outside")
os.link(b"workspace/big.bin", b"workspace/hard-link.bin")
database = sqlite3.connect(b"workspace/own.db")
database.execute("create table tea (name text)")
database.execute("insert into tea values ('Assam')")
database.commit()
database.close()
for folder, folders, files in os.walk(b"."):
    for path in [folder] + [os.path.join(folder, name) for name in folders + files]:
        os.lchown(path, 10000, 10000)
`;

const READ = `
import hashlib, json, os, sqlite3, stat
files, integrity, rows = {}, {}, {}
for folder, folders, names in os.walk(b"."):
    for name in folders + names:
        path = os.path.join(folder, name)
        try:
            info = os.lstat(path)
            if stat.S_ISLNK(info.st_mode):
                kind, content = "link", repr(os.readlink(path))
            elif stat.S_ISDIR(info.st_mode):
                kind, content = "folder", ""
            elif stat.S_ISREG(info.st_mode):
                kind, content = "file", hashlib.sha256(open(path, "rb").read()).hexdigest()
            else:
                kind, content = "special", oct(info.st_mode)
        except FileNotFoundError:
            continue
        line = f"{kind} {stat.S_IMODE(info.st_mode):04o} {info.st_uid}:{info.st_gid} {content}"
        files[path[2:].decode("utf-8", "surrogateescape")] = line
# What SQLite makes beside a database must be the runtime user's.
os.setgroups([])
os.setgid(int(os.environ["OWNER"]))
os.setuid(int(os.environ["OWNER"]))
for path in ["state.db", "response_store.db", "kanban.db", "cron/executions.db"]:
    if not os.path.exists(path):
        continue
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    integrity[path] = "; ".join(row[0] for row in database.execute("pragma integrity_check"))
    tables = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and sql not like 'create virtual%'"
    for (table,) in database.execute(tables).fetchall():
        rows[f"{path} {table}"] = [dict(row) for row in database.execute(f'select * from "{table}"')]
print(json.dumps({"files": files, "integrity": integrity, "rows": rows}, default=bytes.hex))
`;
