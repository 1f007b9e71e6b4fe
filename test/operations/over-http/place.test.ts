/** What stands between `verify` and an agent on CapRover: the server, the app, its address, its login. */
import { capRoverAccess } from "../../../lib/operations/access/caprover";
import { exitCodeOf, verifyAgent } from "../../../lib/operations/verify";
import { failures, MODEL, Scene, SECRETS, unseen, VARIABLES } from "./scene";

const RELEASE = "v2026.7.30";

const started: Scene[] = [];
let scene: Scene;
beforeEach(async () => {
  scene = await start(RELEASE);
}, 60_000);
afterEach(() => Promise.all(started.splice(0).map(({ captain }) => captain.stop())));

async function start(...scene: Parameters<typeof Scene.start>): Promise<Scene> {
  const one = await Scene.start(...scene);
  started.push(one);
  return one;
}

const AT_DASHBOARD = (url: string) => ({ services: { dashboard: { port: 9119, url } } });

describe("the CapRover server", () => {
  test.each([
    ["is given a wrong password", { password: "wrong" }, /password/i],
    ["is given no password", { password: undefined }, /set CAPROVER_PASSWORD/],
    ["can't be reached", { url: "http://127.0.0.1:9" }, /127\.0\.0\.1:9/],
    ["has no address", { url: "nowhere" }, /is no URL/],
    ["would be sent its password in clear text", { url: "http://captain.example.com" }, /in clear text/],
    ["has a password in its address", { url: "https://ada:secret@captain.example.com" }, /its own attribute/],
    ["has a path in its address", { url: "https://captain.example.com/login" }, /more than a host/],
  ])("when it %s, the agent could not be looked at, and the exit code is 2", async (_, looks, why) => {
    const verified = await scene.verify(looks);
    expect(verified).toMatchObject({ state: "unreachable", why: expect.stringMatching(why), conditions: [] });
    expect(exitCodeOf([verified], false)).toBe(2);
  });

  test.each<[string, string, object, { readonly insecureHttp?: true }]>([
    ["https", "https://captain.invalid", {}, {}],
    ["http on this machine", "http://127.0.0.1:9", {}, {}],
    ["http, which the program allows", "http://captain.invalid", {}, { insecureHttp: true }],
    [
      "http, which the program allows and the command line names",
      "https://captain.invalid",
      { url: "http://captain.invalid" },
      { insecureHttp: true },
    ],
  ])(
    "it is asked over %s",
    async (_, url, looks, allowed) => {
      const place = { kind: "caprover", app: "hermes", url, ...allowed } as const;
      const verified = await scene.verify({ ...looks, manifest: { place } });
      expect(verified.why).toMatch(/no host captain\.invalid|127\.0\.0\.1:9/);
    },
    90_000,
  );

  test("when it hangs, the agent could not be looked at, and the exit code is 2", async () => {
    scene.captain.faults.inject({ effect: "hang", times: 1000 });
    const verified = await scene.verify();
    expect(verified).toMatchObject({ state: "unreachable" });
    expect(exitCodeOf([verified], false)).toBe(2);
  }, 90_000);

  test("when it gives no log, all else is looked at, and the exit code is 2", async () => {
    scene.captain.faults.inject({ effect: "500", path: /\/logs$/, times: 1000 });
    const verified = await scene.verify();
    expect(failures(verified)).toEqual({});
    expect(unseen(verified)).toMatchObject({ gatewayMode: expect.stringMatching(/\S/) });
    expect(verified.conditions.find(({ condition }) => condition === "answer")?.result).toBe("holds");
    expect(exitCodeOf([verified], false)).toBe(2);
  }, 90_000);
});

