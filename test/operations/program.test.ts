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

test.each([
  ["missing", "the program `docker` is not installed here"],
  ["slow", "`docker logs` gave no answer within 30 s"],
  ["too-much", "`docker logs` printed more than is read here"],
] as const)("people are told why a program gave no result: %s", (reason, words) => {
  expect(new NotFinished(reason).inWords("docker", "docker logs", 30)).toBe(words);
});

test("no handler of signals is left behind", async () => {
  await shell("true", { seconds: 30 });
  expect(process.listenerCount("SIGINT")).toBe(0);
});
