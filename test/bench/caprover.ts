/** What a plan of many CapRover apps costs, and how long the provider takes to start. */
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { CapRoverSandbox } from "../../lib/testing";
import { bundleProvider } from "../../scripts/bundle-provider";
import { CaptainClient } from "../caprover-contract/captain-client";
import { Workspace } from "../provider/workspace";
import { finished } from "../terraform";
import { type Comparison, type Count, compare } from "./measure";
import { startOf } from "./plugin-start";

const APPS = 300;
const ROUNDS = 3;
const SPEED = 2000;

export const caproverStart = (): Promise<Comparison> => startOf((directory) => bundleProvider(directory));

interface Plan {
  readonly comparison: Comparison;
  readonly lists: number;
  readonly memoryMiB: number;
}
let measured: Promise<Plan> | undefined;
const once = (): Promise<Plan> => {
  measured ??= measurePlan();
  return measured;
};

export const plan300 = async (): Promise<Comparison> => (await once()).comparison;
export const listRequests = async (): Promise<Count> => ({ count: (await once()).lists });
export const providerMemory = async (): Promise<Count> => ({ count: (await once()).memoryMiB });

async function measurePlan(): Promise<Plan> {
  const captain = await CapRoverSandbox.start({ speed: SPEED });
  const spaces: Workspace[] = [];
  try {
    await makeApps(captain);
    const many = await adopted(captain, APPS);
    const one = await adopted(captain, 1);
    spaces.push(many, one);
    const ours: number[] = [];
    const baseline: number[] = [];
    let lists = 0;
    for (let round = 0; round < ROUNDS; round++) {
      baseline.push(await timedPlan(one));
      const before = captain.requests.length;
      ours.push(await timedPlan(many));
      lists = captain.requests
        .slice(before)
        .filter(({ path }) => path === "/user/apps/appDefinitions").length;
    }
    return { comparison: compare(ours, baseline), lists, memoryMiB: await peakMemory(many) };
  } finally {
    for (const space of spaces) await space.close();
    await captain.stop();
  }
}

async function makeApps(captain: CapRoverSandbox): Promise<void> {
  const user = new CaptainClient(captain.url, captain.password);
  await user.logIn();
  for (let index = 0; index < APPS; index++) await user.register(`app-${index}`, false);
  await captain.clock.until(() => captain.appNames.every((name) => !captain.app(name).isBuilding), 3600);
}

/**
 * A state with the first of the apps, each a resource of its own, as synthesis writes them. A `for_each` over as many
 * would take Terraform itself ten times as long, because it evaluates it again for each of them.
 */
async function adopted(captain: CapRoverSandbox, count: number): Promise<Workspace> {
  const workspace = await Workspace.make(captain.environment);
  const names = Array.from({ length: count }, (_, index) => `app-${index}`);
  const resources = names.map((name) => `resource "caprover_app" "${name}" {\n  name = "${name}"\n}\n`);
  const imports = names.map((name) => `import {\n  to = caprover_app.${name}\n  id = "${name}"\n}\n`);
  await workspace.apply([...resources, ...imports].join(""));
  await workspace.write(resources.join(""));
  return workspace;
}

const PLAN = ["plan", "-no-color", "-detailed-exitcode"];

async function timedPlan(workspace: Workspace): Promise<number> {
  const started = performance.now();
  await unchanged(workspace.start(PLAN));
  return performance.now() - started;
}

/** In a plan of its own: it is watched closely, to see growth in its last moments too, and so can't be timed. */
async function peakMemory(workspace: Workspace): Promise<number> {
  const child = workspace.start(PLAN);
  let memoryMiB = 0;
  const watch = setInterval(() => {
    memoryMiB = Math.max(memoryMiB, peakOfChildren(child.pid ?? 0));
  }, 5);
  await unchanged(child);
  clearInterval(watch);
  return memoryMiB;
}

async function unchanged(plan: ChildProcess): Promise<void> {
  const { code, output } = await finished(plan);
  if (code !== 0) throw new Error(output);
}

/** Peak resident memory of the largest child process on Linux; 0 elsewhere. */
function peakOfChildren(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const children = threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")
        .split(" ")
        .filter((child) => child !== ""),
    );
    const peaks = children.map(
      (child) => /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child}/status`, "utf8"))?.[1],
    );
    return Math.round(Math.max(0, ...peaks.map((kib) => Number(kib ?? 0))) / 1024);
  } catch {
    return 0;
  }
}
