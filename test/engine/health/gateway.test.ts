/**
 * The health of an agent on which nothing listens is read from a file on its volume, where the previous container's
 * files are too.
 */
import { Engine } from "../engine";
import { QuietAgent, testBrokenGateway, testStoppedGateway } from "../health-tests";
import type { StandInTag } from "../images";

const engine = new Engine();

/** Two heartbeats of the gateway, which sends one every 30 s. */
const TWO_BEATS_SECONDS = 60;

afterEach(() => engine.reset());

testBrokenGateway(engine, "is never started");
testStoppedGateway(engine, "v2026.6.5");

describe.each(["v2026.7.30", "v2026.6.5"] as const)("the health of %s", (tag: StandInTag) => {
  const file = tag === "v2026.7.30" ? "/opt/data/state/gateway.heartbeat" : "/opt/data/gateway_state.json";
  let quiet: QuietAgent;

  beforeEach(async () => {
    quiet = await QuietAgent.start(engine, tag);
  });

  test("a file of the previous container does not make an agent healthy, even if the process number is the same", async () => {
    const start = (await quiet.agent.exec("stat", "-c", "@%Y", "/etc/hostname")).stdout.trim();
    await quiet.touch(
      start.replace(/\d+$/, (seconds) => String(Number(seconds) - 1)),
      file,
    );
    expect(await quiet.runs()).toBe(false);
  });

  test("a file that names another process does not make an agent healthy", async () => {
    await quiet.agent.exec("sed", "-i", 's/"pid": *\\([0-9]*\\)/"pid": 1\\1/', file);
    expect(await quiet.runs()).toBe(false);
  });

  test("an agent is healthy again after its container was restarted or killed", async () => {
    await engine.docker("restart", "--time", "30", QuietAgent.NAME);
    await quiet.recovers(60);
    await engine.docker("kill", QuietAgent.NAME);
    await engine.docker("start", QuietAgent.NAME);
    await quiet.recovers(60);
  });

  if (tag !== "v2026.7.30") return;

  test("an agent is unhealthy when its gateway sends no more heartbeats", async () => {
    await quiet.agent.exec("pkill", "-STOP", "-f", "hermes gateway run --replace");
    await quiet.touch("100 seconds ago", file);
    expect(await quiet.runs()).toBe(false);
  });

  test("an agent is healthy again within two heartbeats after the clock jumped ahead", async () => {
    await quiet.touch("1 hour ago", file);
    await quiet.touch("1 hour ago", "/etc/hostname");
    expect(await quiet.runs()).toBe(false);
    await quiet.recovers(TWO_BEATS_SECONDS);
  });

  test("an agent is healthy again within two heartbeats after the clock jumped back", async () => {
    await quiet.touch("1 hour", file);
    await quiet.touch("1 hour", "/etc/hostname");
    await quiet.recovers(TWO_BEATS_SECONDS);
  });
});
