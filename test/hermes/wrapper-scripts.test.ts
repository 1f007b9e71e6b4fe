import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { legacyEntrypoint, legacyHermesCommand, REPAIR_OWNERSHIP } from "../../lib/hermes/wrapper-scripts";
import { temporaryFolder } from "../agents";

const SCRIPTS: Readonly<Record<string, string>> = {
  "repair-ownership": REPAIR_OWNERSHIP,
  "entrypoint (tini)": legacyEntrypoint("tini", "/repair"),
  "entrypoint (first)": legacyEntrypoint("entrypoint", "/repair"),
  hermes: legacyHermesCommand(),
};

function has(command: string): boolean {
  return spawnSync("sh", ["-c", 'command -v "$1"', "sh", command]).status === 0;
}

describe.each(["sh", "dash"])("%s reads", (shell) => {
  const check = has(shell) ? test : test.skip;
  check.each(Object.entries(SCRIPTS))(`%s (skipped without ${shell})`, (_, script) => {
    const { status, stderr } = spawnSync(shell, ["-n"], { input: script, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });
});

/** `nobody` takes the part of the runtime user. The real script runs on a temporary folder. */
const UID = 65534;
const GID = 12345;
const isRoot = process.getuid?.() === 0;
const asRoot: (name: string, tests: () => void) => void = isRoot
  ? describe
  : (name, tests) => describe.skip(`${name} (skipped: changing owners needs root)`, tests);

interface Run {
  readonly environment?: Readonly<Record<string, string>>;
  /** A command in front, such as one that removes a right. */
  readonly under?: readonly string[];
}

function repair(data: string, { environment = {}, under = [] }: Run = {}) {
  const script = REPAIR_OWNERSHIP.replace("data=/opt/data", `data='${data}'`)
    .replaceAll("id -u hermes", `echo ${UID}`)
    .replaceAll("id -g hermes", `echo ${GID}`);
  const [command = "sh", ...rest] = [...under, "sh"];
  const { status, stderr } = spawnSync(command, rest, {
    input: script,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...environment },
  });
  return { status, stderr };
}

/** A data folder that others may enter, like /opt/data. */
function newData(): string {
  const folder = mkdtempSync(join(isRoot ? tmpdir() : temporaryFolder(), "data-"));
  leftovers.push(folder);
  chmodSync(folder, 0o755);
  return folder;
}

const leftovers: string[] = [];
afterAll(() => {
  for (const folder of leftovers) spawnSync("rm", ["-rf", "--", folder]);
});

function write(path: string, mode = 0o644, owner: readonly [number, number] = [0, 0]): string {
  writeFileSync(path, "content");
  chmodSync(path, mode);
  chownSync(path, ...owner);
  return path;
}

function folder(path: string, mode = 0o755): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  return path;
}

/** Owner and mode of everything below. Links are not followed. */
function listing(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const { uid, gid, mode, mtimeMs, ctimeMs } = lstatSync(join(path, name));
      return `${name} ${uid}:${gid} ${mode.toString(8)} ${mtimeMs} ${ctimeMs}`;
    });
}

function stateOf(path: string): string {
  const { uid, gid, mode } = lstatSync(path);
  return `${uid}:${gid} ${(mode & 0o777).toString(8)}`;
}

