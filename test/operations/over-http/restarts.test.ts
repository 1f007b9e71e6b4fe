/** An agent on CapRover that starts again and again, which no page of CapRover says. */
import { failures, MODEL, Scene, SECRETS, VARIABLES } from "./scene";

const NEWEST = "v2026.7.30";
/** Without supervision: the container's own process is the gateway. */
const TINI = "v2026.5.16";

const started: Scene[] = [];
afterEach(() => Promise.all(started.splice(0).map(({ captain }) => captain.stop())));

async function start(...scene: Parameters<typeof Scene.start>): Promise<Scene> {
  const one = await Scene.start(...scene);
  started.push(one);
  return one;
}

describe("one look", () => {
  test.each([NEWEST, TINI])("an app of %s that ends soon after each start is found bad", async (release) => {
    const scene = await start(release, { model: MODEL }, VARIABLES, { exits: { afterSeconds: 8, code: 1 } });
    await scene.captain.clock.advance(180);
    const verified = await scene.verify({ ask: false, secrets: {} });
    const row = verified.conditions.find(({ condition }) => condition === "app");
    expect(row).toMatchObject({ failure: "restarting", seen: expect.stringMatching(/^\d+ starts/) });
    expect(row?.fix).toMatch(/explain-log/);
  }, 60_000);

  test("an app that starts the interactive CLI is found bad, by the line that it prints", async () => {
    const scene = await start(NEWEST);
    const container = { TaskTemplate: { ContainerSpec: { Args: [] } } };
    await scene.change({ serviceUpdateOverride: JSON.stringify(container) });
    const { conditions } = await scene.verify({ ask: false, secrets: {} });
    expect(conditions.find(({ condition }) => condition === "gatewayMode")).toMatchObject({
      failure: "interactive",
      fix: expect.stringContaining("gateway run"),
    });
  }, 60_000);

  test("an app with two instances is found bad", async () => {
    const scene = await start(NEWEST);
    await scene.change({ instanceCount: 2 });
    expect(failures(await scene.verify({ ask: false }))).toMatchObject({
      app: expect.stringMatching(/several instances/),
    });
  }, 60_000);

  test("a gateway that crashes again and again in its container is found bad", async () => {
    const scene = await start(NEWEST, { model: MODEL, gatewayRestarts: 8 });
    expect(failures(await scene.verify({ ask: false }))).toEqual({
      gateway: "the gateway crashes again and again",
    });
  }, 60_000);

  test.each<[string, (scene: Scene) => Promise<unknown>]>([
    [
      "was saved four times in ten minutes",
      async (scene) => {
        for (let i = 0; i < 4; i++) await scene.change({ description: `change ${i}` });
      },
    ],
    ["started an hour ago", (scene) => scene.captain.clock.advance(3600)],
  ])(
    "an app that %s is not found bad",
    async (_, happens) => {
      const scene = await start(NEWEST);
      await happens(scene);
      expect(failures(await scene.verify({ ask: false }))).toEqual({});
    },
    60_000,
  );

  test("an app that was in a loop an hour ago, and runs since, is not found bad", async () => {
    const scene = await start(NEWEST, { model: MODEL, gatewayRestarts: 8 });
    await scene.captain.clock.advance(3600);
    expect(failures(await scene.verify({ ask: false }))).toEqual({});
  }, 60_000);

  test("a failure in the log of an earlier container does not count", async () => {
    const line = "PID file race lost to another gateway instance";
    const scene = await start(NEWEST, { model: MODEL, containerLog: [line] });
    expect(Object.keys(failures(await scene.verify({ ask: false })))).toEqual([
      expect.stringMatching(/^log /),
    ]);
    scene.become({});
    await scene.change({ description: "mended" });
    expect(failures(await scene.verify({ ask: false }))).toEqual({});
  }, 60_000);
});

describe("two looks", () => {
  const BOTH = SECRETS;
  const { apiKey, dashboardPassword } = SECRETS;
  const restartsGateway = (scene: Scene) => async () => scene.become({ gatewayRestarts: 1 });
  const restartsApp = (scene: Scene) => () => scene.change({ description: "again" });

  test.each([
    ["gateway starts again, by the API server's key", { apiKey }, restartsGateway],
    ["gateway starts again, by the dashboard's password", { dashboardPassword }, restartsGateway],
    ["container starts again, without any secret", {}, restartsApp],
  ])(
    "an agent that looks well both times is found to be in a loop: its %s",
    async (_, secrets, happens) => {
      const scene = await start(NEWEST);
      const verified = await scene.verifyTwice(happens(scene), { secrets });
      expect(verified.conditions.find(({ condition }) => condition === "gateway")).toMatchObject({
        failure: "loop",
        seen: "started again between two looks",
      });
    },
    60_000,
  );

  test.each([
    ["with all secrets", BOTH],
    ["without any", {}],
  ])(
    "an agent that stays as it is holds, %s",
    async (_, secrets) => {
      const scene = await start(NEWEST);
      const verified = await scene.verifyTwice(async () => scene.captain.clock.advance(30), { secrets });
      expect(failures(verified)).toEqual({});
    },
    60_000,
  );
});
