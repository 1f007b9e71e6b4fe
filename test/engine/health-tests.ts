/** The health of an agent on which nothing listens, by the check that its release has. */
import { gatewayRunsTest } from "../../lib/hermes/health-check";
import { parseRelease } from "../../lib/hermes/releases";
import { eventually } from "../eventually";
import { Agent } from "./agent";
import { Drill } from "./drill";
import type { Engine } from "./engine";
import { type StandInTag, standIn } from "./images";
import { Registry } from "./registry";
import { must } from "./run";

export class QuietAgent {
  static readonly NAME = "quiet";

  private constructor(
    readonly agent: Agent,
    private readonly check: string,
  ) {}

  /** Returns when its gateway runs. */
  static async start(engine: Engine, tag: StandInTag): Promise<QuietAgent> {
    const release = parseRelease(tag);
    const env = { HERMES_GATEWAY_MAX_STARTS: "1000" };
    const agent = await Agent.start(engine, tag, { name: QuietAgent.NAME, env });
    const quiet = new QuietAgent(agent, (release && gatewayRunsTest(release)) ?? "");
    await quiet.recovers(60);
    return quiet;
  }

  async runs(): Promise<boolean> {
    return (await this.agent.exec("sh", "-c", this.check)).code === 0;
  }

  async recovers(seconds: number): Promise<void> {
    await eventually("the gateway counts as running", seconds, async () =>
      (await this.runs()) ? true : undefined,
    );
  }

  /** Gives a file another time. */
  async touch(date: string, path: string): Promise<void> {
    await this.agent.exec("touch", "--no-create", "--date", date, path);
  }
}

export function testStoppedGateway(engine: Engine, tag: StandInTag): void {
  test(`an agent of ${tag} is unhealthy as soon as its gateway is down, and healthy again with the next one`, async () => {
    const quiet = await QuietAgent.start(engine, tag);
    await quiet.agent.exec("/command/s6-svc", "-wD", "-d", "/run/service/gateway-default");
    expect(await quiet.runs()).toBe(false);
    await quiet.agent.exec("/command/s6-svc", "-u", "/run/service/gateway-default");
    await quiet.recovers(60);
  });
}

/** What is wrong with an image whose gateway can't start. */
const BROKEN = {
  "exits at once": `RUN sed -i '2i import os' /opt/hermes/.venv/bin/hermes \\
 && sed -i '3i if os.environ.get("HERMES_S6_SUPERVISED_CHILD"): raise SystemExit(1)' /opt/hermes/.venv/bin/hermes`,
  "is never started": `RUN rm /etc/cont-init.d/02-reconcile-profiles \\
 && printf '%s\\n' '#!/bin/sh' 'exec sleep infinity' > /opt/hermes/.venv/bin/hermes`,
} as const;

/** @param flaw what is wrong with the image's gateway */
export function testBrokenGateway(engine: Engine, flaw: keyof typeof BROKEN): void {
  let registry: Registry;

  beforeAll(async () => {
    registry = await Registry.start();
  });
  afterAll(() => registry.stop());

  test(`an apply of an image whose gateway ${flaw} fails, although the previous one was healthy`, async () => {
    const good = await push("good", "");
    const bad = await push("bad", BROKEN[flaw]);
    const drill = await Drill.prepare(engine, {
      name: QuietAgent.NAME,
      provider: 4,
      image: good,
      apiServer: false,
      healthCheck: { intervalSeconds: 1, retries: 5, startPeriodSeconds: 20 },
    });
    try {
      await drill.mustDeploy();

      const failed = await drill.deploy({ image: bad });
      expect(failed.code).not.toBe(0);
      expect(failed.stdout + failed.stderr).toContain("healthy");
      expect((await drill.container())?.State.Health?.Status).not.toBe("healthy");

      await drill.mustDeploy({ image: good });
      expect((await drill.container())?.State.Health?.Status).toBe("healthy");
    } finally {
      drill.remove();
    }
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
}
