import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VerifiedAgent } from "../../lib/operations/verified";
import { eventually } from "../eventually";
import { Agent } from "./agent";
import { Engine } from "./engine";
import { HubMirror } from "./hub-mirror";
import { CLI, installPackage } from "./installed-package";
import { MACHINE, Machine } from "./machine";
import { DIRECTORY_VARIABLE, enginePaths } from "./paths";
import { providerEnvironment } from "./provider";
import { must, run } from "./run";
import type { Asked } from "./terminal-program/asked";
import { Project } from "./terraform";

const engine = new Engine();
const second = new Engine(enginePaths({ [DIRECTORY_VARIABLE]: `${enginePaths().root}-terminal` }, 1));
const agent = Agent.named(engine, "hermes");
const SCRIPT = readFileSync(join(__dirname, "terminal.py"), "utf8");
const KEY_FILE = "/usr/local/lib/cdktf-hermes/terminal/key.pem";
const SANDBOX_IMAGE = "sandbox";
/** A directory of the second engine's host. */
const work = mkdtempSync(join(tmpdir(), "work-"));

let hub: HubMirror;
let machine: Machine;
let project: TerminalProject;

class TerminalProject extends Project {
  constructor(terminal_key: string) {
    const env = { ...engine.environment, ...providerEnvironment(), TF_VAR_terminal_key: terminal_key };
    super({ app: "npx tsx main.ts", env });
    cpSync(join(__dirname, "terminal-program"), this.folder, { recursive: true });
    installPackage(this.folder);
  }

  /** Gives another value to the program's variable. */
  rotate(key: string): void {
    this.options.env["TF_VAR_terminal_key"] = key;
  }

  async deployed(asked: Asked): Promise<string> {
    writeFileSync(join(this.folder, "asked.json"), JSON.stringify(asked));
    const { code, stdout, stderr } = await this.deploy();
    if (code !== 0) throw new Error(`cdktf deploy exited with ${code}\n${stdout}${stderr}`);
    return stdout + stderr;
  }
}

interface Answer {
  readonly ran: { readonly output: string; readonly exit_code: number; readonly error?: string | null };
  readonly wrote: { readonly error?: string; readonly bytes_written?: number };
}

