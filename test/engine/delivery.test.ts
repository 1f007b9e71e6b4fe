/** What the workflows are for, run whole: a push is built, deployed and seen to run, by token and by Terraform. */

import { Place, RELEASE } from "./delivery/place";
import { States } from "./delivery/states";
import { Engine } from "./engine";

const engine = new Engine();
let place: Place;
let states: States;

beforeAll(async () => {
  place = await Place.start(engine);
  states = await States.start();
});
afterAll(async () => {
  await states.stop();
  await place.stop();
});

/** The image by the hash of its build context. */
const contextTag = () => /:([0-9a-f]{16})$/.exec(place.repository.image())?.[1] ?? "";

test("by token a push builds the context once, names it by context, commit and latest with one digest and a provenance, and deploys it", async () => {
  const commit = await place.commit({ deploy: "token", tool: "one" });
  await place.addApp(`${place.image}:first`);
  const run = await place.repository.runWorkflow("push", "hermes-image.yml", place.settings());
  expect([run.failure, run.jobs]).toEqual(["", ["Build and push", "Name the image", "Deploy"]]);
  expect(run.summary).toContain("its account may pull");
  expect(run.summary).toMatch(/\| ✓ \| gateway runs \| <code>version/);
  expect(place.running()).toEqual([`${place.image}:${commit}`]);

  const digests = await Promise.all([contextTag(), commit, "latest"].map((tag) => place.digest(tag)));
  expect(new Set(digests).size).toBe(1);
  expect(digests[0]).toMatch(/^"sha256:[0-9a-f]{64}"$/);
  const [image, attestation, ...others] = await place.manifests(contextTag());
  expect(image).toMatchObject({ platform: { os: "linux", architecture: "amd64" } });
  expect(attestation).toMatchObject({
    annotations: {
      "vnd.docker.reference.type": "attestation-manifest",
      "vnd.docker.reference.digest": Object(image).digest,
    },
  });
  expect(others).toEqual([]);
  const provenance = JSON.stringify(await place.provenance(contextTag()));
  expect(provenance).toContain(`base/hermes-agent@${RELEASE}`);
  expect(place.shownSecrets(run)).toEqual([]);
});

test("by Terraform a push checks, builds, deploys exactly the context that the program names, and verifies", async () => {
  // What the test by token has left.
  await place.user.call("POST", "/user/apps/appDefinitions/delete", { appName: "hermes" });
  await place.commit({ deploy: "terraform", states: states.address, tool: "two" });
  const run = await place.repository.runWorkflow("push", "hermes.yml", place.terraformSettings());
  expect([run.failure, run.jobs]).toEqual(["", ["Check", "Build and push", "Name the image", "Deploy"]]);
  expect(run.steps).toEqual(
    expect.arrayContaining([
      "✅ The committed workflows are what the program renders",
      "✅ Deploy, and wait until the agents run",
      "✅ Verify",
    ]),
  );
  expect(place.running()).toEqual([`${place.image}:${contextTag()}`]);
  expect(run.summary).toContain("app runs");
  expect(place.shownSecrets(run)).toEqual([]);
});
