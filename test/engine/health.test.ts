/**
 * The health of an agent on which nothing listens is read from a file on its volume, where the previous container's
 * files are too.
 */

import { gatewayRunsTest } from "../../lib/hermes/health-check";
import { parseRelease } from "../../lib/hermes/releases";
import { eventually } from "../eventually";
import { Agent } from "./agent";
import { Drill } from "./drill";
import { Engine } from "./engine";
import { type StandInTag, standIn } from "./images";
import { Registry } from "./registry";
import { must } from "./run";

const engine = new Engine();
const NAME = "quiet";

/** Two heartbeats of the gateway, which sends one every 30 s. */
const TWO_BEATS_SECONDS = 60;

/** What is wrong with an image whose gateway can't start. */
const BROKEN = {
  "exits at once": `RUN sed -i '2i import os' /opt/hermes/.venv/bin/hermes \\
 && sed -i '3i if os.environ.get("HERMES_S6_SUPERVISED_CHILD"): raise SystemExit(1)' /opt/hermes/.venv/bin/hermes`,
  "is never started": `RUN rm /etc/cont-init.d/02-reconcile-profiles \\
 && printf '%s\\n' '#!/bin/sh' 'exec sleep infinity' > /opt/hermes/.venv/bin/hermes`,
} as const;

afterEach(() => engine.reset());

describe("an apply of an image with a broken gateway", () => {
  let registry: Registry;
  let drill: Drill;

  beforeAll(async () => {
    registry = await Registry.start();
  });
  afterAll(() => registry.stop());
  afterEach(() => drill.remove());

  test.each(
    Object.entries(BROKEN),
  )("an apply of an image whose gateway %s fails, although the previous one was healthy", async (_, flaw) => {
    const good = await push("good", "");
    const bad = await push("bad", flaw);
    drill = await Drill.prepare(engine, {
      name: NAME,
      provider: 4,
      image: good,
      apiServer: false,
      healthCheck: { intervalSeconds: 1, retries: 5, startPeriodSeconds: 20 },
    });
    await drill.mustDeploy();

    const failed = await drill.deploy({ image: bad });
    expect(failed.code).not.toBe(0);
    expect(failed.stdout + failed.stderr).toContain("healthy");
    expect((await drill.container())?.State.Health?.Status).not.toBe("healthy");

    await drill.mustDeploy({ image: good });
    expect((await drill.container())?.State.Health?.Status).toBe("healthy");
  });

  /** A changed stand-in in the registry. */
  async function push(repository: string, change: string) {
    const image = `${repository}:made`;
    const dockerfile = `FROM ${standIn("v2026.7.30")}\n${change}\n`;
    const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
    await must("docker", ["build", "--tag", image, "-"], { env, input: dockerfile });
    await registry.push(engine, image, image);
    return {
      registry: { repository: `${registry.host}/${repository}`, tag: "made", release: "v2026.7.30" },
    };
  }
});

describe.each(["v2026.7.30", "v2026.6.5"] as const)("the health of %s", (tag: StandInTag) => {
  const release = parseRelease(tag);
  const check = (release && gatewayRunsTest(release)) ?? "";
  const file = tag === "v2026.7.30" ? "/opt/data/state/gateway.heartbeat" : "/opt/data/gateway_state.json";
  let agent: Agent;

  const runs = async () => (await agent.exec("sh", "-c", check)).code === 0;
  const recovers = (seconds: number) =>
    eventually("the gateway counts as running", seconds, async () => ((await runs()) ? true : undefined));
  const touch = (date: string, path: string) => agent.exec("touch", "--no-create", "--date", date, path);

  beforeEach(async () => {
    agent = await Agent.start(engine, tag, { name: NAME, env: { HERMES_GATEWAY_MAX_STARTS: "1000" } });
    await recovers(60);
  });

  test("an agent is unhealthy as soon as its gateway is down, and healthy again with the next one", async () => {
    await agent.exec("/command/s6-svc", "-wD", "-d", "/run/service/gateway-default");
    expect(await runs()).toBe(false);
    await agent.exec("/command/s6-svc", "-u", "/run/service/gateway-default");
    await recovers(60);
  });

  test("a file of the previous container does not make an agent healthy, even if the process number is the same", async () => {
    const start = (await agent.exec("stat", "-c", "@%Y", "/etc/hostname")).stdout.trim();
    await touch(
      start.replace(/\d+$/, (seconds) => String(Number(seconds) - 1)),
      file,
    );
    expect(await runs()).toBe(false);
  });

  test("a file that names another process does not make an agent healthy", async () => {
    await agent.exec("sed", "-i", 's/"pid": *\\([0-9]*\\)/"pid": 1\\1/', file);
    expect(await runs()).toBe(false);
  });

  test("an agent is healthy again after its container was restarted or killed", async () => {
    await engine.docker("restart", "--time", "30", NAME);
    await recovers(60);
    await engine.docker("kill", NAME);
    await engine.docker("start", NAME);
    await recovers(60);
  });

  if (tag !== "v2026.7.30") return;

  test("an agent is unhealthy when its gateway sends no more heartbeats", async () => {
    await agent.exec("pkill", "-STOP", "-f", "hermes gateway run --replace");
    await touch("100 seconds ago", file);
    expect(await runs()).toBe(false);
  });

  test("an agent is healthy again within two heartbeats after the clock jumped ahead", async () => {
    await touch("1 hour ago", file);
    await touch("1 hour ago", "/etc/hostname");
    expect(await runs()).toBe(false);
    await recovers(TWO_BEATS_SECONDS);
  });

  test("an agent is healthy again within two heartbeats after the clock jumped back", async () => {
    await touch("1 hour", file);
    await touch("1 hour", "/etc/hostname");
    await recovers(TWO_BEATS_SECONDS);
  });
});