describe("the app", () => {
  test("an app that the server does not have is not deployed", async () => {
    const verified = await scene.verify({
      manifest: { place: { kind: "caprover", app: "nobody" } },
      url: scene.captain.url,
    });
    expect(verified).toMatchObject({
      state: "not-deployed",
      why: expect.stringMatching(/has no app nobody/),
    });
    expect(exitCodeOf([verified], false)).toBe(1);
  });

  test("an agent without a state is not deployed, and nothing is asked", async () => {
    const access = jest.fn();
    const verified = await verifyAgent(
      scene.manifest,
      { state: "not-deployed", why: "the stack was never initialized here" },
      { ask: true, askSeconds: 5, access },
    );
    expect(verified).toMatchObject({ state: "not-deployed", conditions: [] });
    expect(access).not.toHaveBeenCalled();
    expect(exitCodeOf([verified], false)).toBe(1);
  });

  test("an agent that is declared otherwise than deployed is looked at as it is deployed", async () => {
    const { manifest } = scene;
    const verified = await verifyAgent(
      { ...manifest, release: "v2026.8.3" },
      { state: "deployed", manifest, asDeclared: false },
      {
        ask: true,
        askSeconds: 20,
        access: (one) => capRoverAccess(one, { password: scene.captain.password }),
        secrets: async () => SECRETS,
      },
    );
    expect(verified.state).toBe("declared-otherwise");
    expect(failures(verified)).toEqual({});
  });

  test("an app at 0 instances is found bad, and what answers in its place is not asked", async () => {
    await scene.change({ instanceCount: 0 });
    const verified = await scene.verify();
    expect(failures(verified)).toEqual({ app: "the app has no instance" });
    expect(unseen(verified)).toMatchObject({
      dashboard: "the app has no instance",
      answer: "the app has no instance",
    });
  });

  test("an app of which nothing was ever deployed is found bad, and its placeholder page is no open dashboard", async () => {
    await scene.register("fresh");
    const verified = await scene.verify({
      manifest: {
        place: { kind: "caprover", app: "fresh", url: scene.captain.url },
        ...AT_DASHBOARD("http://fresh.apps.localhost"),
      },
    });
    expect(failures(verified)).toEqual({ app: "no image was ever deployed" });
  });

  test("an app whose container ends at once is found bad by its log and by its silence", async () => {
    await scene.change({
      serviceUpdateOverride: JSON.stringify({ TaskTemplate: { ContainerSpec: { Args: [] } } }),
    });
    const found = failures(await scene.verify());
    expect(found).toMatchObject({
      gatewayMode: expect.stringMatching(/interactive CLI was started/),
      dashboard: "the dashboard does not answer",
    });
  });
});

describe("the address", () => {
  test("an address at which CapRover's own page answers is no open dashboard", async () => {
    const verified = await scene.verify({ manifest: AT_DASHBOARD("http://other.apps.localhost") });
    expect(failures(verified)).toEqual({ dashboard: "something else answers at its address" });
  });

  test("a secret is not sent to what is not Hermes", async () => {
    const asked: string[] = [];
    const answer = (request: { readonly path: string; readonly body: string; readonly headers: object }) => {
      asked.push(request.path + request.body + JSON.stringify(request.headers));
      return { status: 200, body: "hello" };
    };
    scene.captain.images.add("example.com/stranger:1", { ports: { 80: answer } });
    await scene.deployImage("stranger", "example.com/stranger:1");
    const url = "http://stranger.apps.localhost";
    const services = { dashboard: { port: 9119, url }, apiServer: { port: 8642, url } };
    const verified = await scene.verify({ manifest: { services } });
    expect(Object.keys(failures(verified)).sort()).toEqual(["apiServer", "dashboard"]);
    expect(asked.length).toBeGreaterThan(2);
    for (const secret of Object.values(SECRETS)) expect(asked.join("\n")).not.toContain(secret);
  });

  test("an agent with the API server alone shows its settings and jobs with the key", async () => {
    const services = { apiServer: { port: 8642, url: "http://hermes-api.apps.localhost" } };
    const { login: _, ...manifest } = scene.manifest;
    const verified = await verifyAgent(
      manifest,
      { state: "deployed", manifest: { ...manifest, services }, asDeclared: true },
      {
        ask: true,
        askSeconds: 20,
        access: (one) => capRoverAccess(one, { password: scene.captain.password }),
        secrets: async () => ({ apiKey: SECRETS.apiKey }),
      },
    );
    expect(failures(verified)).toEqual({});
    const held = verified.conditions
      .filter(({ result }) => result === "holds")
      .map(({ condition }) => condition);
    expect(held).toEqual(
      expect.arrayContaining(["gateway", "platforms", "model", "config", "disk", "cron", "answer"]),
    );
  });
});

