/** The deploy step of the token's workflow in each way in which a deploy by hand or by CapRover's own command goes wrong. */
import { hermesImage } from "../../caprover/hermes-image";
import { Engine } from "../engine";
import { Place, passwordOf, RELEASE, TOKEN } from "./place";

const WORKFLOW = "hermes-image.yml";
const PATH = "/user/apps/appData/hermes";
const STEP = "Deploy hermes";

const engine = new Engine();
let place: Place;
let first: string;

beforeAll(async () => {
  place = await Place.start(engine);
  first = await place.commit({ deploy: "token", tool: "one" });
  await place.addApp(`${place.image}:first`);
  const run = await place.repository.runWorkflow("push", WORKFLOW, place.settings());
  expect(run.failure).toBe("");
  // Images of the registry that no workflow of ours would push.
  await place.asPusher(async () => {
    for (const [tag, label] of [
      ["other-release", "cdktf-hermes.release=v0.21.6"],
      ["unlabelled", "some=label"],
      ["private", `cdktf-hermes.release=${RELEASE}`],
      ["crashing", `cdktf-hermes.release=${RELEASE}`],
    ] as const)
      await place.repository.pushLabelled(`${place.image}:${tag}`, label);
  });
  const { images } = place.captain;
  images.add(`${place.image}:private`, {
    ...hermesImage(RELEASE),
    credentials: { user: "x", password: "y" },
  });
  images.add(`${place.image}:crashing`, { exits: { afterSeconds: 2, code: 1 } });
});
afterAll(() => place.stop());

interface Case {
  readonly tag?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly before?: () => void;
}

const deploy = ({ tag = first, secrets, variables, before }: Case) => {
  before?.();
  return place.repository.runWorkflow("workflow_dispatch", WORKFLOW, place.settings(secrets, variables), {
    tag,
  });
};
const UNTESTED = { CAPROVER_HERMES_REGISTRY_TOKEN: "" };
const byPassword = () => ({
  CAPROVER_HERMES_APP_TOKEN: "",
  CAPROVER_HERMES_PASSWORD: place.captain.password,
});
const noDashboard = { CAPROVER_HERMES_DASHBOARD_URL: "" };

test.each<[string, () => Case]>([
  ["with the token", () => ({})],
  ["with the password", () => ({ secrets: byPassword() })],
  [
    "while CapRover works on another change",
    () => ({
      before: () => place.captain.faults.inject({ effect: "429", times: 2, method: "POST", path: PATH }),
    }),
  ],
  ["while CapRover starts", () => ({ before: () => void place.captain.crashServer() })],
])("a deploy succeeds %s", async (_, given) => {
  const run = await deploy(given());
  expect(run.steps).toContain(`✅ ${STEP}`);
  expect(run.summary).toMatch(/\| ✓ \| gateway runs/);
  expect(place.running()).toEqual([`${place.image}:${first}`]);
});

test.each<[string, () => Case, RegExp]>([
  [
    "without a token and a password",
    () => ({ secrets: { CAPROVER_HERMES_APP_TOKEN: "" } }),
    /neither CAPROVER_APP_TOKEN nor CAPROVER_PASSWORD is set/,
  ],
  [
    "with a wrong token, though CapRover has its first password",
    () => ({ secrets: { CAPROVER_HERMES_APP_TOKEN: "wr0ng" } }),
    /knows no such token/,
  ],
  [
    "with a wrong password",
    () => ({ secrets: { ...byPassword(), CAPROVER_HERMES_PASSWORD: "wr0ng" } }),
    /refused the password&#58; 1105/,
  ],
  ["without a server", () => ({ variables: { CAPROVER_HERMES_URL: "" } }), /set CAPROVER_URL/],
  [
    "of a tag that is not there",
    () => ({ tag: "missing", secrets: UNTESTED }),
    /can&#39;t be read.*not found/,
  ],
  ["of a tag that is none", () => ({ tag: "a b", secrets: UNTESTED }), /"a b" is no tag/],
  ["of another release", () => ({ tag: "other-release" }), /has v0\.21\.6, and the program states/],
  ["of an image that says no release", () => ({ tag: "unlabelled" }), /does not say its release/],
  ["of an image that CapRover may not pull", () => ({ tag: "private" }), /could not pull or start/],
  [
    "whose answer breaks off",
    () => ({
      variables: noDashboard,
      before: () => place.captain.faults.inject({ effect: "reset", method: "POST", path: PATH }),
    }),
    /may have started or not/,
  ],
])("a deploy fails %s, with the reason, and the running agent stays", async (_, given, reason) => {
  const before = place.captain.app("hermes").running;
  const run = await deploy(given());
  expect([run.succeeded, run.steps.at(-1)]).toEqual([false, `❌ ${STEP}`]);
  // The output is a table of a terminal's width, in which a long reason is wrapped.
  expect(run.output + run.summary).toMatch(reason);
  expect(run.output + run.summary + run.asked).not.toMatch(
    new RegExp(`wr0ng|${TOKEN}|${passwordOf("pusher")}`),
  );
  expect(place.captain.app("hermes").running).toEqual(before);
});

test.each<[string, () => Case]>([
  ["the token", () => ({})],
  ["the password", () => ({ secrets: byPassword() })],
])("an agent that crashes again and again fails the deploy, with %s", async (_, given) => {
  const run = await deploy({ ...given(), tag: "crashing" });
  expect([run.succeeded, run.steps.at(-1)]).toEqual([false, `❌ ${STEP}`]);
  expect(run.summary).toContain("after seven minutes");
});

test("a tag that is not there is found with CapRover's own account, before anything is sent to CapRover", async () => {
  const requests = place.captain.requests.length;
  const run = await deploy({ tag: "missing" });
  expect([run.succeeded, run.steps.at(-1)]).toEqual([false, "❌ CapRover's own account can pull the image"]);
  expect(run.output).toMatch(/can't pull \S+:missing: .*not found/);
  expect(place.captain.requests).toHaveLength(requests);
});

test("an account that may not read the registry fails before anything is sent to CapRover", async () => {
  const requests = place.captain.requests.length;
  const run = await deploy({ secrets: { HERMES_REGISTRY_TOKEN: "wr0ng" } });
  expect([run.succeeded, run.steps.at(-1)]).toEqual([false, "❌ docker/login-action"]);
  expect(place.captain.requests).toHaveLength(requests);
});
