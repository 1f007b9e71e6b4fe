/** The rest of the fault drill. `npm run test:full -- engine/faults` runs this and `faults.test.ts`. */
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { WrapperImageProps } from "../../../lib";
import { eventually } from "../../eventually";
import { said } from "../../terraform";
import { EngineDoor } from "../door";
import { Downloads } from "../downloads";
import { Drill } from "../drill";
import type { DrillSettings } from "../drill-program";
import { Engine } from "../engine";
import { FakeModel } from "../fake-model";
import { FaultTable } from "../fault-table";
import { standIn } from "../images";
import { DIRECTORY_VARIABLE, enginePaths } from "../paths";
import { freePort, portOf } from "../ports";
import { killTerraform } from "../processes";
import { Registry } from "../registry";
import { documentedRepair, upgradingPage } from "../repair";
import { type Finished, run } from "../run";
import { SmallDisk } from "../small-disk";
import { logIn, useAgent } from "../usage";
import { seedUserData, TOOLS_IMAGE } from "../user-data";

const engine = new Engine();
const table = new FaultTable();

/** Both run already-built images of the engine; a change from one to the other replaces the container. */
const GOOD = { registry: { tag: "v2026.7.20" } } as const;
const OTHER = { registry: { tag: "v2026.8.3" } } as const;
const NEVER_HEALTHY = "v2026.8.16";
const LARGE = "v2026.8.18";
const NEVER_ANSWERS = `ENTRYPOINT ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"]`;
const MISSING = "v2026.8.13";

/** What docs/upgrading.md says about an agent that is down. */
const PAGE = {
  killedAtImages: "can't get a wrapper at all. In that case no agent runs until the next deploy",
  killedAtAgent: "the previous container is stopped or removed, and no agent runs until the next deploy",
  unhealthy: "show why. The next deploy replaces the container.",
  port: "Free the port or publish another one (`publish`), and deploy again.",
  remove: "Give the container time to stop, remove it, and deploy again. The data volume stays.",
  engineCrashed: "Run `docker start hermes`, or deploy again.",
  keeps: "4.x keeps the container and starts it again.",
  deletes: "**deletes a crashed or stopped container**",
} as const;

let model: FakeModel;
let registry: Registry;
let downloads: Downloads;
let baseDigest: string;

beforeAll(async () => {
  model = await FakeModel.start("The fake model's answer.", engine.gateway);
  registry = await Registry.start();
  downloads = await Downloads.start(engine.gateway, { "/tool": "other bytes than yesterday" });
  baseDigest = await registry.push(engine, standIn("v2026.8.3"), "hermes-agent:v2026.8.3");
  await build(standIn("v2026.8.3"), `hermes-agent:${NEVER_HEALTHY}`, NEVER_ANSWERS);
  await build(standIn("v2026.8.3"), `hermes-agent:${LARGE}`, "RUN head -c 30000000 /dev/urandom > /large");
}, 400_000);

afterAll(async () => {
  await model.stop();
  await registry.stop();
  await downloads.stop();
  table.print();
});

