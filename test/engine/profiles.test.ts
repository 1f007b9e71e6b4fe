/** Three profiles in one container, each with a gateway of its own. */
import { eventually } from "../eventually";
import type { Agent } from "./agent";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { standIn } from "./images";
import {
  answers,
  environmentOf,
  expectedAnswers,
  foreign,
  gateways,
  homeOf,
  NAMES,
  program,
  secretsIn,
  slackOf,
  VARIABLES,
} from "./profiles-of-tests";
import { startSynthesized } from "./synthesized";
import { FakeServices } from "./verify/services";

const engine = new Engine();
const TAG = "v2026.7.20";

let model: FakeModel;
let services: FakeServices;
let agent: Agent;

const start = (options: Partial<Parameters<typeof program>[0]> = {}) =>
  startSynthesized(engine, {
    name: "several",
    props: program({ release: TAG, model, ...options }),
    variables: VARIABLES,
    image: standIn(TAG),
    run: services.runArguments,
  });

beforeAll(async () => {
  model = await FakeModel.start("The model's answer.", engine.gateway);
  services = await FakeServices.start(engine);
  agent = await start();
});
afterAll(async () => {
  await engine.reset();
  await services.stop();
  await model.stop();
});

const own = () => answers(agent, model, NAMES);

test("each profile answers as itself: with its own model, key, soul and skill", async () => {
  expect(await own()).toEqual(expectedAnswers(NAMES));
});

test.each(NAMES)("the profile %s is connected to Slack with its own tokens", async (name) => {
  await eventually(`${name} is connected`, 60, async () =>
    (await slackOf(agent, name)) === "connected" ? true : undefined,
  );
});

test.each(NAMES)("the gateway of %s and what it starts have no secret of another profile", async (name) => {
  const environment = await environmentOf(agent, name);
  expect(environment).toContain("HOME=");
  expect(secretsIn(environment)).toEqual([]);
});

test.each(
  NAMES,
)("the `.env` of %s has its own secrets, is closed to others, and has no other secret", async (name) => {
  const path = `${homeOf(name)}/.env`;
  const { stdout } = await agent.exec("sh", "-c", `stat -c '%U %a' ${path}; cat ${path}`);
  expect(stdout).toMatch(/^hermes 600\n/);
  expect(secretsIn(stdout)).toEqual(expect.arrayContaining([expect.stringContaining(`of-${name}`)]));
  expect(foreign(name, stdout)).toEqual([]);
});

test("no secret is in the managed files, in the environment of the container's services, or readable below /run and /etc", async () => {
  const { stdout } = await agent.exec(
    "/command/s6-setuidgid",
    "hermes",
    "sh",
    "-c",
    "cat /etc/hermes/.env; grep -rs . /run/s6/container_environment /usr/local/lib/cdktf-hermes /etc/hermes; true",
  );
  expect(stdout).toContain("GATEWAY_MULTIPLEX_PROFILES");
  expect(secretsIn(stdout)).toEqual([]);
});

test("a restart changes nothing, and leaves a gateway down that a person has stopped", async () => {
  await agent.exec("hermes", "-p", "home", "gateway", "stop");
  await engine.docker("restart", "--time", "60", "several");
  expect(await answers(agent, model, ["default", "work"])).toEqual(expectedAnswers(["default", "work"]));
  expect(await gateways(agent, NAMES)).toEqual({ default: "true", work: "true", home: "false" });
  await agent.exec("hermes", "-p", "home", "gateway", "start");
  expect(await own()).toEqual(expectedAnswers(NAMES));
});

test("a profile that the program no longer declares is stopped and kept, without any of its secrets", async () => {
  agent = await start({ profiles: ["work"] });
  expect(await answers(agent, model, ["default", "work"])).toEqual(expectedAnswers(["default", "work"]));
  expect(await gateways(agent, NAMES)).toEqual({ default: "true", work: "true", home: "false" });
  const look = "cd /opt/data/profiles/home && cat SOUL.md cron/jobs.json config.yaml && grep -rs . .";
  const { stdout } = await agent.exec("sh", "-c", look);
  for (const kept of ["the soul of home", "job-of-home", "disabled-in-home", "model-of-home"])
    expect(stdout).toContain(kept);
  expect(secretsIn(stdout)).toEqual([]);
});
