import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { QUESTION_NAMES, QUESTIONS, type QuestionName } from "../../lib/delivery/init/questions";
import { packageNameOf } from "../../lib/delivery/init/repository";
import { temporaryFolder } from "../agents";
import { ROOT } from "./bundled";
import { bundle, cli } from "./command";

jest.setTimeout(60_000);

const packageOf = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

test("init with a place alone writes a repository without asking, and says what to type next", () => {
  const cwd = temporaryFolder();
  const { status, stdout, stderr } = cli(["init", "my-agents", "--target", "docker"], { cwd });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(
    stdout,
  ).toBe(`Wrote .env.example, .gitignore, README.md, cdktf.json, main.ts, package.json, stacks.test.ts, stacks.ts, tsconfig.json.

Type next:

  cd my-agents
  npm install
  npm run deploy
  npx cdktf-hermes next   # what to do with the agent: model, logins, addresses
  npm run verify
`);
  expect(readdirSync(cwd)).toEqual(["my-agents"]);
});

test("init without a folder writes into the current one, in which the next command is typed", () => {
  const cwd = temporaryFolder();
  const { stdout } = cli(["init", "--target", "caprover"], { cwd });
  expect(existsSync(join(cwd, "stacks.ts"))).toBe(true);
  expect(stdout).not.toContain("cd ");
  expect(stdout).toContain("  npm install\n  cp .env.example .env");
});

test("init names what has to be replaced, and quotes a folder for the shell", () => {
  const cwd = temporaryFolder();
  const { stdout } = cli(["init", "it's mine", "--platforms", "slack", "--dashboard", "oidc"], { cwd });
  expect(stdout).toContain("\nReplace in it's mine/stacks.ts:\n\n  dashboard.issuer\n");
  expect(stdout).toContain("\n  messaging.slack.allowedUsers\n");
  const typed = /^ {2}(cd .*)$/m.exec(stdout)?.[1];
  const there = spawnSync("sh", ["-c", `${typed} && pwd`], { cwd, encoding: "utf8" }).stdout.trimEnd();
  expect(there).toBe(realpathSync(join(cwd, "it's mine")));
});

describe("package.json", () => {
  test("has every dependency at the exact version with which this package is tested", () => {
    const cwd = temporaryFolder();
    cli(["init", "--target", "docker"], { cwd });
    const { dependencies, devDependencies } = packageOf(cwd);
    const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      if (name === "cdktf-hermes") continue;
      // What this repository has at another version, the workspace of the new repository has beside it.
      const own = lock[`scripts/new-repository/node_modules/${name}`] ?? lock[`node_modules/${name}`];
      expect([name, version]).toEqual([name, own.version]);
    }
    const { version, peerDependencies } = packageOf(ROOT);
    expect(dependencies["cdktf-hermes"]).toBe(version);
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(Object.keys(peerDependencies)));
  });

  test.each([
    [".", "cdktf-hermes-0.1.0.tgz", "file:cdktf-hermes-0.1.0.tgz"],
    ["agents", "cdktf-hermes-0.1.0.tgz", "file:../cdktf-hermes-0.1.0.tgz"],
    ["infra/agents", "packed/it.tgz", "file:../../packed/it.tgz"],
  ])("in folder %s takes the package from %s", (folder, tarball, expected) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "packed"));
    writeFileSync(join(cwd, tarball), "");
    expect(cli(["init", folder, "--target", "docker", "--package", tarball], { cwd }).status).toBe(0);
    expect(packageOf(join(cwd, folder)).dependencies["cdktf-hermes"]).toBe(expected);
  });

  test("takes the package by a path that is right behind links, since npm follows them", () => {
    const [cwd, elsewhere] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(cwd, "it.tgz"), "");
    mkdirSync(join(elsewhere, "deep"));
    symlinkSync(join(elsewhere, "deep"), join(cwd, "link"));
    expect(cli(["init", "link/agents", "--target", "docker", "--package", "it.tgz"], { cwd }).status).toBe(0);
    const folder = realpathSync(join(cwd, "link", "agents"));
    const [, path = ""] = /^file:(.*)$/.exec(packageOf(folder).dependencies["cdktf-hermes"]) ?? [];
    expect(realpathSync(join(folder, path))).toBe(realpathSync(join(cwd, "it.tgz")));
  });

  test.each([
    ["my-agents", "my-agents"],
    ["My Agents", "my-agents"],
    ["agents_2.0", "agents_2.0"],
    [".config", "config"],
    ["_agents-", "agents"],
    ["Größe", "gr-e"],
    ["агенты", "cdktf-hermes-new-repository"],
    ["cdktf-hermes", "cdktf-hermes-repository"],
    ["jest", "jest-repository"],
    ["node_modules", "node_modules-repository"],
    ["a".repeat(250), "a".repeat(200)],
  ])("of folder %s has a name that npm takes", (folder, name) => {
    expect(packageNameOf(folder)).toBe(name);
  });
});

