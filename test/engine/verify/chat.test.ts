/** `verify` on the chat connections of a real gateway, with stand-ins for Slack and Telegram. */
import { Engine } from "../engine";
import { standIn } from "../images";
import { must } from "../run";
import { bothWays, type Case } from "./cases";
import { FakeServices } from "./services";
import { Subject } from "./subject";

const engine = new Engine();

/** The stand-in has no package for Telegram. */
const IMAGE = "verify-chat:made";

let services: FakeServices;
let subject: Subject;

beforeAll(async () => {
  services = await FakeServices.start(engine);
  const dockerfile = `FROM ${standIn("v2026.7.20")}
RUN /opt/tools/bin/uv pip install --no-cache --python /opt/hermes/.venv/bin/python 'python-telegram-bot[webhooks]==22.6'
`;
  const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
  await must("docker", ["build", "--tag", IMAGE, "-"], { env, input: dockerfile });
  subject = await Subject.start(engine, {
    name: "chat",
    image: IMAGE,
    run: services.runArguments,
    declared: {
      platforms: { slack: ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"], telegram: ["TELEGRAM_BOT_TOKEN"] },
    },
  });
  await subject.ready();
  await subject.write("/opt/data/config.yaml", "model:\n  provider: custom\n  default: fake-1\n");
  await tokens({})(subject);
  await subject.eventuallyFails({});
});
afterAll(async () => {
  await engine.reset();
  await services.stop();
});

const GOOD = {
  SLACK_BOT_TOKEN: "xoxb-good",
  SLACK_APP_TOKEN: "xapp-good",
  SLACK_ALLOWED_USERS: "U1",
  TELEGRAM_BOT_TOKEN: "123456789:good-token-of-the-tests",
  TELEGRAM_ALLOWED_USERS: "77",
};

/** Gives the agent other tokens, and starts its gateway again. */
const tokens = (other: Partial<typeof GOOD>) => async (agent: Subject) => {
  const lines = Object.entries({ ...GOOD, ...other }).map(([name, value]) => `${name}='${value}'\n`);
  await agent.root(
    "mkdir -p /etc/hermes; cat > /etc/hermes/.env; chmod 644 /etc/hermes/.env",
    lines.join(""),
  );
  await agent.restartGateway();
};

const inTurn =
  (...steps: readonly ((agent: Subject) => Promise<unknown>)[]) =>
  async (agent: Subject) => {
    for (const step of steps) await step(agent);
  };

const CASES: readonly Case[] = [
  {
    title: "whose Slack bot token is bad",
    breaks: tokens({ SLACK_BOT_TOKEN: "xoxb-bad" }),
    mends: tokens({}),
    fails: {
      "tokens SLACK_BOT_TOKEN": "rejected",
      "platforms slack": "retrying",
      "log slackRejected": "line",
    },
    may: ["log platformFailed"],
    fix: "give `messaging.slack.botToken`",
  },
  {
    title: "whose Slack app token is bad, although Hermes says `connected`",
    breaks: tokens({ SLACK_APP_TOKEN: "xapp-bad" }),
    mends: tokens({}),
    fails: { "tokens SLACK_APP_TOKEN": "rejected", "log slackAppTokenRejected": "line" },
    may: ["log slackUnhealthy"],
    fix: "give `messaging.slack.appToken`",
  },
  {
    title: "whose Telegram token is bad",
    breaks: tokens({ TELEGRAM_BOT_TOKEN: "123456789:bad" }),
    mends: tokens({}),
    fails: {
      "tokens TELEGRAM_BOT_TOKEN": "rejected",
      "platforms telegram": "retrying",
      "log telegramRejected": "line",
    },
    may: ["log platformFailed"],
    fix: "give `messaging.telegram.botToken`",
  },
  {
    title: "whose Slack app token another gateway holds",
    breaks: async (agent) => {
      await agent.root(`/command/s6-svc -wD -d /run/service/gateway-default
mkdir -p /tmp/other; chown hermes: /tmp/other
cd /tmp/other
export HOME=/opt/data HERMES_HOME=/tmp/other HERMES_MANAGED_DIR=/tmp/none
export SLACK_BOT_TOKEN=${GOOD.SLACK_BOT_TOKEN} SLACK_APP_TOKEN=${GOOD.SLACK_APP_TOKEN} SLACK_ALLOWED_USERS=U1
unset API_SERVER_KEY
setsid /command/s6-setuidgid hermes /opt/hermes/.venv/bin/hermes gateway run --no-supervise > /tmp/other/log 2>&1 &
echo $! > /tmp/other.pid
for _ in $(seq 60); do grep -qs '"connected"' /tmp/other/gateway_state.json && break; sleep 1; done
/command/s6-svc -u /run/service/gateway-default`);
      await agent.ready();
    },
    mends: async (agent) => {
      await agent.root("kill $(cat /tmp/other.pid); sleep 2");
      await agent.restartGateway();
    },
    fails: { "platforms slack": "locked", "log tokenTaken": "line" },
    may: ["log platformFailed"],
    fix: "a bot of its own",
  },
  {
    title: "whose Telegram bot somebody else listens to",
    breaks: tokens({ TELEGRAM_BOT_TOKEN: "123456789:taken-token-of-the-tests" }),
    mends: tokens({}),
    fails: { "log telegramConflict": "line" },
    may: ["platforms telegram"],
    fix: "stop the other process",
  },
  {
    title: "that has given up on a Telegram bot to which somebody else listens",
    breaks: tokens({ TELEGRAM_BOT_TOKEN: "123456789:taken-token-of-the-tests" }),
    mends: tokens({}),
    fails: { "platforms telegram": "conflict" },
    may: ["log telegramConflict", "log platformFailed"],
    seconds: 500,
    fix: "stop the other process",
  },
  {
    title: "that reaches no chat platform",
    breaks: (agent) =>
      agent.root(
        "cp /etc/hosts /tmp/hosts; sed -E 's/^[0-9.]+(.*(slack|telegram))/127.0.0.9\\1/' /tmp/hosts > /etc/hosts",
      ),
    mends: inTurn((agent) => agent.root("cat /tmp/hosts > /etc/hosts"), tokens({})),
    fails: {
      "tokens SLACK_BOT_TOKEN": "unreachable",
      "tokens SLACK_APP_TOKEN": "unreachable",
      "tokens TELEGRAM_BOT_TOKEN": "unreachable",
    },
    may: ["platforms slack", "platforms telegram", "log slackUnhealthy", "log platformFailed"],
    fix: "DNS, proxy and certificates",
  },
];

bothWays(() => subject, CASES);
