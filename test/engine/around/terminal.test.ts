import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../eventually";
import { Agent } from "../agent";
import { Engine } from "../engine";
import { HubMirror } from "../hub-mirror";
import { MACHINE, Machine } from "../machine";
import { DIRECTORY_VARIABLE, enginePaths } from "../paths";
import { must } from "../run";
import type { Asked } from "../terminal-program/asked";
import { askHermes, foundIn, KEY_FILE, needlesOf, TerminalProject } from "../terminal-project";

const engine = new Engine();
const second = new Engine(enginePaths({ [DIRECTORY_VARIABLE]: `${enginePaths().root}-terminal` }, 1));
const agent = Agent.named(engine, "hermes");
const SANDBOX_IMAGE = "sandbox";
/** A directory of the second engine's host. */
const work = mkdtempSync(join(tmpdir(), "work-"));

let hub: HubMirror;
let machine: Machine;
let project: TerminalProject;

/** How many processes of Hermes there are to be looked at. */
async function processesOfHermes(): Promise<number> {
  const { stdout } = await agent.exec(
    "sh",
    "-c",
    "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o 'hermes gateway' | wc -l",
  );
  return Number(stdout);
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

test("a rotated key arrives at the next apply, with profiles too, and no process of any gateway has it as a variable", async () => {
  const first = await machine.makeKey();
  const hostKey = await machine.startSsh("ed25519");
  project = new TerminalProject(engine, first);
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
  for (const key of [first, rotated]) expect(await foundIn(engine, agent, key)).toEqual([]);
  const { ran } = await askHermes(engine, "id -un", "/srv/work/by-tool");
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
  project = new TerminalProject(engine, await machine.makeKey());
  const hostKey = await machine.startSsh("ed25519");
  await project.deployed({ terminal: "ssh", host: MACHINE, hostKeys: [hostKey] });
  const files = () => machine.sh("cd /home/agent; find . /srv/work -printf '%p %s\\n' | sort");
  const before = await files();
  await project.verifies({ "terminal ssh": "holds" });
  expect(await files()).toBe(before);

  await machine.sh("mv /home/agent/.ssh/authorized_keys /root/kept");
  await project.verifies({ "terminal ssh": "rejected" });
  await machine.sh("mv /root/kept /home/agent/.ssh/authorized_keys");
  await project.verifies({ "terminal ssh": "holds" });

  await agent.exec("mv", "/usr/bin/ssh", "/usr/bin/ssh.kept");
  await project.verifies({ "terminal ssh": "program" });
  await agent.exec("mv", "/usr/bin/ssh.kept", "/usr/bin/ssh");

  await machine.sh("pkill -x sshd");
  await project.verifies({ "terminal ssh": "unreachable" });
  for (const kind of ["ed25519", "ecdsa"] as const) {
    await machine.startSsh(kind);
    await project.verifies({ "terminal ssh": "stranger" });
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
    const { ran, wrote } = await askHermes(
      engine,
      "id -u; pwd; echo made > by-command",
      "/workspace/by-tool",
    );
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
    project = new TerminalProject(engine, await machine.makeKey());
    await works({ terminal: "docker over ssh", hostKeys: [await machine.startSsh("ed25519")] });
    await project.verifies({ "terminal docker": "holds" });
    await machine.sh("chmod 600 /var/run/docker.sock");
    await project.verifies({ "terminal docker": "engine" });
    await machine.sh("chmod 660 /var/run/docker.sock");
  });

  test("over TLS commands and files belong to the agent's runtime user", async () => {
    const { ca, certificate, key } = await machine.startTls();
    project = new TerminalProject(engine, key);
    await works({ terminal: "docker over tls", tls: { ca, certificate } });
    expect((await agent.exec("stat", "-c", "%U %a", KEY_FILE)).stdout).toBe("hermes 600\n");
    await project.verifies({ "terminal docker": "holds" });
    await machine.stopTls();
    await project.verifies({ "terminal docker": "engine" });
  });
});