test.each<readonly [string, readonly string[], RegExp]>([
  ["a misspelt flag", ["--taget", "docker"], /unknown option '--taget' \(Did you mean --target\?\)/],
  ["a misspelt answer", ["--target", "dokcer"], /--target: .*did you mean docker\?/],
  ["a flag without its answer", ["--release"], /argument missing/],
  ["a second folder", ["another"], /too many arguments/],
  ["a package that is not there", ["--package", "gone.tgz"], /--package: "gone\.tgz" is no file/],
  ["a folder as package", ["--package", "."], /--package: "\." is no file/],
  [
    "a package by an address with a login",
    ["--package", "https://ada:hunter2@example.com/it.tgz"],
    /not shown\) is no file/,
  ],
  [
    "an answer that the release does not have",
    ["--release", "v2026.5.7", "--dashboard", "nous"],
    /use v2026\.6\.5/,
  ],
])("init refuses %s in one line, and writes nothing", (_what, flags, message) => {
  const cwd = temporaryFolder();
  const { status, stdout, stderr } = cli(["init", "agents", ...flags], { cwd });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/^cdktf-hermes: [^\n]*\n$/);
  expect(stderr).toMatch(message);
  expect(readdirSync(cwd)).toEqual([]);
});

test("init refuses an empty name of a folder, and does not take it for the current one", () => {
  const cwd = temporaryFolder();
  const { status, stderr } = cli(["init", "", "--target", "docker"], { cwd });
  expect([status, stderr]).toEqual([2, "cdktf-hermes: init: the name of the folder is empty\n"]);
  expect(readdirSync(cwd)).toEqual([]);
});

test("init into a folder that can't be written says so", () => {
  const { status, stderr } = cli(["init", "/proc/agents", "--target", "docker"]);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^cdktf-hermes: \/proc\/agents can't be written to \(E[A-Z]+\); nothing was written\n$/,
  );
});

test("init on a disk that is full in the middle leaves the folder as it was", () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, ".gitignore"), "dist/\n");
  // No file may have more than a kilobyte.
  const command = `ulimit -f 1; exec "$0" "$1" init --target caprover`;
  const { status, stderr } = spawnSync("bash", ["-c", command, process.execPath, bundle], {
    cwd,
    encoding: "utf8",
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/can't be written to \(EFBIG\); nothing was written\n$/);
  expect(readdirSync(cwd)).toEqual([".gitignore"]);
  expect(readFileSync(join(cwd, ".gitignore"), "utf8")).toBe("dist/\n");
});

describe("at a terminal", () => {
  const DOWN = "\u001B[B";
  const ENTER = "\r";
  const CTRL_C = "\u0003";

  /** Types the keys for each question when it is asked, and Enter for the others. */
  async function typed(
    cwd: string,
    keys: Readonly<Partial<Record<QuestionName, readonly string[]>>>,
    flags: readonly string[] = [],
  ) {
    const child = spawn(
      process.execPath,
      ["--require", join(__dirname, "fake-terminal.js"), bundle, "init", "agents", ...flags],
      { cwd, env: { ...process.env, NO_COLOR: "1" }, timeout: 50_000 },
    );
    let output = "";
    const waiting = [...QUESTION_NAMES];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const [next] = waiting;
        if (next === undefined || !output.includes(QUESTIONS[next].asks.slice(0, 20))) return;
        waiting.shift();
        const typedNow = keys[next] ?? [ENTER];
        for (const key of typedNow) child.stdin.write(key);
        // A pipe that is open keeps the process alive, which a terminal does not.
        if (waiting.length === 0 || typedNow.includes(CTRL_C)) child.stdin.end();
      });
    }
    const [code] = await once(child, "close");
    return { code, output, asked: QUESTION_NAMES.length - waiting.length };
  }

  test("Enter to each question gives the defaults", async () => {
    const [asked, flagged] = [temporaryFolder(), temporaryFolder()];
    expect(await typed(asked, {})).toMatchObject({ code: 0, asked: QUESTION_NAMES.length });
    cli(["init", "agents", "--target", "docker"], { cwd: flagged });
    for (const name of ["stacks.ts", "README.md", "package.json"]) {
      const read = (folder: string) => readFileSync(join(folder, "agents", name), "utf8");
      expect(read(asked)).toBe(read(flagged));
    }
  });

  test("each question takes what is chosen", async () => {
    const cwd = temporaryFolder();
    const { code } = await typed(cwd, {
      target: [DOWN, ENTER],
      release: ["v2026.7.30", ENTER],
      dashboard: [DOWN, ENTER],
      platforms: [" ", DOWN, DOWN, " ", ENTER],
      model: ["openrouter:openrouter/auto", ENTER],
      wrapper: [DOWN, ENTER],
    });
    expect(code).toBe(0);
    const flagged = temporaryFolder();
    const flags =
      "--target caprover --release v2026.7.30 --dashboard basic --platforms slack,discord --model openrouter:openrouter/auto --wrapper";
    cli(["init", "agents", ...flags.split(" ")], { cwd: flagged });
    expect(readFileSync(join(cwd, "agents", "stacks.ts"), "utf8")).toBe(
      readFileSync(join(flagged, "agents", "stacks.ts"), "utf8"),
    );
  });

  test("with an answer among the flags nothing is asked", async () => {
    const cwd = temporaryFolder();
    expect(await typed(cwd, {}, ["--dashboard", "loopback"])).toMatchObject({ code: 0, asked: 0 });
    expect(readFileSync(join(cwd, "agents", "stacks.ts"), "utf8")).toContain("DashboardAuth.loopback");
  });

  test.each(
    QUESTION_NAMES,
  )("Ctrl-C at the question of %s ends with 130, and nothing is written", async (name) => {
    const cwd = temporaryFolder();
    const { code, output } = await typed(cwd, { [name]: [CTRL_C] });
    expect(code).toBe(130);
    expect(output).toContain("nothing was written");
    expect(readdirSync(cwd)).toEqual([]);
  });
});
