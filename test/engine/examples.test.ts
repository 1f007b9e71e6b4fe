import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { eventually } from "../eventually";
import { deployed, engine, exec, testExamples } from "./example-tests";
import { type Finished, run } from "./run";

testExamples("4.x");

/** A command that the deploy printed, as a person would type it. */
const typed = (command: unknown): Promise<Finished> =>
  run("sh", ["-c", String(command)], { env: engine.environment, timeoutSeconds: 120 });

/** Types a command into a terminal and waits for the text that a person would see. */
async function expectsInTerminal(command: string, text: RegExp): Promise<void> {
  const child = spawn("script", ["--quiet", "--command", command, "/dev/null"], {
    env: engine.environment,
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (more) => {
    shown += more;
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  try {
    await eventually(
      `${command} shows ${text}`,
      60,
      async () => (text.test(stripVTControlCharacters(shown)) ? true : undefined),
      () => shown,
    );
  } finally {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await ended;
  }
}

/** Commands that need a person at a terminal, and what they show there. */
const INTERACTIVE = {
  setup: /Setup Wizard/,
  chooseModel: /Select provider/,
  // Without access to OpenAI it says what it could not get.
  codexLogin: /device code|auth\.openai\.com/,
  chat: /Available Tools/,
};

test("the commands that a deploy prints work as printed", async () => {
  const project = await deployed("smallest-agent", "4.x");
  const { hermes_commands: commands } = await project.outputs("agent");
  if (typeof commands !== "object" || commands === null) throw new Error("The stack printed no commands.");
  const named = new Map(Object.entries(commands));
  expect([...named.keys()].sort()).toEqual(
    ["gatewayLog", "logs", "oneShotTest", ...Object.keys(INTERACTIVE)].sort(),
  );
  // No model is chosen yet: the prompt reaches Hermes, which says so.
  const prompt = await typed(named.get("oneShotTest"));
  expect(prompt).toMatchObject({ code: 1, stderr: expect.stringContaining("No inference provider") });
  for (const endless of ["logs", "gatewayLog"]) {
    const { stdout, stderr } = await typed(`timeout 3 ${named.get(endless)}`);
    expect((stdout + stderr).length).toBeGreaterThan(0);
  }
  for (const [name, text] of Object.entries(INTERACTIVE)) {
    await expectsInTerminal(String(named.get(name)), text);
  }
  const owners = await exec("hermes", "find", "/opt/data", "-user", "root");
  expect(owners.stdout).toBe("");
});
