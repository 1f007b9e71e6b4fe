/** One fault at each request of an app's life: a second apply repairs it, and nothing is ever lost. */
import type { CapRoverSandbox, FaultEffect } from "cdktf-hermes/testing";
import { finished } from "../../terraform";
import { AGENT, AGENT_V2, agentBlock, sandbox } from "../agent";
import { describeInSandbox } from "../scene";
import { forgetBundle, Workspace } from "../workspace";

jest.setTimeout(3_600_000);
afterAll(forgetBundle);

type Kind = Extract<FaultEffect, string> | "terraform killed";
const KINDS: readonly Kind[] = [
  "429",
  "500",
  "reset",
  "hang",
  "truncated",
  "1106",
  "server crash",
  "server restart",
  "terraform killed",
];
/** Only an owner's own creation is resumed when the app runs already. */
const OWNER = 'owner = "matrix"';
/** More of these run side by side than there are cores: most of their time is waiting. */
const AT_ONCE = 4;
/** Polls of the same thing are alike; the first ones and every write count. */
const READS_OF_A_KIND = 2;

const settings = (mode: string) => `
  environment = { MODE = "${mode}" }
  secret_environment_wo = { API_KEY = "s3cret-${mode}" }
  secret_environment_wo_version = ${mode === "one" ? 1 : 2}
  basic_auth = { user = "greg", password_wo = "hunter2hunter2" }
  deploy_token_enabled = true
  deploy_token_wo = "token-0123456789"
`;
const FIRST = agentBlock(settings("one"));
const SECOND = agentBlock(settings("two"), { image: AGENT_V2 });

interface Operation {
  readonly name: string;
  /** What is there before. */
  prepare(workspace: Workspace, captain: CapRoverSandbox): Promise<void>;
  readonly body: string;
  readonly args: readonly string[];
  readonly wanted: { readonly mode: string; readonly image: string } | undefined;
}

async function applyFirst(workspace: Workspace, captain: CapRoverSandbox): Promise<void> {
  await workspace.apply(FIRST);
  captain.volume("agent-data")?.files.set("kept", "yes");
}

const APPLY = ["apply", "-auto-approve", "-no-color"];
const OPERATIONS: readonly Operation[] = [
  {
    name: "create",
    prepare: async () => {},
    body: FIRST,
    args: APPLY,
    wanted: { mode: "one", image: AGENT },
  },
  {
    name: "update",
    prepare: applyFirst,
    body: SECOND,
    args: APPLY,
    wanted: { mode: "two", image: AGENT_V2 },
  },
  {
    name: "deploy",
    prepare: applyFirst,
    body: agentBlock(settings("one"), { image: AGENT_V2 }),
    args: APPLY,
    wanted: { mode: "one", image: AGENT_V2 },
  },
  { name: "read", prepare: applyFirst, body: FIRST, args: APPLY, wanted: { mode: "one", image: AGENT } },
  {
    name: "import",
    async prepare(workspace, captain) {
      await applyFirst(workspace, captain);
      await finished(workspace.start(["state", "rm", "caprover_app.agent"]));
    },
    body: FIRST,
    args: ["import", "-no-color", "caprover_app.agent", "agent?secret=API_KEY"],
    wanted: { mode: "one", image: AGENT },
  },
  { name: "destroy", prepare: applyFirst, body: "", args: APPLY, wanted: undefined },
];

interface Target {
  readonly method: string;
  readonly path: string;
  /** Which of several equal requests, from 1. */
  readonly nth: number;
}
interface Case {
  readonly operation: Operation;
  readonly target: Target;
  readonly kind: Kind;
  readonly at: "arrival" | "answer";
}
const title = ({ operation, target, kind, at }: Case): string =>
  `${operation.name}: ${kind} at the ${at} of ${target.method} ${target.path} #${target.nth}`;