asRoot("what root left on the volume", () => {
  test.each([
    "auth.json",
    "auth.lock",
    ".env",
  ])("%s becomes the agent's, and nobody else may read it", (name) => {
    const data = newData();
    const file = write(join(data, name), 0o644);
    expect(repair(data)).toEqual({ status: 0, stderr: "" });
    expect(stateOf(file)).toBe(`${UID}:${GID} 600`);
  });

  test("config.yaml and other files at the top become the agent's, never world-readable", () => {
    const data = newData();
    const config = write(join(data, "config.yaml"), 0o666);
    const state = write(join(data, "state.db"), 0o444);
    repair(data);
    expect(stateOf(config)).toBe(`${UID}:${GID} 640`);
    expect(stateOf(state)).toBe(`${UID}:${GID} 640`);
  });

  test("all of home becomes the agent's, at every depth", () => {
    const data = newData();
    const deep = folder(join(data, "home/.codex/sessions"));
    const login = write(join(data, "home/.codex/auth.json"), 0o644);
    const file = write(join(deep, "one"), 0o604);
    repair(data);
    expect([login, file, deep, join(data, "home")].map(stateOf)).toEqual([
      `${UID}:${GID} 600`,
      `${UID}:${GID} 600`,
      `${UID}:${GID} 750`,
      `${UID}:${GID} 750`,
    ]);
  });

  test("names with line breaks, blanks and leading dashes are handled", () => {
    const data = newData();
    folder(join(data, "home"));
    const names = ["-rf", "a b", "line\nbreak", "* $(touch x)", "'", "--", "ü", "-exec", "!"];
    const files = names.flatMap((name) => [write(join(data, name)), write(join(data, "home", name))]);
    expect(repair(data)).toEqual({ status: 0, stderr: "" });
    expect(new Set(files.map(stateOf))).toEqual(new Set([`${UID}:${GID} 640`]));
  });

  test("folders beside home are left to the image", () => {
    const data = newData();
    const skill = write(join(folder(join(data, "skills")), "one"));
    repair(data);
    expect(stateOf(skill)).toBe("0:0 644");
  });

  test("a login that belongs to the agent but is world-readable becomes private", () => {
    const data = newData();
    const login = write(join(data, "auth.json"), 0o644, [UID, GID]);
    folder(join(data, "home"), 0o777);
    repair(data);
    expect(stateOf(login)).toBe(`${UID}:${GID} 600`);
    expect(stateOf(join(data, "home")).endsWith("770")).toBe(true);
  });
});

asRoot("a symlink and what it points to stay as they are", () => {
  const targetsUntouched = (arrange: (data: string, outside: string) => void) => {
    const data = newData();
    const outside = newData();
    write(join(outside, "auth.json"), 0o644);
    write(join(folder(join(outside, "deep")), "file"), 0o644);
    arrange(data, outside);
    const before = listing(outside);
    expect(repair(data).status).toBe(0);
    expect(listing(outside)).toEqual(before);
  };

  test.each([
    "auth.json",
    ".env",
    "config.yaml",
    "any",
  ])("a file that is a link is not followed: %s", (name) => {
    targetsUntouched((data, outside) => symlinkSync(join(outside, "auth.json"), join(data, name)));
  });

  test("a home that is a link is not followed", () => {
    targetsUntouched((data, outside) => symlinkSync(outside, join(data, "home")));
  });

  test("a home that is a link to a place with a .codex is not followed", () => {
    targetsUntouched((data, outside) => {
      write(join(folder(join(outside, ".codex")), "auth.json"));
      symlinkSync(outside, join(data, "home"));
    });
  });

  test("a .codex that is a link is not followed", () => {
    targetsUntouched((data, outside) => symlinkSync(outside, join(folder(join(data, "home")), ".codex")));
  });

  test("links inside home, to files and folders, are not followed", () => {
    targetsUntouched((data, outside) => {
      folder(join(data, "home"));
      symlinkSync(join(outside, "auth.json"), join(data, "home/file"));
      symlinkSync(join(outside, "deep"), join(data, "home/folder"));
    });
  });

  test("dangling links are neither followed nor filled", () => {
    const data = newData();
    for (const name of ["auth.json", ".env", "home"])
      symlinkSync(join(data, "nowhere", name), join(data, name));
    expect(repair(data)).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(data).sort()).toEqual([".env", "auth.json", "home"]);
  });

  test("a dangling .codex is not replaced by a folder", () => {
    const data = newData();
    symlinkSync(join(data, "nowhere"), join(folder(join(data, "home")), ".codex"));
    expect(repair(data).status).toBe(0);
    expect(readdirSync(data)).toEqual(["home"]);
  });
});

