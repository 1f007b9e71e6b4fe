/** What a stop does to an agent with this library's boot: every process gets its time, and not more. */

import { bootFromFile, bootFromVariable, bootScript } from "../../lib/boot/boot-script";
import { gatewayRunsTest } from "../../lib/hermes/health-check";
import { parseRelease } from "../../lib/hermes/releases";
import { literalConfigFile } from "../../lib/targets/managed-files";
import { eventually } from "../eventually";
import { Agent, API_ENVIRONMENT, API_KEY, API_PORT, DASHBOARD_ENVIRONMENT, DASHBOARD_PORT } from "./agent";
import { Engine } from "./engine";
import { FAKE_MODEL, FakeModel } from "./fake-model";

const engine = new Engine();
const TAG = "v2026.7.30";
const NAME = "agent";

/** The engine's grace. A stop that needs all of it has failed. */
const GRACE_SECONDS = 60;

let model: FakeModel;

beforeAll(async () => {
  model = await FakeModel.start("The model's answer.", engine.gateway);
});
afterAll(() => model.stop());
afterEach(async () => {
  model.silent = false;
  await engine.reset();
});

/** With variables only, as on CapRover with an image from a registry: the boot writes the model's settings. */
async function start(gatewaysMilliseconds = 30_000): Promise<Agent> {
  const config = { model: { provider: "custom", base_url: model.baseUrl, default: FAKE_MODEL } };
  const files = [{ path: "/etc/hermes/config.yaml", content: literalConfigFile(config) }];
  const release = parseRelease(TAG);
  const agent = await Agent.start(engine, TAG, {
    name: NAME,
    env: {
      ...API_ENVIRONMENT,
      ...DASHBOARD_ENVIRONMENT,
      ...bootFromVariable(bootScript({ files, announceWhen: release && gatewayRunsTest(release) })),
      S6_SERVICES_GRACETIME: String(gatewaysMilliseconds),
    },
  });
  await agent.answers(DASHBOARD_PORT, "/api/status");
  await agent.answers(API_PORT, "/health");
  return agent;
}

async function stop(agent: Agent): Promise<{ code: number; seconds: number }> {
  const before = performance.now();
  const code = await agent.stop(GRACE_SECONDS);
  return { code, seconds: (performance.now() - before) / 1000 };
}

/** Whether the gateway of that home ended cleanly. */
async function endedWell(home = "/opt/data"): Promise<boolean> {
  return (await engine.tryDocker(["cp", `${NAME}:${home}/.clean_shutdown`, "-"])).code === 0;
}

const chat = (agent: Agent): Promise<"answered" | "dropped"> =>
  agent
    .fetch(API_PORT, "/v1/chat/completions", {
      method: "POST",
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "any", messages: [{ role: "user", content: "Say hello" }] }),
    })
    .then(async (response) => ((await response.text()).includes(model.answer) ? "answered" : "dropped"))
    .catch(() => "dropped");

async function asked(before: number): Promise<void> {
  await eventually("the model is asked", 60, async () => (model.chats.length > before ? true : undefined));
}

test("an idle agent ends cleanly, long before its grace is over", async () => {
  const agent = await start();
  const { code, seconds } = await stop(agent);
  expect(code).toBe(0);
  expect(seconds).toBeLessThan(GRACE_SECONDS / 4);
  expect(await endedWell()).toBe(true);
});

test("a restarted agent boots and stops as before", async () => {
  const agent = await start();
  await engine.docker("restart", "--time", String(GRACE_SECONDS), NAME);
  await agent.answers(API_PORT, "/health");
  expect((await stop(agent)).code).toBe(0);
  expect(await endedWell()).toBe(true);
});

test("a request that never ends does not shorten the gateway's time", async () => {
  const agent = await start();
  const socket = await agent.sendHalf();
  const { code, seconds } = await stop(agent);
  socket.destroy();
  expect(code).toBe(0);
  expect(seconds).toBeLessThan(GRACE_SECONDS / 2);
  expect(await endedWell()).toBe(true);
});

test("an agent whose model is silent closes its work, and is killed only after its time", async () => {
  const agent = await start(12_000);
  model.silent = true;
  const before = model.chats.length;
  const answer = chat(agent);
  await asked(before);
  const { code, seconds } = await stop(agent);
  expect(code).toBe(0);
  await expect(answer).resolves.toBe("dropped");
  expect(seconds).toBeGreaterThan(12);
  const log = await engine.docker("cp", `${NAME}:/opt/data/logs/gateway.log`, "-");
  expect(log).toContain("Gateway stopped (total teardown");
});

test("a process of docker exec has time to close its database", async () => {
  const agent = await start();
  const writer = `
import signal, sqlite3, sys, time
connection = sqlite3.connect("/opt/data/writer.db")
connection.execute("pragma journal_mode=wal")
connection.execute("create table rows (n integer)")
def end(*_):
    time.sleep(1)
    connection.commit()
    connection.close()
    open("/opt/data/writer-ended", "w").close()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
open("/opt/data/writer-began", "w").close()
n = 0
while True:
    connection.execute("insert into rows values (?)", (n,))
    n += 1
    time.sleep(0.001)
`;
  await engine.docker("exec", "--detach", NAME, "python3", "-c", writer);
  await eventually("the writer has begun", 30, async () =>
    (await agent.exec("test", "-e", "/opt/data/writer-began")).code === 0 ? true : undefined,
  );
  expect((await stop(agent)).code).toBe(0);
  expect((await engine.tryDocker(["cp", `${NAME}:/opt/data/writer-ended`, "-"])).code).toBe(0);
});

