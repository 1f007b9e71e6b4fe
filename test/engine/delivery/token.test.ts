/** The workflow of an image that is deployed by token, run whole: real builds, a real registry, CapRover's sandbox. */
import { Engine } from "../engine";
import { Place, passwordOf } from "./place";

const WORKFLOW = "hermes-image.yml";
const DEPLOY = "✅ Deploy hermes";

const engine = new Engine();
let place: Place;
let first: string;

beforeAll(async () => {
  place = await Place.start(engine);
  first = await place.commit({ deploy: "token", tool: "one" });
  await place.addApp(`${place.image}:first`);
  const run = await place.repository.runWorkflow("push", WORKFLOW, place.settings());
  expect(run.failure).toBe("");
});
afterAll(() => place.stop());

test("the image has what the program copies into it, and what its commands made of that", async () => {
  const name = `${place.image}:${first}`;
  const { stdout } = await place.asPusher(() =>
    place.repository.docker("run", "--rm", "--entrypoint", "cat", name, "/usr/local/bin/tool", "/etc/tool"),
  );
  expect(stdout).toBe("#!/bin/sh\necho one\none\n");
});

test("a commit that leaves the context as it is builds nothing, and the same bytes are deployed under its name", async () => {
  const commit = await place.commit({ deploy: "token", tool: "one", memoryMiB: 3072 });
  const run = await place.repository.runWorkflow("push", WORKFLOW, place.settings());
  expect(run.failure).toBe("");
  expect(run.steps).not.toContain("✅ docker/build-push-action");
  expect(await place.digest(commit)).toBe(await place.digest(first));
  expect(place.running()).toEqual([`${place.image}:${commit}`]);
});

test("a run by hand with a tag deploys that tag without a build", async () => {
  await place.commit({ deploy: "token", tool: "two" });
  const run = await place.repository.runWorkflow("workflow_dispatch", WORKFLOW, place.settings(), {
    tag: first,
  });
  expect([run.failure, run.jobs]).toEqual(["", ["Deploy"]]);
  expect(place.running()).toEqual([`${place.image}:${first}`]);
});

test("a pull request builds without an account, and pushes and deploys nothing", async () => {
  const commit = await place.commit({ deploy: "token", tool: "three" });
  const before = place.captain.requests.length;
  const run = await place.repository.runWorkflow("pull_request", WORKFLOW, { variables: {}, secrets: {} });
  expect([run.failure, run.jobs]).toEqual(["", ["Build without push"]]);
  expect(run.asked).toContain("docker buildx build");
  expect(run.asked).not.toMatch(/--push|docker login/);
  expect(await place.digest(commit)).toBe("");
  expect(place.captain.requests).toHaveLength(before);
});

test.each([
  ["that the registry does not know", "caprover", "wrong", /does not take CapRover's account caprover/],
  [
    "that may not pull",
    "stranger",
    passwordOf("stranger"),
    /CapRover's account stranger can't pull .*403 Forbidden/,
  ],
] as const)("with an account of CapRover %s nothing is deployed, and the agent keeps running", async (_, name, token, reason) => {
  const before = place.captain.app("hermes").running;
  const settings = place.settings(
    { CAPROVER_HERMES_REGISTRY_TOKEN: token },
    { CAPROVER_HERMES_REGISTRY_USER: name },
  );
  const run = await place.repository.runWorkflow("workflow_dispatch", WORKFLOW, settings, { tag: first });
  expect(run.succeeded).toBe(false);
  expect(run.steps.at(-1)).toBe("❌ CapRover's own account can pull the image");
  expect(run.output).toMatch(reason);
  expect(place.captain.app("hermes").running).toEqual(before);
});

test("without an account of CapRover the summary says that its pull was not tested", async () => {
  const settings = place.settings({ CAPROVER_HERMES_REGISTRY_TOKEN: "" });
  const run = await place.repository.runWorkflow("workflow_dispatch", WORKFLOW, settings, { tag: first });
  expect(run.steps).toContain(DEPLOY);
  expect(run.summary).toContain("not tested, because CAPROVER_HERMES_REGISTRY_TOKEN is not set");
});

test("the daily look works without a state of Terraform, and fails loudly without CapRover's password", async () => {
  const look = (secrets: Readonly<Record<string, string>>) =>
    place.repository.runWorkflow("workflow_dispatch", "hermes-verify.yml", place.settings(secrets));
  const seen = await look({ CAPROVER_HERMES_PASSWORD: place.captain.password });
  expect(seen.summary).toMatch(/app runs/);
  expect(seen.output).not.toContain("never initialized");
  const blind = await look({});
  expect([blind.succeeded, blind.steps.at(-1)]).toEqual([false, "❌ Verify"]);
  expect(blind.summary).toContain("the CapRover server wants its password");
});

test("no secret is in the log, in a summary, in an argument of a program or in a committed file", async () => {
  const settings = place.settings({
    CAPROVER_HERMES_PASSWORD: place.captain.password,
    CAPROVER_HERMES_BASIC_AUTH: "ada:b4sic-of-the-tests",
  });
  const run = await place.repository.runWorkflow("workflow_dispatch", WORKFLOW, settings, { tag: first });
  expect(run.steps).toContain(DEPLOY);
  expect(run.asked).toContain("npx cdktf-hermes deploy-image agent/hermes");
  expect(place.shownSecrets(run, "b4sic-of-the-tests")).toEqual([]);
});
