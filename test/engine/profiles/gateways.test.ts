/** Profiles behind one gateway on 0.19.0, and behind gateways of their own on the releases before it. */
import { eventually } from "../../eventually";
import type { Agent } from "../agent";
import { Engine } from "../engine";
import { FakeModel } from "../fake-model";
import { imageOfVersion, type StandInTag, standIn } from "../images";
import {
  answers,
  environmentOf,
  expectedAnswers,
  expectedMinds,
  foreign,
  gateways,
  homeOf,
  minds,
  NAMES,
  program,
  SECRETS,
  secretsIn,
  VARIABLES,
} from "../profiles-of-tests";
import { startSynthesized } from "../synthesized";
import { FakeServices } from "../verify/services";

const engine = new Engine();

let model: FakeModel;
let services: FakeServices;

beforeAll(async () => {
  model = await FakeModel.start("The model's answer.", engine.gateway);
});
beforeEach(async () => {
  services = await FakeServices.start(engine);
});
afterEach(async () => {
  await engine.reset();
  await services.stop();
});
afterAll(() => model.stop());

const start = (image: string, options: Omit<Parameters<typeof program>[0], "model">): Promise<Agent> =>
  startSynthesized(engine, {
    name: "several",
    props: program({ model, ...options }),
    variables: VARIABLES,
    image,
    run: services.runArguments,
  });

test.each([
  ["0.17.0", "v2026.6.19"],
  ["0.18.2", "v2026.7.7.2"],
])("on %s each profile answers as itself, without another's secrets, and the next release keeps it so", async (version, release) => {
  let agent = await start(await imageOfVersion(engine, version), { release });
  expect(await answers(agent, model, NAMES)).toEqual(expectedAnswers(NAMES));
  expect(await minds(agent, NAMES)).toEqual(expectedMinds(NAMES));
  for (const name of NAMES) expect(secretsIn(await environmentOf(agent, name))).toEqual([]);
  await agent.exec("hermes", "-p", "home", "gateway", "stop");
  agent = await start(standIn("v2026.7.20"), { release: "v2026.7.20" });
  expect(await answers(agent, model, ["default", "work"])).toEqual(expectedAnswers(["default", "work"]));
  // A person has stopped it before the upgrade.
  expect(await gateways(agent, NAMES)).toEqual({ default: "true", work: "true", home: "false" });
  await agent.exec("hermes", "-p", "home", "gateway", "start");
  expect(await answers(agent, model, NAMES)).toEqual(expectedAnswers(NAMES));
  expect(await minds(agent, NAMES)).toEqual(expectedMinds(NAMES));
  for (const name of NAMES) {
    const { stdout } = await agent.exec("cat", `${homeOf(name)}/.env`, `${homeOf(name)}/config.yaml`);
    expect(foreign(name, stdout + (await environmentOf(agent, name)))).toEqual([]);
  }
});

test.each<StandInTag>([
  "v2026.7.30",
  "v2026.8.3",
])("on the stand-in for %s each profile answers as itself, also when its container is killed in the middle of boots", async (release) => {
  const agent = await start(standIn(release), { release });
  expect(await answers(agent, model, NAMES)).toEqual(expectedAnswers(NAMES));
  // Each a little later in the boot: before, in and after the merge.
  for (const seconds of [0.3, 0.6, 1, 1.5, 2.5, 4]) {
    await engine.docker("kill", "several");
    await engine.docker("start", "several");
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
  await engine.docker("kill", "several");
  await engine.docker("start", "several");
  expect(await answers(agent, model, NAMES)).toEqual(expectedAnswers(NAMES));
  expect(await gateways(agent, NAMES)).toEqual({ default: "true", work: "true", home: "true" });
  for (const name of NAMES) expect(secretsIn(await environmentOf(agent, name))).toEqual([]);
});

test("one gateway that serves all answers for each profile as itself, also after a restart", async () => {
  const agent = await start(standIn("v2026.7.20"), { release: "v2026.7.20", multiplexed: true });
  for (const again of [false, true]) {
    if (again) await engine.docker("restart", "--time", "60", "several");
    expect(await answers(agent, model, NAMES, true)).toEqual(expectedAnswers(NAMES));
    expect(await gateways(agent, NAMES)).toEqual({ default: "true", work: "false", home: "false" });
  }
  expect(secretsIn(await environmentOf(agent, "default"))).toEqual([]);
  await eventually("every profile's bot is connected", 60, async () => {
    const { stdout } = await agent.exec("cat", "/opt/data/logs/gateway.log");
    const connected = ["work", "home"].every((name) => stdout.includes(`slack connected (profile: ${name})`));
    return connected || undefined;
  });
  for (const name of NAMES) {
    const { stdout } = await agent.exec("cat", `${homeOf(name)}/.env`, `${homeOf(name)}/config.yaml`);
    expect(stdout).toContain(SECRETS[name].bot);
    expect(foreign(name, stdout)).toEqual([]);
  }
});
