/** Agents on a CapRover server, from their props to the container that runs there. */
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TerraformStack, TerraformVariable } from "cdktf";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { DashboardAuth, HermesImage, HermesTarget } from "../../../lib";
import { secretOf } from "../../agents";
import { CaptainClient, send } from "../../caprover-contract/captain-client";
import { describeWithTerraform } from "../../terraform";
import { type Demands, demandsOf } from "../demands";
import { Deployment, FIRST_RELEASE, SECRETS } from "../deployment";
import { hermesImage } from "../hermes-image";
import { secretsIn } from "../secret-search";

jest.setTimeout(600_000);

/** One release of each generation, and the first tag that is a version. */
const GENERATIONS = {
  entrypoint: "v2026.4.23",
  tini: "v2026.4.30",
  s6: "v2026.5.28",
  "s6 with a managed scope": "v2026.7.30",
  dispatch: "v2026.9.24",
  "tags that are versions": "v0.21.6",
} as const;
const RELEASES = Object.values(GENERATIONS);
const FIRST = FIRST_RELEASE;
const UPSTREAM = "nousresearch/hermes-agent";

const DEMANDS: Demands = { data: "hermes-data", home: "/opt/data/home", command: "gateway run" };

describeWithTerraform("an agent", () => {
  let captain: CapRoverSandbox;
  beforeEach(async () => {
    const releases = RELEASES.map((release) => [`${UPSTREAM}:${release}`, hermesImage(release)] as const);
    captain = await CapRoverSandbox.start({
      images: Object.fromEntries(releases),
    });
  });
  afterEach(() => captain.stop());

  const running = () => captain.app("hermes").running;
  const starts = () => captain.volume("hermes-data")?.files.get("starts");

  test("an agent runs with the user's three demands met, and a second plan is empty", async () => {
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    await user.call("POST", "/user/system/enablessl", { emailAddress: "ada@example.com" });
    const deployment = new Deployment(captain);
    deployment.synthesize((stack) => ({
      release: "v2026.7.30",
      memoryMiB: 2048,
      dashboard: DashboardAuth.basic(stack, "dashboard", {
        username: "ada",
        passwordHash: secretOf(stack, "hash"),
        sessionSecret: secretOf(stack, "session"),
      }),
      target: HermesTarget.caprover({
        address: { to: "dashboard", basicAuth: { username: "ada", password: secretOf(stack, "nginx") } },
        apps: { apiServer: { name: "hermes-api" } },
      }),
    }));
    const printed = await deployment.apply();
    // Forcing https was the last change, and restarted it.
    await captain.clock.until(() => running().length === 1, 120);
    expect(demandsOf(captain.app("hermes"))).toEqual(DEMANDS);
    const [container] = running();
    expect(container?.spec).toMatchObject({
      stopGraceSeconds: 45,
      env: { API_SERVER_KEY: SECRETS.key, FORWARDED_ALLOW_IPS: "10.0.1.0/24" },
    });
    expect(container?.spec.mounts).toContainEqual(
      expect.objectContaining({ type: "tmpfs", target: "/dev/shm" }),
    );
    expect(captain.app("hermes").definition).toMatchObject({
      instanceCount: 1,
      containerHttpPort: 9119,
      websocketSupport: true,
      forceSsl: true,
      hasDefaultSubDomainSsl: true,
    });
    expect(captain.app("hermes-api").running).toHaveLength(1);
    const upload = await send(
      `${captain.url}/v1/responses`,
      "POST",
      {
        host: "hermes-api.apps.localhost",
        "x-forwarded-proto": "https",
        authorization: `Bearer ${SECRETS.key}`,
      },
      "x".repeat(25 * 2 ** 20),
    );
    // The agent has no model, and says so itself: 25 MiB came through both of CapRover's nginx.
    expect(upload).toMatchObject({ http: 500, text: expect.stringContaining("No inference provider") });
    expect(captain.overlaps).toEqual([]);
    expect(await deployment.changes()).toBe("none");

    const config = readFileSync(join(deployment.folder, "cdk.tf.json"), "utf8");
    const state = readFileSync(deployment.state, "utf8");
    expect([printed, config, state].flatMap((text) => secretsIn(text, SECRETS))).toEqual([]);
    // These two are at the places that the docs name.
    expect(secretsIn(JSON.stringify(captain.requests), SECRETS)).toEqual(Object.keys(SECRETS));
    expect(secretsIn(await deployment.savedPlan(), SECRETS)).toEqual(Object.keys(SECRETS));
  });

  test("an agent that is replaced has its names, certificates and forced https again after the same apply", async () => {
    const user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    await user.call("POST", "/user/system/enablessl", { emailAddress: "ada@example.com" });
    const deployment = new Deployment(captain);
    deployment.synthesize((stack) => ({
      release: "v2026.7.30",
      dashboard: DashboardAuth.basic(stack, "dashboard", {
        username: "ada",
        passwordHash: secretOf(stack, "hash"),
        sessionSecret: secretOf(stack, "session"),
      }),
      target: HermesTarget.caprover({
        address: { to: "dashboard", domains: ["hermes.example.com"] },
        apps: { apiServer: { name: "hermes-api", domains: ["api.example.com"] } },
      }),
    }));
    await deployment.apply();
    const dressed = (publicDomain: string) => ({
      forceSsl: true,
      hasDefaultSubDomainSsl: true,
      customDomain: [{ publicDomain, hasSsl: true }],
    });
    const check = async () => {
      expect(captain.app("hermes").definition).toMatchObject(dressed("hermes.example.com"));
      expect(captain.app("hermes-api").definition).toMatchObject(dressed("api.example.com"));
      expect(await deployment.changes()).toBe("none");
      expect(captain.overlaps).toEqual([]);
    };
    await check();
    for (const address of ["caprover_app.hermes", "caprover_app.hermes_api_1EAFB537"]) {
      const { code, output } = await deployment.terraform("apply", "-auto-approve", `-replace=${address}`);
      expect([code, output]).toEqual([0, expect.stringContaining("will be replaced, as requested")]);
      await check();
    }
  });

  test("a saved plan holds no secret when the variables are ephemeral", async () => {
    const deployment = new Deployment(captain);
    const ephemeral = (stack: TerraformStack, name: string) => {
      const variable = new TerraformVariable(stack, name, { type: "string", sensitive: true });
      variable.addOverride("ephemeral", true);
      return variable.stringValue;
    };
    deployment.synthesize((stack) => ({
      release: "v2026.7.30",
      apiServer: { key: ephemeral(stack, "key") },
      dashboard: DashboardAuth.basic(stack, "dashboard", {
        username: "ada",
        passwordHash: ephemeral(stack, "hash"),
        sessionSecret: ephemeral(stack, "session"),
      }),
      target: HermesTarget.caprover({
        address: {
          to: "dashboard",
          https: false,
          basicAuth: { username: "ada", password: ephemeral(stack, "nginx") },
        },
      }),
    }));
    expect(secretsIn(await deployment.savedPlan(), SECRETS)).toEqual([]);
    await deployment.apply();
    expect(running().map(({ spec }) => spec.env["API_SERVER_KEY"])).toEqual([SECRETS.key]);
    expect(await deployment.changes()).toBe("none");
    const { code, output } = await deployment.terraform("plan", "-var=key=changeme");
    expect([code, output]).toEqual([1, expect.stringContaining("apiServer.key must have at least")]);
  });

  test("an agent is planned and destroyed without any of its secrets, and a change then keeps them", async () => {
    const perhaps = (stack: TerraformStack, name: string) => {
      const variable = new TerraformVariable(stack, name, { type: "string", sensitive: true });
      variable.addOverride("default", null);
      return variable.stringValue;
    };
    const program = (memoryMiB: number) => (stack: TerraformStack) => ({
      release: "v2026.7.30",
      memoryMiB,
      apiServer: { key: perhaps(stack, "key") },
      dashboard: DashboardAuth.basic(stack, "dashboard", {
        username: "ada",
        passwordHash: perhaps(stack, "hash"),
        sessionSecret: perhaps(stack, "session"),
      }),
      target: HermesTarget.caprover({
        address: {
          to: "dashboard",
          https: false,
          basicAuth: { username: "ada", password: perhaps(stack, "nginx") },
        },
      }),
    });
    const deployment = new Deployment(captain);
    const review = new Deployment(captain, {});
    deployment.synthesize(program(2048));
    await deployment.apply();
    for (const [memoryMiB, changes] of [
      [2048, "none"],
      [3072, "some"],
    ] as const) {
      review.synthesize(program(memoryMiB));
      copyFileSync(deployment.state, review.state);
      expect(await review.changes()).toBe(changes);
    }
    await review.apply();
    expect(running().map(({ spec }) => spec.env)).toEqual([
      expect.objectContaining({
        API_SERVER_KEY: SECRETS.key,
        HERMES_DASHBOARD_BASIC_AUTH_SECRET: SECRETS.session,
      }),
    ]);
    const { code, output } = await review.terraform("plan", "-var=key=changeme");
    expect([code, output]).toEqual([1, expect.stringContaining("apiServer.key must have at least")]);
    expect((await review.terraform("destroy", "-auto-approve")).code).toBe(0);
    expect(captain.appNames).toEqual([]);
  });

  test("an agent is upgraded through all releases without losing data or running twice on it", async () => {
    const deployment = new Deployment(captain);
    const files = () => Object.fromEntries(captain.volume("hermes-data")?.files ?? []);
    for (const release of RELEASES) {
      const { starts: _starts, ...before } = files();
      deployment.synthesize(() => ({ release }));
      await deployment.apply();
      expect(running().map(({ spec }) => [spec.image, spec.env["API_SERVER_KEY"]])).toEqual([
        [`${UPSTREAM}:${release}`, SECRETS.key],
      ]);
      expect(demandsOf(captain.app("hermes"))).toEqual(DEMANDS);
      expect(files()).toMatchObject(before);
      captain.volume("hermes-data")?.files.set(`sessions/${release}`, `told to ${release}`);
      expect(await deployment.changes()).toBe("none");
    }
    const inOrder = starts()?.trim().split(" ") ?? [];
    expect(inOrder.filter((one, i, all) => one !== all[i - 1])).toEqual(RELEASES);
    expect(Object.keys(files())).toEqual(expect.arrayContaining(RELEASES.map((one) => `sessions/${one}`)));
    expect(captain.overlaps).toEqual([]);
  });

  test("an agent whose image is named by digest is deployed once", async () => {
    const digest = `sha256:${"5f".repeat(32)}`;
    captain.images.add(`${UPSTREAM}:${FIRST}@${digest}`, hermesImage(FIRST));
    const deployment = new Deployment(captain);
    const deploy = () =>
      deployment.synthesize((stack) => ({
        image: HermesImage.registry(stack, "image", { tag: FIRST, digest }),
      }));
    deploy();
    await deployment.apply();
    deploy();
    await deployment.apply();
    const deploys = captain.requests.filter(
      ({ method, path }) => method === "POST" && path === "/user/apps/appData/hermes",
    );
    expect(deploys).toHaveLength(1);
    expect(running().map(({ spec }) => spec.image)).toEqual([`${UPSTREAM}:${FIRST}@${digest}`]);
    expect(await deployment.changes()).toBe("none");
  });

  test("an agent keeps running when a new image can't be pulled, and is upgraded when it can", async () => {
    const deployment = new Deployment(captain);
    deployment.synthesize(() => ({}));
    await deployment.apply();
    const [before] = running();
    captain.images.remove(`${UPSTREAM}:v2026.5.16`);
    deployment.synthesize(() => ({ release: "v2026.5.16" }));
    const { code, output } = await deployment.terraform("apply", "-auto-approve");
    expect(code).toBe(1);
    expect(output).toContain("manifest unknown");
    expect(running()).toEqual([before]);

    captain.images.add(`${UPSTREAM}:v2026.5.16`, hermesImage("v2026.5.16"));
    await deployment.apply();
    expect(running().map(({ spec }) => spec.image)).toEqual([`${UPSTREAM}:v2026.5.16`]);
    expect(starts()).toMatch(/^(v2026\.4\.23 )+(v2026\.5\.16 )+$/);
    expect(captain.overlaps).toEqual([]);
  });

  test("an agent is destroyed without its data", async () => {
    const deployment = new Deployment(captain);
    deployment.synthesize(() => ({}));
    await deployment.apply();
    const { code, output } = await deployment.terraform("destroy", "-auto-approve");
    expect([code, output]).toEqual([0, expect.anything()]);
    expect(captain.appNames).toEqual([]);
    expect(starts()).toContain(FIRST);
  });

  test("CapRover builds an agent from a wrapper", async () => {
    const deployment = new Deployment(captain);
    const wrapper = (codexVersion: string) =>
      deployment.synthesize((stack) => ({
        image: HermesImage.wrapper(stack, "image", {
          release: "v2026.7.30",
          baseRevision: "1",
          codexVersion,
        }),
        model: { provider: "openai-codex", name: "gpt-5.5" },
      }));
    wrapper("0.169.0");
    await deployment.apply();
    expect(running().map(({ spec }) => spec.image)).toEqual([expect.stringContaining("img-captain-hermes")]);
    expect(await deployment.changes()).toBe("none");
    wrapper("0.170.0");
    await deployment.apply();
    expect(running()).toHaveLength(1);
    expect(captain.overlaps).toEqual([]);
  });
});
