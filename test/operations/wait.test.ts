import type { ContainerState } from "../../lib/hermes/observation";
import { type AgentAccess, Unreachable } from "../../lib/operations/access/access";
import { verifyWithin, type WaitOptions } from "../../lib/operations/wait";
import { ON_DOCKER } from "./manifests";

const { platforms: _, login: __, model: ___, services: ____, ...BARE } = ON_DOCKER;
const MANIFEST = { ...BARE, services: {}, platforms: {} };
const DEPLOYED = { state: "deployed", manifest: MANIFEST, asDeclared: true } as const;

const CONTAINER: ContainerState = {
  running: true,
  restarting: false,
  paused: false,
  restarts: 0,
  health: "healthy",
  exitCode: 0,
  outOfMemory: false,
  upSeconds: 60,
  startedMs: 1_000_000,
  declaredImage: true,
  image: "hermes:1",
  createdMs: Date.parse("2026-11-28T05:00:00Z"),
};

/** One answer for each look, the last one for all further looks. */
function answering<Answer extends object | string>(
  ...answers: readonly (Answer | Error)[]
): () => Promise<Answer> {
  let at = 0;
  return async () => {
    const answer = answers[Math.min(at++, answers.length - 1)];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("no answer");
    return answer;
  };
}

const seen = (more: object = {}) =>
  JSON.stringify({ gateway: { alive: true, startedMs: 1_000_000 }, model: { name: "a" }, ...more });

const verify = (access: AgentAccess, options: Partial<WaitOptions> = {}) =>
  verifyWithin(MANIFEST, DEPLOYED, {
    ...{ ask: false, askSeconds: 1, waitSeconds: 30, pollSeconds: 0.01, apartSeconds: 0.01 },
    ...options,
    access: () => access,
  });

const failures = ({ conditions }: Awaited<ReturnType<typeof verify>>) =>
  conditions.filter(({ result }) => result === "fails").map(({ condition, failure }) => [condition, failure]);

const good: AgentAccess = { container: answering(CONTAINER), run: answering(seen()), log: answering("") };

test("an agent that holds all at once is looked at twice, and holds", async () => {
  const run = jest.fn(good.run);
  expect(failures(await verify({ ...good, run }))).toEqual([]);
  expect(run).toHaveBeenCalledTimes(2);
});

test.each([
  [
    "whose health is not decided yet",
    { container: answering({ ...CONTAINER, health: "starting" }, CONTAINER) },
  ],
  [
    "whose container is not there yet",
    { container: answering<ContainerState>(new Unreachable("none", true), CONTAINER) },
  ],
  [
    "whose engine does not answer yet",
    { container: answering<ContainerState>(new Unreachable("no answer"), CONTAINER) },
  ],
  ["whose gateway starts", { run: answering(seen({ gateway: { alive: false } }), seen()) }],
  ["whose probe answers nothing yet", { run: answering("", seen()) }],
])("an agent %s is waited for", async (_, access) => {
  const report = jest.fn();
  expect(failures(await verify({ ...good, ...access }, { report }))).toEqual([]);
  expect(report).toHaveBeenCalled();
});

test.each<[string, AgentAccess]>([
  ["its gateway", { run: answering(seen(), seen({ gateway: { alive: true, startedMs: 1_090_000 } })) }],
  ["its container", { container: answering(CONTAINER, { ...CONTAINER, startedMs: 1_090_000 }) }],
])("an agent that looks well and starts %s again meanwhile is in a loop", async (_, access) => {
  expect(failures(await verify({ ...good, ...access }))).toEqual([["gateway", "loop"]]);
});

test("what does not hold in time is said", async () => {
  const dead = { ...good, run: answering(seen({ gateway: { alive: false } })) };
  expect(failures(await verify(dead, { waitSeconds: 0.05 }))).toEqual([["gateway", "dead"]]);
});

test("the model is asked once, when all else holds, and its answer counts after the second look", async () => {
  const asked: boolean[] = [];
  const answer = { by: "gateway", exact: true };
  const run = async (_: string, argument: string) => {
    const { ask } = JSON.parse(argument);
    asked.push(ask);
    return seen({ gateway: { alive: asked.length > 1, startedMs: 1_000_000 }, ...(ask && { answer }) });
  };
  const { conditions } = await verify({ ...good, run }, { ask: true });
  expect(conditions.find(({ condition }) => condition === "answer")).toMatchObject({ result: "holds" });
  expect(asked).toEqual([false, false, true, false]);
});

test("a person is asked for secrets once, however often the agent is looked at", async () => {
  const secrets = jest.fn(async () => ({}));
  const run = answering(seen({ gateway: { alive: false } }), seen({ gateway: { alive: false } }), seen());
  await verify({ ...good, run }, { secrets });
  expect(secrets).toHaveBeenCalledTimes(1);
});

test("an agent that is not deployed is not waited for", async () => {
  const missing = { state: "not-deployed", why: "it has no state" } as const;
  const options = { ask: false, askSeconds: 1, waitSeconds: 600, access: () => good };
  expect(await verifyWithin(MANIFEST, missing, options)).toMatchObject({ state: "not-deployed" });
});