/** What the real Hermes' own tools make of a command and a file, as the runtime user. */
async function askHermes(command: string, path: string): Promise<Answer> {
  const python = ["/opt/hermes/.venv/bin/python", "-c", SCRIPT, command, path];
  const home = ["--env", "HOME=/opt/data"];
  const exec = ["exec", "--user", "hermes", "--workdir", "/opt/data", ...home, "hermes", ...python];
  const { stdout, stderr } = await engine.tryDocker(exec);
  if (!stdout.startsWith("{")) throw new Error(`Hermes did not answer: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout);
}

/** A text that stands in the key's file alone, once as it is and once as it travels. */
function needlesOf(key: string): readonly string[] {
  return [key.split("\n")[2] ?? "", Buffer.from(key).toString("base64").slice(0, 60)];
}

/** Where in the running container the key is, beside root's own file and the runtime user's: by its value. */
async function foundIn(key: string): Promise<readonly string[]> {
  const look = `for file in /proc/[0-9]*/environ /run/s6/container_environment/* /etc/hermes/.env /etc/hermes/config.yaml $(find /opt/data -type f); do
  tr '\\0' '\\n' < "$file" 2>/dev/null | grep -qF -e "$0" -e "$1" && echo "$file"; done; true`;
  const found = await agent.exec("env", "-i", "/bin/sh", "-c", look, ...needlesOf(key));
  if (found.code !== 0) throw new Error(found.stderr);
  const inspected = await engine.docker("inspect", "hermes");
  return [
    ...found.stdout.split("\n").filter((path) => path !== ""),
    ...(needlesOf(key).some((needle) => inspected.includes(needle)) ? ["docker inspect"] : []),
  ];
}

/** How many processes of Hermes there are to be looked at. */
async function processesOfHermes(): Promise<number> {
  const { stdout } = await agent.exec(
    "sh",
    "-c",
    "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o 'hermes gateway' | wc -l",
  );
  return Number(stdout);
}

/** What `verify` finds of the terminal: how it fails, or `holds`. */
async function verifies(found: Readonly<Record<string, string>>): Promise<void> {
  const { stdout } = await run(process.execPath, [CLI, "verify", "--no-ask", "--json"], {
    cwd: project.folder,
    env: engine.environment,
  });
  const agents: readonly VerifiedAgent[] = JSON.parse(stdout);
  const rows = agents
    .flatMap(({ conditions }) => conditions)
    .filter(({ condition }) => condition === "terminal");
  const seen = rows.map(({ of, result, failure = result }) => [`terminal ${of}`, failure] as const);
  expect({ found: Object.fromEntries(seen), rows }).toMatchObject({ found });
  for (const { result, cause, fix } of rows)
    if (result === "fails") expect([cause, fix]).toEqual([expect.anything(), expect.anything()]);
}

beforeAll(async () => {
  await second.start();
  // Where the sandbox has no directory of the agent, the engine makes one: not on the machine of the tests.
  await second.inside("mount", "-t", "tmpfs", "tmpfs", "/opt");
  chmodSync(work, 0o755);
  chownSync(work, 10000, 10000);
  hub = await HubMirror.start(engine);
  machine = await Machine.start(engine, second);
});
afterAll(async () => {
  await hub.stop();
  await engine.reset();
  await second.stop();
  rmSync(work, { recursive: true });
});
afterEach(async () => {
  await engine.tryDocker(["rm", "--force", "hermes"]);
  project.remove();
});

test("over SSH the real Hermes' commands and file tools work as the user there, with a key that only it reads", async () => {
  const key = await machine.makeKey();
  const hostKey = await machine.startSsh("ed25519");
  project = new TerminalProject(key);
  const asked: Asked = { terminal: "ssh", host: MACHINE, hostKeys: [hostKey] };
  const printed = await project.deployed(asked);
  for (const needle of needlesOf(key)) expect(printed).not.toContain(needle);
  expect((await agent.exec("stat", "-c", "%U %a", KEY_FILE)).stdout).toBe("hermes 600\n");
  expect(await foundIn(key)).toEqual([]);

  const { ran, wrote } = await askHermes(
    "id -un; pwd; hostname; echo made > by-command",
    "/srv/work/by-tool",
  );
  expect(ran.output.trim().split("\n")).toEqual(["agent", "/srv/work", MACHINE]);
  expect(wrote.error).toBeUndefined();
  expect(await machine.sh("stat -c '%n %U' /srv/work/by-*")).toBe(
    "/srv/work/by-command agent\n/srv/work/by-tool agent",
  );

  // The same machine with another key, and with a key of another kind, which Hermes' own setting would take.
  for (const kind of ["ed25519", "ecdsa"] as const) {
    await machine.startSsh(kind);
    await agent.exec("sh", "-c", "rm -rf /tmp/hermes-ssh; pkill -x ssh");
    const { ran } = await askHermes("echo reached > /srv/work/reached", "/srv/work/reached");
    expect(JSON.stringify(ran)).toMatch(/[Hh]ost key/);
  }
  expect(await machine.sh("ls /srv/work")).not.toContain("reached");

  expect(await project.plan("agent")).toMatchObject({
    resource_changes: [{ change: { actions: ["no-op"] } }],
  });
});

test("a rotated key arrives at the next apply, with profiles too, and no process of any gateway has it as a variable", async () => {
  const first = await machine.makeKey();
  const hostKey = await machine.startSsh("ed25519");
  project = new TerminalProject(first);
  const asked: Asked = { terminal: "ssh", host: MACHINE, hostKeys: [hostKey], profiles: ["work"] };
  await project.deployed(asked);
  // The machine no longer lets the first one in.
  const rotated = await machine.makeKey();
  project.rotate(rotated);
  const printed = await project.deployed(asked);
  for (const needle of needlesOf(rotated)) expect(printed).not.toContain(needle);
  expect((await agent.exec("cat", KEY_FILE)).stdout.trim()).toBe(rotated.trim());
  await eventually("both gateways run", 120, async () =>
    (await processesOfHermes()) >= 2 ? true : undefined,
  );
  for (const key of [first, rotated]) expect(await foundIn(key)).toEqual([]);
  const { ran } = await askHermes("id -un", "/srv/work/by-tool");
  expect(ran.output.trim()).toBe("agent");

  const state = readFileSync(join(project.folder, "terraform.agent.tfstate"), "utf8");
  const resources: { instances: { attributes: Record<string, unknown> }[] }[] = JSON.parse(state).resources;
  const attributes = resources.flatMap(({ instances }) =>
    instances.flatMap((one) => Object.entries(one.attributes)),
  );
  const [, encoded = ""] = needlesOf(rotated);
  const holding = attributes.filter(([, value]) => JSON.stringify(value ?? null).includes(encoded));
  expect(holding.map(([name]) => name)).toEqual(["upload"]);
});

test("verify says whether the machine takes the agent's login, why not, and leaves nothing there", async () => {
  project = new TerminalProject(await machine.makeKey());
  const hostKey = await machine.startSsh("ed25519");
  await project.deployed({ terminal: "ssh", host: MACHINE, hostKeys: [hostKey] });
  const files = () => machine.sh("cd /home/agent; find . /srv/work -printf '%p %s\\n' | sort");
  const before = await files();
  await verifies({ "terminal ssh": "holds" });
  expect(await files()).toBe(before);

  await machine.sh("mv /home/agent/.ssh/authorized_keys /root/kept");
  await verifies({ "terminal ssh": "rejected" });
  await machine.sh("mv /root/kept /home/agent/.ssh/authorized_keys");
  await verifies({ "terminal ssh": "holds" });

  await agent.exec("mv", "/usr/bin/ssh", "/usr/bin/ssh.kept");
  await verifies({ "terminal ssh": "program" });
  await agent.exec("mv", "/usr/bin/ssh.kept", "/usr/bin/ssh");

  await machine.sh("pkill -x sshd");
  await verifies({ "terminal ssh": "unreachable" });
  for (const kind of ["ed25519", "ecdsa"] as const) {
    await machine.startSsh(kind);
    await verifies({ "terminal ssh": "stranger" });
  }
});

describe("in a sandbox of another engine", () => {
  beforeAll(async () => {
    // Small, and has a shell.
    const tree = "bin lib lib64 usr/bin usr/lib64 usr/lib/x86_64-linux-gnu etc/passwd etc/group root tmp";
    const pipe = `docker exec ${MACHINE} tar -C / --ignore-failed-read -c ${tree} | DOCKER_HOST="$0" docker import - ${SANDBOX_IMAGE}`;
    await must("bash", ["-c", pipe, second.host], { env: engine.environment });
  });
  afterEach(async () => {
    const made = (await second.docker("ps", "--all", "--quiet")).split("\n").filter((id) => id !== "");
    if (made.length > 0) await second.docker("rm", "--force", ...made);
    for (const name of readdirSync(work)) rmSync(join(work, name));
  });

  async function works(asked: Pick<Asked, "terminal" | "hostKeys" | "tls">) {
    await project.deployed({ ...asked, host: MACHINE, sandbox: { image: SANDBOX_IMAGE, work } });
    const { ran, wrote } = await askHermes("id -u; pwd; echo made > by-command", "/workspace/by-tool");
    expect(ran.output.trim().split("\n")).toEqual(["10000", "/workspace"]);
    expect(wrote.error).toBeUndefined();
    const owners = readdirSync(work).map((name) => [name, statSync(join(work, name)).uid]);
    expect(owners).toEqual([
      ["by-command", 10000],
      ["by-tool", 10000],
    ]);
    const sandboxes = ["ps", "--all", "--quiet", "--filter", "label=hermes-agent=1"];
    expect((await second.docker(...sandboxes)).split("\n")).toHaveLength(1);
    expect(await engine.docker(...sandboxes)).toBe("");
  }

  test("over SSH commands and files belong to the agent's runtime user", async () => {
    project = new TerminalProject(await machine.makeKey());
    await works({ terminal: "docker over ssh", hostKeys: [await machine.startSsh("ed25519")] });
    await verifies({ "terminal docker": "holds" });
    await machine.sh("chmod 600 /var/run/docker.sock");
    await verifies({ "terminal docker": "engine" });
    await machine.sh("chmod 660 /var/run/docker.sock");
  });

  test("over TLS commands and files belong to the agent's runtime user", async () => {
    const { ca, certificate, key } = await machine.startTls();
    project = new TerminalProject(key);
    await works({ terminal: "docker over tls", tls: { ca, certificate } });
    expect((await agent.exec("stat", "-c", "%U %a", KEY_FILE)).stdout).toBe("hermes 600\n");
    await verifies({ "terminal docker": "holds" });
    await machine.stopTls();
    await verifies({ "terminal docker": "engine" });
  });
});
