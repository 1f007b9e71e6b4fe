import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotFinished, runProgram } from "../../lib/operations/access/program";

const shell = (script: string, options: { seconds: number; graceSeconds?: number }) =>
  runProgram("sh", ["-c", script], options);

test("a program's code and both of its outputs are returned", async () => {
  expect(await shell("echo out; echo err >&2; exit 3", { seconds: 30 })).toEqual({
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test.each<[what: string, script: string, graceSeconds: number]>([
  ["hangs", "sleep 600", 0],
  ["hangs, with time to end in order", "exec sleep 600", 30],
  ["ignores an interrupt", "trap '' INT; sleep 600 & wait; sleep 600", 1],
  ["leaves somebody behind with its output", "setsid sleep 8 & sleep 600", 0],
])(
  "a program that %s is ended at its limit",
  async (_what, script, graceSeconds) => {
    await expect(shell(script, { seconds: 1, graceSeconds })).rejects.toMatchObject({ reason: "slow" });
  },
  60_000,
);

test("a program that prints without end is ended", async () => {
  await expect(shell("yes", { seconds: 120 })).rejects.toEqual(new NotFinished("too-much"));
}, 120_000);

test("a program that is not there is told apart from one that fails", async () => {
  await expect(runProgram("/no/such/program", [], { seconds: 5 })).rejects.toMatchObject({
    reason: "missing",
  });
});

test("a program that can't be started says why, and not that it is missing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-program-"));
  try {
    const file = join(folder, "no-program");
    writeFileSync(file, "text", { mode: 0o644 });
    const failed = (run: Promise<unknown>) => expect(run).rejects;
    await failed(runProgram(file, [], { seconds: 5 })).toEqual(new NotFinished("not-started", "EACCES"));
    await failed(runProgram("true", ["x".repeat(4 * 2 ** 20)], { seconds: 5 })).toEqual(
      new NotFinished("not-started", "E2BIG"),
    );
    const gone = join(folder, "gone");
    await failed(runProgram("true", [], { seconds: 5, cwd: gone })).toEqual(
      new NotFinished("not-started", `the folder ${gone} is not there`),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("too many open files are told apart from a program that is missing", () => {
  const script = `
    const { openSync } = require("node:fs");
    const { runProgram } = require(${JSON.stringify(join(__dirname, "../../lib/operations/access/program.ts"))});
    try { for (;;) openSync("/dev/null", "r"); } catch {}
    runProgram("true", [], { seconds: 5 }).then(
      () => console.log("ran"),
      ({ reason, detail }) => console.log(reason, detail),
    );`;
  const load = 'ulimit -n 80; exec node --import tsx -e "$0"';
  expect(spawnSync("sh", ["-c", load, script], { encoding: "utf8" }).stdout).toBe("not-started EMFILE\n");
});

test("a program that something else ends is no program that failed", async () => {
  await expect(shell("kill -KILL $$", { seconds: 30 })).rejects.toEqual(new NotFinished("killed", "SIGKILL"));
});

test.each([
  ["missing", "the program `docker` is not installed here"],
  ["slow", "`docker logs` gave no answer within 30 s"],
  ["too-much", "`docker logs` printed more than is read here"],
] as const)("people are told why a program gave no result: %s", (reason, words) => {
  expect(new NotFinished(reason).inWords("docker", "docker logs", 30)).toBe(words);
});

test.each([
  [
    "not-started",
    "EACCES",
    "the program `docker` can't be started: this user may not run the file, or it is no program (EACCES)",
  ],
  ["not-started", "EIO", "the program `docker` can't be started: EIO"],
  ["killed", "SIGKILL", "`docker logs` was ended from outside (SIGKILL)"],
] as const)("people are told the system's reason: %s %s", (reason, detail, words) => {
  expect(new NotFinished(reason, detail).inWords("docker", "docker logs", 30)).toBe(words);
});

test("no handler of signals is left behind", async () => {
  await shell("true", { seconds: 30 });
  expect(process.listenerCount("SIGINT")).toBe(0);
});
