/** The commands that look at running agents, with stand-ins for docker and Terraform. */
import { type SpawnSyncOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { buildSync } from "esbuild";
import { eventually } from "../eventually";
import { ON_DOCKER } from "../operations/manifests";

const root = join(__dirname, "..", "..");
const bundle = join(mkdtempSync(join(root, "node_modules", ".verify-test-")), "main.js");
buildSync({
  entryPoints: [join(root, "lib", "cli", "main.ts")],
  bundle: true,
  platform: "node",
  packages: "external",
  outfile: bundle,
});

const project = mkdtempSync(join(tmpdir(), "verify-cli-"));
const stack = join(project, "cdktf.out", "stacks", "agent");
const programs = join(project, "bin");
const env = { ...process.env, PATH: `${programs}${delimiter}${process.env["PATH"]}` };

beforeAll(() => {
  mkdirSync(join(stack, ".terraform"), { recursive: true });
  mkdirSync(programs);
  const entry = { synthesizedStackPath: "stacks/agent/cdk.tf.json", dependencies: [] };
  const document = { "//": { metadata: { "cdktf-hermes": { agents: { [ON_DOCKER.agent]: ON_DOCKER } } } } };
  const outputs = { hermes_manifest: { value: JSON.stringify(ON_DOCKER) } };
  writeFileSync(join(project, "cdktf.out", "manifest.json"), JSON.stringify({ stacks: { agent: entry } }));
  writeFileSync(join(stack, "cdk.tf.json"), JSON.stringify(document));
  writeFileSync(join(stack, "outputs.json"), JSON.stringify(outputs));
  program("terraform", "cat outputs.json");
});
afterAll(() => {
  rmSync(project, { recursive: true });
  rmSync(dirname(bundle), { recursive: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function cli(arguments_: readonly string[], options: SpawnSyncOptions = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...arguments_], {
    cwd: project,
    env,
    input: "",
    ...options,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("verify --schema prints the JSON schema of its answer, and needs no project", () => {
  const { status, stdout } = cli(["verify", "--schema"], { cwd: tmpdir() });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    type: "array",
    items: { required: expect.arrayContaining(["state"]) },
  });
});

test.each(["0", "-1", "soon", "1.5"])("verify refuses to wait for %s seconds", (seconds) => {
  const { status, stderr } = cli(["verify", `--wait=${seconds}`]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^cdktf-hermes: .*whole number.*\n$/);
});

test("an engine that does not answer is said in one line, and the exit code is 2", () => {
  program("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
  const { status, stdout, stderr } = cli(["verify", "--json"]);
  expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
  expect(JSON.parse(stdout)).toEqual([
    {
      agent: "agent/hermes",
      name: "hermes",
      state: "unreachable",
      why: expect.stringContaining("daemon"),
      conditions: [],
    },
  ]);
});

test.each([
  ["at once", []],
  ["while it waits", ["--wait", "100"]],
])("Ctrl-C ends verify %s without a word, as a shell expects it, and ends what it has started", async (_, options) => {
  rmSync(join(project, "pid"), { force: true });
  program("docker", `echo $$ > ${join(project, "pid")}; exec sleep 300`);
  const child = spawn(process.execPath, [bundle, "verify", ...options], { cwd: project, env, stdio: "pipe" });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = once(child, "exit");
  await eventually("docker is started", 30, async () => existsSync(join(project, "pid")) || undefined);
  const pid = readFileSync(join(project, "pid"), "utf8").trim();
  child.kill("SIGINT");
  // For which a shell says 130.
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(await said).toEqual(["", ""]);
  await eventually("docker is gone", 10, async () => {
    const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", pid], { encoding: "utf8" });
    return stdout.trim() === "" || stdout.startsWith("Z") ? true : undefined;
  });
});

describe("explain-log of an agent", () => {
  const log = [
    "2026-11-28T01:36:23.633000001Z [stage2] Setup complete; starting user services",
    "2026-11-28T01:36:25.633000001Z Refusing to bind dashboard to 0.0.0.0",
  ];

  test("explain-log --agent reads the log since the container's last start, and names what is missing", () => {
    program(
      "docker",
      `case "$*" in *inspect*) echo "0 2026-11-28T01:36:22Z";; *) echo "$*" >&2; printf '${log.join("\\n")}\\n';; esac`,
    );
    const { status, stdout } = cli(["explain-log", "--agent", "hermes"]);
    expect(status).toBe(1);
    expect(stdout).toContain("✗ The dashboard has no usable login");
    expect(stdout).toContain("? missing: The dashboard listens.");
    expect(stdout).toContain("? missing: The gateway is supervised");
    expect(stdout).toContain("✓ The image's boot script is done");
  });

  test.each([
    [["--agent", "hermse"], "there is no agent hermse; did you mean hermes?"],
    [["some.log", "--agent", "hermes"], "explain-log takes a file or --agent, not both"],
    [["/no/such/log"], "/no/such/log can't be read (ENOENT)"],
    [["--release", "yesterday"], "--release yesterday is no release of Hermes"],
  ])("explain-log %j is refused in one line", (arguments_, message) => {
    expect(cli(["explain-log", ...arguments_])).toEqual({
      status: 2,
      stdout: "",
      stderr: `cdktf-hermes: ${message}\n`,
    });
  });

  test("explain-log --agent says in one line that docker's answer makes no sense", () => {
    program("docker", "echo 'Welcome to this machine'");
    const { status, stderr } = cli(["explain-log", "--agent", "hermes"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^cdktf-hermes: .*container inspect` answered something unknown\n$/);
  });

  test("explain-log --agent says in one line that there is no such container", () => {
    program("docker", "echo 'Error: No such container: hermes' >&2; exit 1");
    const { status, stderr } = cli(["explain-log", "--agent", "hermes"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^cdktf-hermes: .*there is no container hermes\n$/);
  });
});
