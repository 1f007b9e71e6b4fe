/**
 * How long a stop takes, in seconds, of an agent with this library's boot. It uses the tests' engine, with a stand-in
 * image that stops like the real s6-overlay.
 */
import { bootFromVariable, bootScript } from "../../lib/boot/boot-script";
import { gatewaysStopSeconds } from "../../lib/hermes/stop";
import { literalConfigFile } from "../../lib/targets/managed-files";
import {
  Agent,
  API_ENVIRONMENT,
  API_KEY,
  API_PORT,
  DASHBOARD_ENVIRONMENT,
  DASHBOARD_PORT,
} from "../engine/agent";
import { Engine } from "../engine/engine";
import { FAKE_MODEL, FakeModel } from "../engine/fake-model";
import { buildStandIns } from "../engine/images";
import { eventually } from "../eventually";
import { type Count, median } from "./measure";

const ROUNDS = 3;
const NAME = "stopped";
const GRACE_SECONDS = 45;

/** What an agent does when the stop begins. */
const SITUATIONS = {
  idle: async () => undefined,
  "half-sent": async (agent: Agent) => {
    await agent.sendHalf();
  },
  busy: async (agent: Agent, model: FakeModel) => {
    model.silent = true;
    const before = model.chats.length;
    agent
      .fetch(API_PORT, "/v1/chat/completions", {
        method: "POST",
        headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "any", messages: [{ role: "user", content: "Think" }] }),
      })
      .catch(() => undefined);
    await eventually("the model is asked", 60, async () => (model.chats.length > before ? true : undefined));
  },
  profiles: async (agent: Agent) => {
    for (const [i, profile] of ["work", "home"].entries()) {
      const port = 8701 + i;
      const script = `hermes profile create ${profile} --no-alias --no-skills
        echo API_SERVER_PORT=${port} >> /opt/data/profiles/${profile}/.env
        hermes -p ${profile} gateway start`;
      await agent.exec("sh", "-ec", script);
      await agent.answers(port, "/health");
    }
  },
} as const satisfies Record<string, (agent: Agent, model: FakeModel) => Promise<void>>;

export async function stopSeconds(situation: keyof typeof SITUATIONS): Promise<Count> {
  const engine = new Engine();
  await engine.start();
  const model = await FakeModel.start("An answer.", engine.gateway);
  try {
    await buildStandIns(engine, (line) => process.stderr.write(`${line}\n`));
    const seconds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const agent = await startAgent(engine, model);
      await SITUATIONS[situation](agent, model);
      const before = performance.now();
      await agent.stop(GRACE_SECONDS);
      seconds.push((performance.now() - before) / 1000);
      model.silent = false;
      await engine.reset();
    }
    return { count: Math.round(median(seconds) * 10) / 10 };
  } finally {
    await model.stop();
    await engine.stop();
  }
}

async function startAgent(engine: Engine, model: FakeModel): Promise<Agent> {
  const config = { model: { provider: "custom", base_url: model.baseUrl, default: FAKE_MODEL } };
  const files = [{ path: "/etc/hermes/config.yaml", content: literalConfigFile(config) }];
  const agent = await Agent.start(engine, "v2026.7.30", {
    name: NAME,
    env: {
      ...API_ENVIRONMENT,
      ...DASHBOARD_ENVIRONMENT,
      ...bootFromVariable(bootScript({ files })),
      S6_SERVICES_GRACETIME: String(gatewaysStopSeconds(GRACE_SECONDS) * 1000),
    },
  });
  await agent.answers(DASHBOARD_PORT, "/api/status");
  await agent.answers(API_PORT, "/health");
  return agent;
}
