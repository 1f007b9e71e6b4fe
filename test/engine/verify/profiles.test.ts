/** `verify` on three profiles with gateways of their own, each thing wrong in turn. */
import { Engine } from "../engine";
import { FakeModel } from "../fake-model";
import { standIn } from "../images";
import { NAMES, type Name, PORTS, program, secretsIn, VARIABLES } from "../profiles-of-tests";
import { startSynthesized } from "../synthesized";
import { bothWays, type Case } from "./cases";
import { FakeServices } from "./services";
import { Subject } from "./subject";

const engine = new Engine();
const TAG = "v2026.7.20";
const NAME = "several";
const HOME = "/opt/data/profiles/work";

let model: FakeModel;
let services: FakeServices;
let subject: Subject;

beforeAll(async () => {
  model = await FakeModel.start("hello", engine.gateway);
  model.reply = "repeat";
  services = await FakeServices.start(engine);
  const agent = await startSynthesized(engine, {
    name: NAME,
    props: program({ release: TAG, model }),
    variables: VARIABLES,
    image: standIn(TAG),
    run: [...services.runArguments, "--env", "HERMES_GATEWAY_MAX_STARTS=1000"],
  });
  subject = new Subject(agent, {
    version: 1,
    agent: `agents/${NAME}`,
    name: NAME,
    place: { kind: "docker", container: NAME, host: engine.host },
    release: TAG,
    image: standIn(TAG),
    data: `${NAME}-data`,
    ...declared("default"),
    profiles: {
      work: { ...declared("work"), ownGateway: true },
      home: { ...declared("home"), ownGateway: true },
    },
    variables: { given: [], volumeWins: [] },
    healthCheck: false,
    stopGraceSeconds: 45,
    hash: "of-the-tests",
  });
  await allHold(subject);
});
afterAll(async () => {
  await engine.reset();
  await services.stop();
  await model.stop();
});

function declared(name: Name) {
  return {
    services: { apiServer: { port: PORTS[name] } },
    secrets: [],
    platforms: { slack: ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"] },
    model: { provider: "custom", name: `model-of-${name}` },
  } as const;
}

const allHold = (agent: Subject) => agent.eventuallyFails({}, { seconds: 300, askSeconds: 60 });

const inTurn =
  (...steps: readonly ((agent: Subject) => Promise<unknown>)[]) =>
  async (agent: Subject) => {
    for (const step of steps) await step(agent);
  };

const root = (script: string) => (agent: Subject) => agent.root(script);
const restart = inTurn(() => engine.docker("restart", "--time", "60", NAME), allHold);

const replaced = (file: string, from: string, to: string) =>
  root(`sed -i.tests 's#${from}#${to}#' ${HOME}/${file}; chown hermes: ${HOME}/${file}`);
const putBack = (file: string) =>
  root(`mv ${HOME}/${file}.tests ${HOME}/${file}; chown hermes: ${HOME}/${file}`);
const again = root("/command/s6-svc -r /run/service/gateway-work");

const CASES: readonly Case[] = [
  {
    title: "with a profile whose bot token is dead",
    breaks: inTurn(replaced(".env", "xoxb-good", "xoxb-bad"), again),
    mends: inTurn(putBack(".env"), again, allHold),
    fails: { "tokens work.SLACK_BOT_TOKEN": "rejected", "platforms work.slack": "retrying" },
    may: ["log slackRejected", "log platformFailed"],
    seconds: 240,
    fix: "`profiles.work.messaging.slack.botToken`",
  },
  {
    title: "with a profile whose model does not answer",
    breaks: replaced("config.yaml", ":[0-9]*/v1", ":9/v1"),
    mends: putBack("config.yaml"),
    fails: { "answer work": "unreachable" },
    seconds: 240,
    askSeconds: 60,
    fix: "`model.baseUrl`",
  },
  {
    title: "with a profile to which somebody has given another model",
    breaks: replaced("config.yaml", "model-of-work", "model-of-somebody"),
    mends: restart,
    fails: { "model work": "other" },
    fix: "each boot writes the declared one",
  },
  {
    title: "whose merge was cut off in its last boot",
    breaks: inTurn(
      root(
        "mv /usr/bin/timeout /usr/bin/timeout.tests; printf '#!/bin/sh\\nexit 124\\n' > /usr/bin/timeout; chmod 755 /usr/bin/timeout",
      ),
      () => engine.docker("restart", "--time", "60", NAME),
    ),
    mends: inTurn(root("mv /usr/bin/timeout.tests /usr/bin/timeout"), restart),
    fails: { merge: "unfinished" },
    may: ["log mergeStopped"],
    seconds: 300,
    fix: "the next boot finishes it",
  },
  {
    title: "with a profile whose identity is a link, which the merge does not follow",
    breaks: inTurn(
      root(`rm ${HOME}/SOUL.md; ln -s /etc/hostname ${HOME}/SOUL.md; chown -h hermes: ${HOME}/SOUL.md`),
      () => engine.docker("restart", "--time", "60", NAME),
    ),
    mends: inTurn(root(`rm ${HOME}/SOUL.md`), restart),
    fails: { merge: "refused" },
    may: ["log mergeRefused"],
    seconds: 300,
    fix: "report.json",
  },
];

bothWays(() => subject, CASES);

test("each profile's gateway, platform, tokens, model and answer are seen to hold, and no secret is shown", async () => {
  const verified = await subject.verify(60);
  const held = verified.conditions.filter(({ result }) => result === "holds");
  for (const name of NAMES.slice(1))
    for (const [condition, of, seen] of [
      ["profiles", name, "runs"],
      ["platforms", `${name}.slack`, "connected"],
      ["tokens", `${name}.SLACK_BOT_TOKEN`, "accepted"],
      ["tokens", `${name}.SLACK_APP_TOKEN`, "accepted"],
      ["model", name, `custom model-of-${name}`],
      ["answer", name, "the gateway answers"],
    ])
      expect(held).toContainEqual(expect.objectContaining({ condition, of, seen }));
  // What somebody had changed, in a case above.
  expect(held).toContainEqual(
    expect.objectContaining({ condition: "merge", seen: expect.stringContaining("of profile work") }),
  );
  expect(secretsIn(JSON.stringify(verified))).toEqual([]);
});
