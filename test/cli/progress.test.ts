import { spawnSync } from "node:child_process";
import { bundled } from "./bundled";

const program = bundled("test/cli/progress-program.ts");

function shown(environment: Readonly<Record<string, string>>, ...texts: readonly string[]) {
  const { stderr, status, signal } = spawnSync(process.execPath, [program, ...texts], {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  return { stderr, status, signal };
}

const TERMINAL = { FAKE_TERMINAL: "yes" };

/** The last line was erased after its text was written. */
function takenAway(stderr: string): void {
  expect(stderr.lastIndexOf("\u001b[2K")).toBeGreaterThan(stderr.lastIndexOf("model"));
  expect(stderr.lastIndexOf("\u001b[2K")).toBeGreaterThan(stderr.lastIndexOf("gateway"));
}

test("where stderr is no terminal, each change is a line without control codes", () => {
  expect(shown({}, "a", "a", "b").stderr).toBe("a\nb\n");
  expect(shown({}, "forged\u001b[2J\nline").stderr).toBe("forged [2J line\n");
});

test("on a terminal there is one line that changes, and none at the end", () => {
  const { stderr } = shown(TERMINAL, "waits for the gateway", "waits for the model");
  expect(stderr).toContain("waits for the gateway");
  expect(stderr).toContain("waits for the model");
  expect(stderr.split("\n").length).toBeLessThan(4);
  takenAway(stderr);
});

test("Ctrl-C takes the line away, and ends the process as a signal does", () => {
  const { stderr, signal } = shown({ ...TERMINAL, INTERRUPT: "yes" }, "waits for the gateway");
  expect(signal).toBe("SIGINT");
  takenAway(stderr);
});

test.each([
  ["a terminal", TERMINAL],
  ["no terminal", {}],
])("on %s a text can't forge a line, and is cut so that nothing breaks it", (_, environment) => {
  const { stderr } = shown(environment, `forged\u001b[2J\n  ✓ holds ${"x".repeat(500)}`);
  expect(stderr).toContain("forged [2J ✓ holds xxx");
  expect(stderr).not.toContain("\u001b[2J");
  expect(stderr).not.toMatch(/x{78}/);
});

test("without a word there is nothing to take away", () => {
  expect(shown(TERMINAL).stderr).toBe("");
});
