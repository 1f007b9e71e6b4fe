/** How each command ends when nobody reads it, when nothing can be written, and by Ctrl-C. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../eventually";
import { ON_DOCKER } from "../operations/manifests";
import { ROOT } from "./bundled";
import { bundle, cli } from "./command";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-endings-"));
const outdir = join(folder, "cdktf.out");
const stack = join(outdir, "stacks", "agent");
mkdirSync(join(stack, ".terraform"), { recursive: true });
const manifest = { ...ON_DOCKER, services: { apiServer: { port: 8642, url: "${docker_container.a.name}" } } };
writeFileSync(
  join(stack, "cdk.tf.json"),
  JSON.stringify({
    "//": { metadata: { "cdktf-hermes": { agents: { [manifest.agent]: manifest } } } },
    resource: { null_resource: { a: {} } },
  }),
);
writeFileSync(
  join(outdir, "manifest.json"),
  JSON.stringify({ stacks: { agent: { synthesizedStackPath: "stacks/agent/cdk.tf.json" } } }),
);
const log = join(folder, "log");
writeFileSync(log, "⚕ Hermes Gateway Starting...\n".repeat(1000));
afterAll(() => rmSync(folder, { recursive: true }));

/** A Terraform that plans to destroy a network, or one that never ends. */
function terraform(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}
const PLAN = JSON.stringify({
  format_version: "1.2",
  planned_values: {},
  resource_changes: [
    {
      address: "docker_network.a",
      type: "docker_network",
      change: { actions: ["delete"], before: {}, after: null },
    },
  ],
});
const quick = terraform("quick", `[ "$1" != show ] || echo '${PLAN}'; [ "$1" != output ] || echo '{}'`);
const hanging = terraform("hanging", `echo $$ > ${join(folder, "pid")}; exec sleep 600`);

const environment = (program: string) => ({ ...process.env, TERRAFORM_BINARY_NAME: program });

/** Commands that print and end, with the code that they have otherwise. */
const PRINTING: readonly (readonly [command: string, code: number])[] = [
  ["--help", 0],
  ["--version", 0],
  ["plan --help", 0],
  [`describe --output ${outdir}`, 0],
  [`next --output ${outdir}`, 0],
  [`verify --output ${outdir}`, 1],
  [`plan --output ${outdir}`, 0],
  [`plan --output ${outdir} --markdown --fail-on destroy`, 1],
  [`explain-log ${log}`, 0],
  ["hash-password", 0],
  ["session-secret", 0],
  ["rules", 0],
  [`install-provider ${folder} --platform linux_amd64`, 0],
];

const shell = (script: string) =>
  spawnSync("bash", ["-o", "pipefail", "-c", script, process.execPath, bundle], {
    cwd: folder,
    env: environment(quick),
    input: "correct horse battery staple\n",
    encoding: "utf8",
  });

/** Progress is no complaint. */
const complaints = (stderr: string) =>
  stderr.split("\n").filter((line) => line !== "" && !/^(?:init|planned) /.test(line));

describe.each(PRINTING)("the command `%s`", (command, code) => {
  test("ends with its usual code when nobody reads what it prints", () => {
    const { status, stderr } = shell(`"$0" "$1" ${command} | true`);
    expect({ status, complaints: complaints(stderr) }).toEqual({ status: code, complaints: [] });
  });

  test("says in one line that the disk is full, and fails", () => {
    const { status, stderr } = shell(`"$0" "$1" ${command} > /dev/full`);
    expect(complaints(stderr)).toEqual(["cdktf-hermes: the output can't be written (ENOSPC)"]);
    expect(status).toBe(1);
  });
});

test.each([
  [`plan --output ${outdir}`, 0],
  [`plan --output ${outdir} --fail-on destroy`, 1],
  ["plan nonsense", 2],
])("the command `%s` ends with its usual code when nobody can be told of its progress", (command, code) => {
  expect(shell(`"$0" "$1" ${command} 2> /dev/full`).status).toBe(code);
  expect(shell(`{ "$0" "$1" ${command} 2>&1 >&3 | true; } 3>&1`).status).toBe(code);
});

test("plan says in one line that there is no place for its plans", () => {
  const { status, stderr } = cli(["plan", "--output", outdir], {
    env: { ...environment(quick), TMPDIR: join(folder, "nowhere") },
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^cdktf-hermes: no folder can be made in .*nowhere.* TMPDIR\n$/);
});

/** Starts the command, and collects what it prints. */
function start(arguments_: readonly string[], program = quick) {
  const child = spawn(process.execPath, [...arguments_], {
    cwd: folder,
    env: environment(program),
    stdio: "pipe",
  });
  const printed: unknown[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => printed.push(text));
  return { child, ended: once(child, "exit"), printed: () => printed.join("") };
}

test.each([
  `plan --output ${outdir}`,
  `next --output ${outdir}`,
  `verify --output ${outdir}`,
])("Ctrl-C ends `%s` and the program that it waits for", async (command) => {
  rmSync(join(folder, "pid"), { force: true });
  const { child, ended, printed } = start([bundle, ...command.split(" ")], hanging);
  const pid = await eventually("the program runs", 60, async () => {
    const file = join(folder, "pid");
    return existsSync(file) ? Number(readFileSync(file, "utf8")) || undefined : undefined;
  });
  child.kill("SIGINT");
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(complaints(printed())).toEqual([]);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test("Ctrl-C ends explain-log, which waits for its input, without a word", async () => {
  const { child, ended, printed } = start([bundle, "explain-log"]);
  await new Promise((done) => setTimeout(done, 1500));
  child.kill("SIGINT");
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(printed()).toBe("");
});

test("Ctrl-C at the question for a password ends the command as a signal does", async () => {
  const { child, ended, printed } = start([
    "--require",
    join(__dirname, "fake-terminal.js"),
    bundle,
    "hash-password",
  ]);
  await eventually("it asks", 60, async () => (printed().includes("Password") ? true : undefined));
  child.stdin.write("half a pass\u0003");
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(printed()).not.toContain("half");
});

describe("the help", () => {
  const names = [...cli(["--help"]).stdout.matchAll(/^ {2}([a-z][a-z-]+)(?: |$)/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "help");

  test("the help lists the commands", () => {
    expect(names).toEqual(expect.arrayContaining(["describe", "plan", "next", "verify"]));
  });

  test.each(names)("the README has a line for %s", (name) => {
    const [, list = ""] =
      /^## The command$([\s\S]*?)^## /m.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
    expect(list).toContain(`\`${name}\``);
  });

  test.each(names)("the help of %s has an example of it", (name) => {
    const { stdout } = cli([name, "--help"]);
    const [, example = ""] = /\nExample:\n {2}(.*)\n/.exec(stdout) ?? [];
    expect(example).toContain(`npx cdktf-hermes ${name}`);
  });
});

test.each([
  [["plna"], "Did you mean plan?"],
  [["describe", "--jsn"], "Did you mean --json?"],
  [["plan", "--output", outdir, "--fail-on", "destory"], "Did you mean destroy?"],
  [["plan", "--output", outdir, "agnet"], "did you mean agent?"],
  [["plan", "--output", outdir, "hermse"], "did you mean hermes?"],
  [["next", "--output", outdir, "hermse"], "did you mean hermes?"],
])("of %j it is said what was probably meant", (arguments_, expected) => {
  const { status, stderr } = cli(arguments_, { env: environment(quick) });
  expect({ status, lines: stderr.split("\n").length }).toEqual({ status: 2, lines: 2 });
  expect(stderr).toContain(expected);
});
