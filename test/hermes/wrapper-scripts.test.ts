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
import { temporaryFolder } from "../support";

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

/** The runtime user stands in as nobody: the script is run for real, on a folder of its own. */
const UID = 65534;
const GID = 12345;
const isRoot = process.getuid?.() === 0;
const asRoot: (name: string, tests: () => void) => void = isRoot
  ? describe
  : (name, tests) => describe.skip(`${name} (skipped: changing owners needs root)`, tests);

interface Run {
  readonly environment?: Readonly<Record<string, string>>;
  /** A command in front, such as one that takes a right away. */
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

/** A data folder that others may pass through, as /opt/data is one. */
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

/** Owner and mode of everything below, links by themselves. */
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
  test.each(["auth.json", "auth.lock", ".env"])("%s becomes the agent's, for nobody else", (name) => {
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

  test("all of home becomes the agent's, as deep as it goes", () => {
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

  test("names with line breaks, blanks and leading dashes are names", () => {
    const data = newData();
    folder(join(data, "home"));
    const names = ["-rf", "a b", "line\nbreak", "* $(touch x)", "'", "--", "ü", "-exec", "!"];
    const files = names.flatMap((name) => [write(join(data, name)), write(join(data, "home", name))]);
    expect(repair(data)).toEqual({ status: 0, stderr: "" });
    expect(new Set(files.map(stateOf))).toEqual(new Set([`${UID}:${GID} 640`]));
  });

  test("folders beside home are the image's own business", () => {
    const data = newData();
    const skill = write(join(folder(join(data, "skills")), "one"));
    repair(data);
    expect(stateOf(skill)).toBe("0:0 644");
  });

  test("a login that is right but open to the world is closed", () => {
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

  test.each(["auth.json", ".env", "config.yaml", "any"])("a file: %s", (name) => {
    targetsUntouched((data, outside) => symlinkSync(join(outside, "auth.json"), join(data, name)));
  });

  test("home itself", () => {
    targetsUntouched((data, outside) => symlinkSync(outside, join(data, "home")));
  });

  test("home itself, to a place with a .codex in it", () => {
    targetsUntouched((data, outside) => {
      write(join(folder(join(outside, ".codex")), "auth.json"));
      symlinkSync(outside, join(data, "home"));
    });
  });

  test(".codex", () => {
    targetsUntouched((data, outside) => symlinkSync(outside, join(folder(join(data, "home")), ".codex")));
  });

  test("links inside of home, to files and folders", () => {
    targetsUntouched((data, outside) => {
      folder(join(data, "home"));
      symlinkSync(join(outside, "auth.json"), join(data, "home/file"));
      symlinkSync(join(outside, "deep"), join(data, "home/folder"));
    });
  });

  test("dangling ones are neither followed nor filled", () => {
    const data = newData();
    for (const name of ["auth.json", ".env", "home"])
      symlinkSync(join(data, "nowhere", name), join(data, name));
    expect(repair(data)).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(data).sort()).toEqual([".env", "auth.json", "home"]);
  });

  test("a dangling .codex is no place to make one", () => {
    const data = newData();
    symlinkSync(join(data, "nowhere"), join(folder(join(data, "home")), ".codex"));
    expect(repair(data).status).toBe(0);
    expect(readdirSync(data)).toEqual(["home"]);
  });
});

asRoot("a boot is never stopped", () => {
  test("an empty volume gets its home, private", () => {
    const data = newData();
    expect(repair(data)).toEqual({ status: 0, stderr: "" });
    expect(stateOf(join(data, "home"))).toBe(`${UID}:${GID} 700`);
    expect(stateOf(join(data, "home/.codex"))).toBe(`${UID}:${GID} 700`);
  });

  test("no volume at all is only warned of", () => {
    expect(repair("/nonexistent/data").status).toBe(0);
  });

  test("a home that is a file is only warned of", () => {
    const data = newData();
    write(join(data, "home"));
    const { status, stderr } = repair(data);
    expect(status).toBe(0);
    expect(stderr).toContain("[cdktf-hermes] Warning: could not make");
  });

  test("the second run changes nothing", () => {
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
    "a volume that refuses chown is warned of (skipped without setpriv)",
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
  test("is the one that the container asks for, before the image changes its own", () => {
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
  ])("is never root and never rubbish: %j, %j", (uid, gid) => {
    const data = newData();
    const file = write(join(data, "auth.json"));
    repair(data, { environment: { HERMES_UID: uid, HERMES_GID: gid } });
    const [owner = ""] = stateOf(file).split(" ");
    expect(owner === `${UID}:${GID}` || (gid === "" && owner === `5:${GID}`)).toBe(true);
  });
});

test("nothing happens without root", () => {
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

  test("runs the gateway when nothing else is asked for", () => {
    expect(start("tini")).toBe("/usr/bin/tini -g -- /opt/hermes/docker/entrypoint.sh gateway run");
    expect(start("entrypoint")).toBe("/opt/hermes/docker/entrypoint.sh gateway run");
  });

  test("passes on what is asked for", () => {
    expect(start("tini", "doctor", "--fix")).toBe(
      "/usr/bin/tini -g -- /opt/hermes/docker/entrypoint.sh doctor --fix",
    );
  });
});