describe.each([4, 3] as const)("under version %i of the Docker provider", (provider) => {
  const name = `drilled-${provider}`;
  let door: EngineDoor;
  let drill: Drill;

  beforeAll(async () => {
    door = await EngineDoor.open(engine);
    drill = await Drill.prepare(engine, { name, provider, image: GOOD }, door.host);
    await seedUserData(engine, name, model.configYaml);
    await drill.mustDeploy();
    await useAgent(drill, model.answer);
    await logIn(drill);
  }, 300_000);

  afterAll(async () => {
    drill.remove();
    await door.close();
    await engine.reset();
  });

  const fault = table.cases(`provider ${provider}`, () => drill);
  /** During a plan, 3.x deletes a stopped container and later creates another one; 4.x starts it. */
  const [stoppedIs, stoppedPlan] =
    provider === 4
      ? ([{ agent: "stopped", page: PAGE.keeps }, /must_run .*false -> true/] as const)
      : ([{ agent: "gone", page: PAGE.deletes }, /hermes will be created/] as const);

  /** Kills Terraform at that step of a deploy. cdktf does not notice the signal: it continues or reports success. */
  async function killedAt(step: Promise<void>, change: Partial<DrillSettings>): Promise<Finished> {
    const deploy = drill.deploy(change);
    await step;
    await killTerraform(drill.project.folder);
    registry.transfer = "whole";
    return deploy;
  }

  if (provider === 4) {
    fault("a tag that does not exist", "untouched", async () => {
      const failed = await drill.deploy({ image: inRepository(MISSING) });
      expect(failed.code).not.toBe(0);
      expect(said(failed)).toMatch(new RegExp(`hermes-agent:${MISSING}.* (?:not found|manifest unknown)`));
      return { image: GOOD };
    });

    fault("a wrapper whose build fails", "untouched", async () => {
      const failed = await drill.deploy({ image: wrapper({ codexVersion: "0.0.999" }) });
      expect(failed.code).not.toBe(0);
      expect(said(failed)).toContain("@openai/codex@0.0.999");
      return { image: GOOD };
    });

    fault("a download of a wrapper that has another hash", "untouched", async () => {
      const copy = { "/usr/local/bin/tool": { url: downloads.url("/tool"), sha256: "0".repeat(64) } };
      const failed = await drill.deploy({
        image: wrapper({ caCertificates: [downloads.certificate], copy }),
      });
      expect(failed.code).not.toBe(0);
      expect(said(failed)).toMatch(/\/usr\/local\/bin\/tool.*sha256sum -c/);
      return { image: GOOD };
    });

    fault("terraform killed during the pull", "up", async () => {
      const image = inRepository(LARGE);
      await engine.tryDocker(["image", "rm", `${registry.host}/hermes-agent:${LARGE}`]);
      registry.transfer = "slow";
      await killedAt(door.meet(/^POST \/images\/create/), { image });
      return {};
    });

    fault("terraform killed during the build", { agent: "gone", page: PAGE.killedAtImages }, async () => {
      // 4.x uses the engine's BuildKit; 3.x and the stand-in request a build.
      const built = door.meet(/^POST \/(?:build|grpc)/, "asked");
      const failed = await killedAt(built, { image: wrapper({ aptPackages: ["figlet"] }) });
      expect(failed.code).not.toBe(0);
      expect(said(failed)).toContain("Unable to create container with image");
      return {};
    });

    fault("an image that never becomes healthy", { agent: "failing", page: PAGE.unhealthy }, async () => {
      const healthCheck = { intervalSeconds: 1, timeoutSeconds: 1, retries: 1, startPeriodSeconds: 1 };
      const failed = await drill.deploy({ image: inRepository(NEVER_HEALTHY), healthCheck });
      expect(failed.code).not.toBe(0);
      expect(said(failed)).toMatch(/health/);
      return { image: GOOD, healthCheck: { intervalSeconds: 1 } };
    });

    fault("a port of the host that another process uses", { agent: "failing", page: PAGE.port }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const port = portOf(server);
      const failed = await drill.deploy({ port });
      expect(failed.code).not.toBe(0);
      expect(said(failed)).toMatch(
        new RegExp(`127\\.0\\.0\\.1:${port}.* (?:address already in use|already allocated)`),
      );
      await new Promise((resolve) => server.close(resolve));
      return {};
    });

    fault("two stacks with one volume", "untouched", async () => {
      const failed = await drill.deploy({ twin: { port: await freePort() } });
      expect(failed.code).not.toBe(0);
      expect(said(failed)).toMatch(/data\.name = .* agent\/hermes has it already .*rule duplicate-data/);
      return { twin: undefined };
    });

    fault("two stacks with one volume, acknowledged", "untouched", async () => {
      const port = await freePort();
      await drill.mustDeploy({
        twin: { port, acknowledge: { "duplicate-data": "to see what happens" } },
      });
      expect(await drill.healthy()).toBe(true);
      expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
      expect(await drill.project.destroy("twin")).toMatchObject({ code: 0 });
      return { twin: undefined };
    });
  }

  fault(
    "terraform killed while the previous container stops",
    { agent: "stopped", page: PAGE.killedAtAgent },
    async () => {
      const stops = door.meet(/^POST \/containers\/[^/]+\/stop/, "asked");
      expect(await killedAt(stops, { image: OTHER })).toMatchObject({ code: 0 });
      await eventually("the old container has stopped", 60, async () =>
        (await drill.container())?.State.Status === "exited" ? true : undefined,
      );
      return {};
    },
  );

  fault("terraform killed during the wait for health", { agent: "gone", page: PAGE.remove }, async () => {
    const started = door.meet(/^POST \/containers\/[^/]+\/start/);
    await killedAt(
      started.then(() => door.meet(/^GET \/containers\/[^/]+\/json/)),
      { image: GOOD },
    );
    await drill.becomesHealthy();
    const repair = documentedRepair();
    expect(said(await drill.deploy())).toContain(repair.symptom(name));
    expect(await drill.healthy()).toBe(true);
    await repair.run(engine, name);
    return {};
  });

  // A container that a starting engine stops counts as stopped by hand (moby/moby#53415). Only the next deploy starts
  // it.
  fault("the engine killed and started again", stoppedIs, async () => {
    await engine.killDaemon();
    await engine.startDaemon();
    expect(upgradingPage()).toContain(PAGE.engineCrashed);
    expect(await drill.container()).toMatchObject({ State: { Status: "exited" } });
    expect(await drill.project.changes("agent")).toMatch(stoppedPlan);
    return {};
  });

  fault("a container stopped by hand, then a plan", stoppedIs, async () => {
    await engine.docker("stop", "--time", "30", name);
    expect(await drill.project.changes("agent")).toMatch(stoppedPlan);
    return {};
  });

  if (provider === 4) {
    fault("the engine restarted", "up", async () => {
      await engine.restartDaemon();
      await drill.becomesHealthy();
      await expect(drill.project.changes("agent")).resolves.toBeUndefined();
      return {};
    });

    fault("a container that crashed, then a plan", "up", async () => {
      const restarts = (await drill.container())?.RestartCount ?? Number.NaN;
      await engine.crash(name);
      await eventually("the engine starts the container again", 60, async () =>
        ((await drill.container())?.RestartCount ?? 0) > restarts ? true : undefined,
      );
      await expect(drill.project.changes("agent")).resolves.toBeUndefined();
      return {};
    });
  }
});