describe("CapRover's basic auth before the dashboard", () => {
  const services = {
    dashboard: {
      port: 9119,
      url: "http://hermes.apps.localhost",
      basicAuth: { username: "admin", passwordVariable: "TF_VAR_nginx_password" },
    },
  };
  beforeEach(() => scene.change({ httpAuth: { user: "admin", password: "nginx-password" } }));

  test("with its password the dashboard behind it is looked at", async () => {
    const secrets = { ...SECRETS, basicAuthPassword: "nginx-password" };
    const verified = await scene.verify({ manifest: { services }, secrets });
    expect(failures(verified)).toEqual({});
    expect(verified.conditions.find(({ condition }) => condition === "dashboardLogin")?.result).toBe("holds");
  });

  test.each([
    ["without its password", SECRETS, /is not in TF_VAR_nginx_password/],
    ["with a wrong password", { ...SECRETS, basicAuthPassword: "wrong" }, /does not take the password/],
  ])("%s the dashboard is not looked at, and the exit code is 2", async (_, secrets, why) => {
    const verified = await scene.verify({ manifest: { services }, secrets });
    expect(failures(verified)).toEqual({});
    expect(unseen(verified)).toMatchObject({ dashboard: expect.stringMatching(why) });
    expect(exitCodeOf([verified], false)).toBe(2);
  });
});

describe("the login", () => {
  test.each([
    ["oidc", /identity provider can't be played/],
    ["nous", /Nous Portal can't be played/],
  ] as const)("a login by %s is not played, the pages behind it are not looked at, and the exit code is 0", async (login, why) => {
    const services = { dashboard: { port: 9119, url: "http://hermes.apps.localhost" } };
    const verified = await scene.verify({ manifest: { login, services } });
    expect(failures(verified)).toEqual({});
    for (const condition of ["dashboardLogin", "config", "cron", "disk", "shadowed"])
      expect(unseen(verified)[condition]).toMatch(why);
    expect(exitCodeOf([verified], false)).toBe(0);
  });

  test("an expired login for Codex is not looked at, because looking would use it up", async () => {
    const model = { provider: "openai-codex", name: "gpt-5.5" };
    scene.become({ model });
    const verified = await scene.verify({ manifest: { model } });
    expect(unseen(verified)["codexLogin"]).toMatch(/would use up/);
    const paths = scene.askedPaths();
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => /oauth|\/ops\//.test(path))).toEqual([]);
  });
});

describe("other releases and settings", () => {
  test.each([
    ["a dashboard of a release before logins", "v2026.5.16", VARIABLES],
    ["a dashboard that a switch has opened", "v2026.6.19", { ...VARIABLES, HERMES_DASHBOARD_INSECURE: "1" }],
  ])(
    "%s is found open",
    async (_, release, variables) => {
      const other = await start(release, { model: MODEL }, variables);
      expect(failures(await other.verify())["dashboard"]).toBe(
        "the dashboard shows its pages without a login",
      );
    },
    60_000,
  );

  test("a dashboard that trusts its proxy names its cookies otherwise, and is logged in at all the same", async () => {
    const variables = { ...VARIABLES, FORWARDED_ALLOW_IPS: "10.0.0.0/8" };
    const other = await start(RELEASE, { model: MODEL }, variables);
    const verified = await other.verify({ manifest: AT_DASHBOARD("https://hermes.apps.localhost") });
    expect(failures(verified)).toEqual({});
    expect(verified.conditions.find(({ condition }) => condition === "config")?.result).toBe("holds");
  }, 60_000);

  test("an agent of another release than the declared one is found", async () => {
    expect(failures(await scene.verify({ manifest: { release: "v2026.7.20" } }))).toMatchObject({
      release: expect.stringMatching(/another release runs/),
    });
  });
});