describeInSandbox("faults", () => {
  it("a fault at any request costs at most a second apply", async () => {
    const cases = (await Promise.all(OPERATIONS.map(casesOf))).flat();
    const only = process.env["FAULT_CASES"];
    const chosen = cases.filter((one) => only === undefined || title(one).includes(only));
    const problems: string[] = [];
    let next = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let index = next++; index < chosen.length; index = next++) {
          const one = chosen[index];
          if (one !== undefined)
            problems.push(...(await run(one)).map((problem) => `${title(one)}: ${problem}`));
        }
      }),
    );
    process.stderr.write(`fault matrix: ${chosen.length} cases, ${problems.length} problems\n`);
    expect(problems).toEqual([]);
  });
});

/** Records an undisturbed operation, and makes a case of each of its requests with each fault. */
async function casesOf(operation: Operation): Promise<Case[]> {
  const captain = await sandbox();
  const workspace = await Workspace.make(captain.environment, OWNER);
  try {
    await operation.prepare(workspace, captain);
    const before = captain.requests.length;
    await workspace.write(operation.body);
    const { code, output } = await finished(workspace.start(operation.args));
    if (code !== 0) throw new Error(output);
    const seen = new Map<string, number>();
    const targets = captain.requests.slice(before).flatMap(({ method, path }): Target[] => {
      const key = `${method} ${path}`;
      const nth = (seen.get(key) ?? 0) + 1;
      seen.set(key, nth);
      return method === "GET" && nth > READS_OF_A_KIND ? [] : [{ method, path, nth }];
    });
    return targets.flatMap((target) =>
      KINDS.flatMap((kind) => {
        const twice = target.method !== "GET" && !["429", "1106", "truncated"].includes(kind);
        const at: Case["at"][] =
          kind === "truncated" ? ["answer"] : twice ? ["arrival", "answer"] : ["arrival"];
        return at.map((moment): Case => ({ operation, target, kind, at: moment }));
      }),
    );
  } finally {
    await workspace.close();
    await captain.stop();
  }
}

async function run({ operation, target, kind, at }: Case): Promise<string[]> {
  const captain = await sandbox();
  const workspace = await Workspace.make(captain.environment, OWNER);
  try {
    await operation.prepare(workspace, captain);
    await workspace.write(operation.body);
    const { method, path, nth } = target;
    if (nth > 1) captain.faults.inject({ method, path, effect: () => {}, times: nth - 1 });
    const child = workspace.start(operation.args);
    const killAll = () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    captain.faults.inject({ method, path, at, effect: kind === "terraform killed" ? killAll : kind });
    await finished(child);
    captain.faults.clear();
    if (operation.name === "import") {
      await finished(workspace.start(operation.args));
    }
    const second = await workspace.tryApply();
    const problems = second.code === 0 ? [] : [`the second apply failed: ${second.output}`];
    const plan = await workspace.plan(operation.body);
    if (plan.code !== 0) problems.push(`the plan after it is not empty: ${plan.output}`);
    return [...problems, ...lost(captain, operation)];
  } catch (error) {
    return [String(error)];
  } finally {
    await workspace.close();
    await captain.stop();
  }
}

/** What runs, compared with what was asked for. */
function lost(captain: CapRoverSandbox, { name, wanted }: Operation): string[] {
  const problems = captain.overlaps.map(
    (overlap) => `two containers on the data: ${JSON.stringify(overlap)}`,
  );
  const check = (what: string, isFine: boolean) => {
    if (!isFine) problems.push(`${what} is not as it should be`);
  };
  if (name !== "create") check("the data", captain.volume("agent-data")?.files.get("kept") === "yes");
  if (wanted === undefined) {
    check("the list of apps", captain.appNames.length === 0);
    return problems;
  }
  const { definition, running, service } = captain.app("agent");
  const environment = Object.fromEntries(definition.envVars.map(({ key, value }) => [key, value]));
  check(
    "the saved environment",
    environment["MODE"] === wanted.mode && environment["API_KEY"] === `s3cret-${wanted.mode}`,
  );
  check("the service's environment", service?.wanted.env["MODE"] === wanted.mode);
  check("the service's image", service?.wanted.image === wanted.image);
  check("the volume", JSON.stringify(definition.volumes).includes("agent-data"));
  check("basic auth", definition.httpAuth?.user === "greg");
  check("the deploy token", definition.appDeployTokenConfig?.appDeployToken === "token-0123456789");
  check("the number of containers", running.length === 1);
  return problems;
}
