import type { Engine } from "./engine";
import { standIn } from "./images";

/** Has Python, with which the volume is written and read. */
export const TOOLS_IMAGE = standIn("v2026.8.3");

/** Every path of a volume with its type, mode, owner and content, in a line of text. */
export type Manifest = { readonly [path: string]: string };

/** What people and agents put on a volume: logins, notes, skills, work, and names that shells trip over. */
export async function seedUserData(engine: Engine, volume: string, configYaml: string): Promise<void> {
  await inVolume(engine, volume, ["--user", "root", "--env", `CONFIG=${configYaml}`], SEED);
}

export async function manifest(engine: Engine, volume: string): Promise<Manifest> {
  const found: Manifest = JSON.parse(await inVolume(engine, volume, ["--user", "root"], MANIFEST));
  return found;
}

/** The part of a manifest that is not Hermes' own to change. */
export function userState(all: Manifest): Manifest {
  const own = Object.keys(HERMES_OWN).map((pattern) => new RegExp(`^(?:${pattern})$`, "s"));
  return Object.fromEntries(
    Object.entries(all).filter(([path]) => !own.some((pattern) => pattern.test(path))),
  );
}

/** What Hermes migrates or rewrites by itself, as patterns of whole paths, each with the reason. */
export const HERMES_OWN = {
  "state\\.db(-wal|-shm)?": "each release migrates its schema; the conversations in it are compared instead",
  "response_store\\.db(-wal|-shm)?": "closed to others from 0.16 on, and written at every start",
  "kanban\\.db(-wal|-shm)?": "its schema is migrated at every new release",
  "cron/executions\\.db(-wal|-shm)?": "the scheduler's record of what it ran",
  "cron/ticker_(heartbeat|last_success)": "touched every minute",
  "state/gateway\\.heartbeat": "touched every 30 s",
  "gateway\\.(pid|lock)": "the process that runs",
  "gateway_state\\.json": "the state of the process that runs",
  "gateway-starts\\.log": "the starts that count for the start limit",
  "channel_directory\\.json": "written anew at every start, with the time",
  "auth\\.lock": "Hermes' own lock; a wrapper closes it to others",
  "\\.clean_shutdown": "left by a stop in good order, and taken away by the next start",
  "logs/.*": "appended to, and rotated",
} as const satisfies { readonly [pattern: string]: string };

export interface Conversations {
  /** `ok`, or what SQLite found wrong with `state.db`. */
  readonly integrity: string;
  /** Every message: session, role and content. */
  readonly messages: readonly string[];
}

/** Reads `state.db`, which a new release migrates: its rows must survive, its bytes need not. */
export async function conversations(engine: Engine, volume: string): Promise<Conversations> {
  const found: Conversations = JSON.parse(
    await inVolume(engine, volume, ["--user", "10000:10000"], CONVERSATIONS),
  );
  return found;
}

function inVolume(
  engine: Engine,
  volume: string,
  options: readonly string[],
  script: string,
): Promise<string> {
  const mount = ["--volume", `${volume}:/data`, "--workdir", "/data"];
  const python = ["--entrypoint", "/usr/bin/python3", TOOLS_IMAGE, "-c", script];
  return engine.docker("run", "--rm", "--network", "none", ...mount, ...options, ...python);
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

const MANIFEST = `
import hashlib, json, os, stat
found = {}
for folder, folders, files in os.walk(b"."):
    for name in folders + files:
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
        found[path[2:].decode("utf-8", "surrogateescape")] = line
print(json.dumps(found))
`;

const CONVERSATIONS = `
import json, sqlite3
database = sqlite3.connect("/data/state.db")
integrity = "; ".join(row[0] for row in database.execute("pragma integrity_check"))
rows = database.execute("select session_id, role, content from messages order by id")
print(json.dumps({"integrity": integrity, "messages": [json.dumps(row) for row in rows]}))
`;