test("a one-shot prompt in flight does not delay the stop", async () => {
  const agent = await start();
  model.silent = true;
  const before = model.chats.length;
  const asking = agent.exec("hermes", "-z", "Say hello");
  await asked(before);
  const { code, seconds } = await stop(agent);
  expect(code).toBe(0);
  expect(seconds).toBeLessThan(GRACE_SECONDS / 2);
  await asking;
});

describe("several gateways", () => {
  /** Slots whose programs need that long to end, and one that is not supervised. */
  async function addSlots(agent: Agent, names: readonly string[], seconds: number): Promise<void> {
    const script = `
      mkdir -p /run/service/gateway-dead
      for name in ${names.join(" ")}; do
        folder=/run/service/gateway-$name
        mkdir -p $folder
        printf '%s\\n' '#!/bin/sh' 'trap "sleep ${seconds}; touch /opt/data/'$name'-ended; exit 0" TERM' \\
          'while :; do sleep 0.2; done' > $folder/run
        chmod 755 $folder/run
      done
      chmod 000 /run/service/gateway-dead
      /command/s6-svscanctl -a /run/service
      for name in ${names.join(" ")}; do
        until /command/s6-svok /run/service/gateway-$name; do sleep 0.1; done
        /command/s6-svwait -u -t 9000 /run/service/gateway-$name
      done
    `;
    expect(await agent.exec("sh", "-ec", script)).toMatchObject({ code: 0 });
  }

  test("several gateways end at the same time, and each has its whole time", async () => {
    const agent = await start();
    await addSlots(agent, ["one", "two", "three"], 6);
    const { code, seconds } = await stop(agent);
    expect(code).toBe(0);
    // One after the other they would take 18 s.
    expect(seconds).toBeLessThan(16);
    for (const name of ["one", "two", "three"]) {
      expect((await engine.tryDocker(["cp", `${NAME}:/opt/data/${name}-ended`, "-"])).code).toBe(0);
    }
  });

  test("the gateways of real profiles all end cleanly", async () => {
    const agent = await start();
    for (const profile of ["work", "home"]) {
      const port = profile === "work" ? 8701 : 8702;
      const script = `hermes profile create ${profile} --no-alias --no-skills
        echo API_SERVER_PORT=${port} >> /opt/data/profiles/${profile}/.env
        hermes -p ${profile} gateway start`;
      expect(await agent.exec("sh", "-ec", script)).toMatchObject({ code: 0 });
      await agent.answers(port, "/health");
    }
    expect((await stop(agent)).code).toBe(0);
    for (const home of ["/opt/data", "/opt/data/profiles/work", "/opt/data/profiles/home"]) {
      expect([home, await endedWell(home)]).toEqual([home, true]);
    }
  });
});

describe("a boot", () => {
  test("a boot writes settings that Hermes uses, and reports when the gateway runs", async () => {
    const agent = await start();
    expect(await chat(agent)).toBe("answered");
    const stat = await agent.exec("stat", "-c", "%U %a", "/etc/hermes/config.yaml");
    expect(stat.stdout).toBe("root 644\n");
    expect(await agent.logs()).toContain("[cdktf-hermes] The gateway runs.\n");
    const held = await agent.exec("ls", "/run/s6/container_environment");
    expect(held.stdout).not.toContain("CDKTF_HERMES_BOOT");
  });

  test.each([
    ["without the script's file", bootFromFile()],
    ["with a variable that is broken", { ...bootFromVariable(bootScript()), CDKTF_HERMES_BOOT: "%%%" }],
    ["with a variable that is empty", { ...bootFromVariable(bootScript()), CDKTF_HERMES_BOOT: "" }],
  ])("a boot continues %s, and an idle agent still ends cleanly", async (_, env) => {
    const agent = await Agent.start(engine, TAG, { name: NAME, env: { ...API_ENVIRONMENT, ...env } });
    await agent.answers(API_PORT, "/health");
    expect((await stop(agent)).code).toBe(0);
    expect(await endedWell()).toBe(true);
  });

  test("the boot of an image without dashboard writes no limit, and continues", async () => {
    const service = "/etc/s6-overlay/s6-rc.d/dashboard";
    const without = `rm -r ${service} /etc/s6-overlay/s6-rc.d/user/contents.d/dashboard\n${bootScript()}`;
    const env = { ...API_ENVIRONMENT, ...bootFromVariable(without) };
    const agent = await Agent.start(engine, TAG, { name: NAME, env });
    await agent.answers(API_PORT, "/health");
    expect((await agent.exec("test", "-e", service)).code).not.toBe(0);
    expect((await stop(agent)).code).toBe(0);
  });
});