describe("on a small disk", () => {
  const name = "drilled-full";
  let disk: SmallDisk;
  let small: Engine;
  let drill: Drill;

  beforeAll(async () => {
    disk = await SmallDisk.mount(4096);
    small = new Engine(enginePaths({ [DIRECTORY_VARIABLE]: disk.folder }));
    await small.start();
    const image = `${registry.host}/hermes-agent:v2026.8.3`;
    await small.docker("pull", image);
    await small.docker("tag", image, TOOLS_IMAGE);
    drill = await Drill.prepare(small, {
      name,
      provider: 4,
      image: { registry: { tag: "v2026.8.3" } },
    });
    await seedUserData(small, name, model.configYaml);
    await drill.mustDeploy();
    await useAgent(drill, model.answer);
  }, 400_000);

  afterAll(async () => {
    drill.remove();
    await small.stop();
    await disk.unmount();
  }, 120_000);

  table.cases("provider 4", () => drill)(
    "a disk that becomes full during the build",
    "untouched",
    async () => {
      // Only comments: they take space, and the build needs no network for them.
      const large = join(disk.home, "large.pem");
      writeFileSync(large, "# -----BEGIN CERTIFICATE-----\n".repeat(1_000_000));
      await disk.fill();
      const failed = await drill.deploy({ image: wrapper({ caCertificates: [large] }) });
      expect(failed.code).not.toBe(0);
      expect(said(failed)).toContain("no space left on device");
      disk.empty();
      return {};
    },
  );
});

const inRepository = (tag: string) => ({ registry: { repository: `${registry.host}/hermes-agent`, tag } });

const wrapper = (contents: Partial<WrapperImageProps>) => ({
  wrapper: { release: "v2026.8.3", baseRepository: `${registry.host}/hermes-agent`, baseDigest, ...contents },
});

async function build(base: string, name: string, step: string): Promise<void> {
  const target = `${registry.host}/${name}`;
  const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
  const built = await run("docker", ["build", "--tag", target, "-"], {
    env,
    input: `FROM ${base}\n${step}\n`,
  });
  expect(built).toMatchObject({ code: 0 });
  await engine.docker("push", target);
}
