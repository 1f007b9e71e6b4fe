import { Agent } from "./agent";
import { Engine } from "./engine";
import { HubMirror } from "./hub-mirror";
import { MACHINE, Machine } from "./machine";
import { DIRECTORY_VARIABLE, enginePaths } from "./paths";
import type { Asked } from "./terminal-program/asked";
import { askHermes, foundIn, KEY_FILE, needlesOf, TerminalProject } from "./terminal-project";

const engine = new Engine();
const second = new Engine(enginePaths({ [DIRECTORY_VARIABLE]: `${enginePaths().root}-terminal` }, 1));
const agent = Agent.named(engine, "hermes");

let hub: HubMirror;
let machine: Machine;
let project: TerminalProject;

beforeAll(async () => {
  await second.start();
  hub = await HubMirror.start(engine);
  machine = await Machine.start(engine, second);
});
afterAll(async () => {
  await hub.stop();
  await engine.reset();
  await second.stop();
});
afterEach(() => project.remove());

test("over SSH the real Hermes' commands and file tools work as the user there, with a key that only it reads", async () => {
  const key = await machine.makeKey();
  const hostKey = await machine.startSsh("ed25519");
  project = new TerminalProject(engine, key);
  const asked: Asked = { terminal: "ssh", host: MACHINE, hostKeys: [hostKey] };
  const printed = await project.deployed(asked);
  for (const needle of needlesOf(key)) expect(printed).not.toContain(needle);
  expect((await agent.exec("stat", "-c", "%U %a", KEY_FILE)).stdout).toBe("hermes 600\n");
  expect(await foundIn(engine, agent, key)).toEqual([]);
  await project.verifies({ "terminal ssh": "holds" });

  const { ran, wrote } = await askHermes(
    engine,
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
    const { ran } = await askHermes(engine, "echo reached > /srv/work/reached", "/srv/work/reached");
    expect(JSON.stringify(ran)).toMatch(/[Hh]ost key/);
  }
  expect(await machine.sh("ls /srv/work")).not.toContain("reached");

  expect(await project.plan("agent")).toMatchObject({
    resource_changes: [{ change: { actions: ["no-op"] } }],
  });
});
