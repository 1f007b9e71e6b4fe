/** The workflow that runs `cdktf deploy`, run whole: real builds, a real registry, real Terraform, CapRover's sandbox. */
import { Engine } from "../engine";
import { Place } from "./place";
import { States } from "./states";

const WORKFLOW = "hermes.yml";
const DEPLOY = "Deploy, and wait until the agents run";

const engine = new Engine();
let place: Place;
let states: States;

const commit = (tool: string, memoryMiB = 2048) =>
  place.commit({ deploy: "terraform", states: states.address, tool, memoryMiB });
const push = (secrets: Readonly<Record<string, string>> = {}) =>
  place.repository.runWorkflow("push", WORKFLOW, place.terraformSettings(secrets));

beforeAll(async () => {
  place = await Place.start(engine);
  states = await States.start();
  await commit("one");
  expect((await push()).failure).toBe("");
});
afterAll(async () => {
  await states.stop();
  await place.stop();
});

test("a change of the agent alone builds nothing, and is deployed", async () => {
  const image = place.repository.image();
  await commit("one", 3072);
  const run = await push();
  expect(run.failure).toBe("");
  expect(run.steps).not.toContain("✅ docker/build-push-action");
  expect(place.running()).toEqual([image]);
});

test("the daily look reads the state, and works", async () => {
  const run = await place.repository.runWorkflow(
    "workflow_dispatch",
    "hermes-verify.yml",
    place.terraformSettings(),
  );
  expect(run.failure).toBe("");
  expect(run.steps).toEqual(expect.arrayContaining(["✅ Read the state", "✅ Verify"]));
});

test("a wrong password of CapRover fails the deploy with the reason, and the agent keeps running", async () => {
  await commit("two");
  const before = place.captain.app("hermes").running;
  const run = await push({ CAPROVER_HERMES_PASSWORD: "wr0ng-password" });
  expect(run.steps.at(-1)).toBe(`❌ ${DEPLOY}`);
  expect(run.output).toMatch(/password/i);
  expect(run.output).not.toContain("wr0ng-password");
  expect(place.captain.app("hermes").running).toEqual(before);
});

test("a workflow that somebody changed by hand fails the check, and nothing is built or deployed", async () => {
  await commit("three");
  const requests = place.captain.requests.length;
  await place.repository.edit(".github/workflows/hermes-verify.yml", (text) =>
    text.replace("17 5 * * *", "0 0 1 1 *"),
  );
  const run = await push();
  expect([run.succeeded, run.jobs]).toEqual([false, ["Check"]]);
  expect(run.output).toMatch(/\+ +- cron: 17 5 \* \* \*/);
  expect(place.captain.requests).toHaveLength(requests);
});