asRoot("a boot is never stopped", () => {
  test("an empty volume gets a private home", () => {
    const data = newData();
    expect(repair(data)).toEqual({ status: 0, stderr: "" });
    expect(stateOf(join(data, "home"))).toBe(`${UID}:${GID} 700`);
    expect(stateOf(join(data, "home/.codex"))).toBe(`${UID}:${GID} 700`);
  });

  test("a missing volume causes only a warning", () => {
    expect(repair("/nonexistent/data").status).toBe(0);
  });

  test("a home that is a file causes only a warning", () => {
    const data = newData();
    write(join(data, "home"));
    const { status, stderr } = repair(data);
    expect(status).toBe(0);
    expect(stderr).toContain("[cdktf-hermes] Warning: could not make");
  });

  test("a second run changes nothing", () => {
    const data = newData();
    write(join(data, "auth.json"));
    write(join(folder(join(data, "home/.codex")), "auth.json"));
    write(join(data, "config.yaml"));
    repair(data);
    const state = (path: string) => listing(path).map((line) => line.replace(/ \S+$/, ""));
    const before = state(data);
    expect(repair(data)).toEqual({ status: 0, stderr: "" });
    expect(state(data)).toEqual(before);
  });

  (has("setpriv") ? test : test.skip)(
    "a volume that forbids chown causes only a warning (skipped without setpriv)",
    () => {
      const data = newData();
      const login = write(join(data, "auth.json"), 0o644);
      write(join(folder(join(data, "home")), "file"));
      const { status, stderr } = repair(data, {
        under: ["setpriv", "--bounding-set=-chown", "--inh-caps=-chown"],
      });
      expect(status).toBe(0);
      expect(stderr).toContain("[cdktf-hermes] Warning: could not repair the ownership");
      expect(stateOf(login)).toBe("0:0 600");
    },
  );
});

asRoot("the runtime user", () => {
  test("the owner is the one that the container asks for, before the image changes its runtime user", () => {
    const data = newData();
    const file = write(join(data, "auth.json"));
    repair(data, { environment: { HERMES_UID: "99", HERMES_GID: "100" } });
    expect(stateOf(file)).toBe("99:100 600");
  });

  test.each([
    ["0", "0"],
    ["00", "5"],
    ["5", "000"],
    ["root", "5"],
    ["5", ""],
    ["1 2", "5"],
    ["-1", "5"],
  ])("the owner is never root and never an invalid id: %j, %j", (uid, gid) => {
    const data = newData();
    const file = write(join(data, "auth.json"));
    repair(data, { environment: { HERMES_UID: uid, HERMES_GID: gid } });
    const [owner = ""] = stateOf(file).split(" ");
    expect(owner === `${UID}:${GID}` || (gid === "" && owner === `5:${GID}`)).toBe(true);
  });
});

test("the repair does nothing without root", () => {
  const { status, stdout, stderr } = spawnSync("sh", [], {
    input: `id() { echo 1000; }\n${REPAIR_OWNERSHIP}`,
    encoding: "utf8",
  });
  expect([status, stdout, stderr]).toEqual([0, "", ""]);
});

describe("the wrapper's own start", () => {
  const start = (generation: "tini" | "entrypoint", ...args: readonly string[]) => {
    const folder_ = temporaryFolder();
    const ok = join(folder_, "repair");
    writeFileSync(ok, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    const script = legacyEntrypoint(generation, ok).replace(/^exec /m, "exec echo ");
    return spawnSync("sh", ["-c", script, "sh", ...args], { encoding: "utf8" }).stdout.trim();
  };

  test("the wrapper's start runs the gateway when it gets no arguments", () => {
    expect(start("tini")).toBe("/usr/bin/tini -g -- /opt/hermes/docker/entrypoint.sh gateway run");
    expect(start("entrypoint")).toBe("/opt/hermes/docker/entrypoint.sh gateway run");
  });

  test("the wrapper's start passes its arguments on", () => {
    expect(start("tini", "doctor", "--fix")).toBe(
      "/usr/bin/tini -g -- /opt/hermes/docker/entrypoint.sh doctor --fix",
    );
  });
});
