/** The images that the sandbox knows by itself, deployed as CapRover's own clients do it. */
import { CapRoverSandbox, hermesImage } from "cdktf-hermes/testing";
import { GATEWAY_RUNS } from "../../../../lib/boot/boot-script";
import { knownImage } from "../../../../lib/testing/caprover-sandbox/images/known";
import { CaptainClient, send } from "../../../caprover-contract/captain-client";

const HERMES = "nousresearch/hermes-agent";
const PROXY = "caprover/nginx-reverse-proxy:1-ef5ffcb";
const KEY = "0123456789abcdef";
const LOGIN = {
  HERMES_DASHBOARD_BASIC_AUTH_USERNAME: "ada",
  HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: "a-long-password",
};

let captain: CapRoverSandbox;
let user: CaptainClient;
beforeEach(async () => {
  captain = await CapRoverSandbox.start();
  user = new CaptainClient(captain.url, captain.password);
  await user.logIn();
});
afterEach(() => captain.stop());

interface Deployed {
  readonly image: string;
  readonly port: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly container?: object;
}

async function deploy(
  appName: string,
  { image, port, environment = {}, container = {} }: Deployed,
): Promise<void> {
  await user.register(appName, false);
  await captain.clock.until(() => !captain.app(appName).isBuilding, 60);
  const envVars = Object.entries(environment).map(([key, value]) => ({ key, value }));
  const serviceUpdateOverride = JSON.stringify({ TaskTemplate: { ContainerSpec: container } });
  await user.call("PATCH", "/user/apps/appDefinitions/update", {
    appName,
    containerHttpPort: port,
    envVars,
    serviceUpdateOverride,
  });
  await user.deployImage(appName, image);
  await captain.clock.until(() => captain.app(appName).definition.deployedVersion === 1, 120);
  await captain.clock.advance(30);
}

async function visit(
  app: string,
  path: string,
  {
    method = "GET",
    headers = {},
    body = "",
  }: { method?: string; headers?: Readonly<Record<string, string>>; body?: string } = {},
) {
  const answer = await send(
    `${captain.url}${path}`,
    method,
    { ...headers, host: `${app}.apps.localhost` },
    body,
  );
  return { status: answer.http, body: answer.text };
}

const GATEWAY = { Args: ["gateway", "run"] };
const linesOf = (app: string) => captain.app(app).running[0]?.log.map(({ line }) => line) ?? [];

describe("the images that a sandbox can pull by itself", () => {
  test.each([
    [`${HERMES}:v2026.4.23`, true],
    [`${HERMES}:v2026.7.7.2`, true],
    [`${HERMES}:v0.21.6`, true],
    [`${HERMES}:v0.99.0`, true],
    [`${HERMES}:v0.21.6-desktop`, true],
    [`${HERMES}:rc.4-v0.21.6`, true],
    [`${HERMES}:latest`, true],
    [HERMES, true],
    [`docker.io/${HERMES}:v2026.7.30`, true],
    [`${HERMES}:v2026.7.30@sha256:${"a".repeat(64)}`, true],
    [PROXY, true],
    [`${HERMES}:no-release`, false],
    [`${HERMES}:sha-6f1d2c9`, false],
    [`ghcr.io/${HERMES}:v2026.7.30`, false],
    ["acme/hermes-agent:v2026.7.30", false],
    ["nginx:1", false],
  ])("%s can be pulled: %s", (reference, isKnown) => {
    expect(knownImage(reference) !== undefined).toBe(isKnown);
  });

  test("an image of the same name that a test describes is used instead", async () => {
    const image = `${HERMES}:v2026.7.30`;
    captain.images.add(image, { ports: { 80: () => ({ status: 418, body: "mine" }) } });
    await deploy("own", { image, port: 80 });
    expect(await visit("own", "/")).toEqual({ status: 418, body: "mine" });
  });

  test("an image that was removed can't be pulled any more", async () => {
    captain.images.remove(PROXY);
    await user.register("gone", false);
    await captain.clock.until(() => !captain.app("gone").isBuilding, 60);
    await user.deployImage("gone", PROXY);
    await captain.clock.until(() => !captain.app("gone").isBuilding, 60);
    expect(captain.app("gone").definition.deployedVersion).toBe(0);
  });
});

describe("Hermes Agent in the sandbox", () => {
  test.each([
    ["v2026.5.16", "Dropping root privileges", "Starting hermes dashboard on 0.0.0.0:9119 (background)"],
    ["v2026.7.30", "[stage2] Setup complete; starting user services", "HERMES_DASHBOARD_READY port=9119"],
    ["v0.21.6", "[stage2] Setup complete; starting user services", "HERMES_DASHBOARD_READY port=9119"],
  ])("%s writes the lines of its generation, and its dashboard says that the gateway runs", async (tag, first, ready) => {
    const environment = { HERMES_DASHBOARD: "1", HERMES_DASHBOARD_HOST: "0.0.0.0", ...LOGIN };
    await deploy("hermes", { image: `${HERMES}:${tag}`, port: 9119, environment, container: GATEWAY });
    expect(linesOf("hermes")).toEqual(expect.arrayContaining([first, "⚕ Hermes Gateway Starting...", ready]));
    const { status, body } = await visit("hermes", "/api/status");
    expect(status).toBe(200);
    expect(body).toContain('"gateway_running":true');
  });

  test.each([
    ["without a login", "v2026.7.30", { HERMES_DASHBOARD: "1" }, 502],
    [
      "with a secret that is too short",
      "v2026.7.30",
      { HERMES_DASHBOARD: "1", ...LOGIN, HERMES_DASHBOARD_BASIC_AUTH_SECRET: "short" },
      502,
    ],
    ["on loopback", "v2026.7.30", { HERMES_DASHBOARD: "1", HERMES_DASHBOARD_HOST: "127.0.0.1" }, 502],
    ["that is not switched on", "v2026.7.30", { HERMES_DASHBOARD: "on", ...LOGIN }, 502],
    [
      "without a login and with INSECURE, which has no effect any more",
      "v2026.7.1",
      { HERMES_DASHBOARD: "1", HERMES_DASHBOARD_INSECURE: "1" },
      502,
    ],
    [
      "without a login and with INSECURE",
      "v2026.6.19",
      { HERMES_DASHBOARD: "1", HERMES_DASHBOARD_INSECURE: "1" },
      200,
    ],
    ["without a login, which an old release does not ask for", "v2026.5.16", { HERMES_DASHBOARD: "1" }, 200],
    ["with a login", "v2026.6.5", { HERMES_DASHBOARD: "1", ...LOGIN }, 302],
  ] as const)("a dashboard %s in %s answers %j with %s", async (_what, tag, environment, status) => {
    await deploy("hermes", { image: `${HERMES}:${tag}`, port: 9119, environment, container: GATEWAY });
    expect((await visit("hermes", "/")).status).toBe(status);
  });

  test("the API server answers to its key only, and needs none for its health", async () => {
    const environment = { API_SERVER_HOST: "0.0.0.0", API_SERVER_PORT: "8700", API_SERVER_KEY: KEY };
    await deploy("hermes", { image: `${HERMES}:v2026.7.30`, port: 8700, environment, container: GATEWAY });
    const health = await visit("hermes", "/health");
    expect({ ...health, body: JSON.parse(health.body) }).toEqual({
      status: 200,
      body: { status: "ok", platform: "hermes-agent", version: "0.19.1", simulated: true },
    });
    expect((await visit("hermes", "/v1/models")).status).toBe(401);
    expect(
      (await visit("hermes", "/v1/models", { headers: { authorization: `Bearer ${KEY}` } })).status,
    ).toBe(200);
  });

  test.each([
    ["a short key", "v2026.7.30", { API_SERVER_HOST: "0.0.0.0", API_SERVER_KEY: "12345678" }, 502],
    [
      "a short key, which an old release accepts",
      "v2026.6.19",
      { API_SERVER_HOST: "0.0.0.0", API_SERVER_KEY: "12345678" },
      200,
    ],
    ["its default address", "v2026.7.30", { API_SERVER_KEY: KEY }, 502],
    ["no key", "v2026.7.30", { API_SERVER_HOST: "0.0.0.0" }, 502],
  ] as const)("an API server with %s in %s answers %j with %s", async (_what, tag, environment, status) => {
    await deploy("hermes", { image: `${HERMES}:${tag}`, port: 8642, environment, container: GATEWAY });
    expect((await visit("hermes", "/health")).status).toBe(status);
  });

  test("an agent with the old entrypoint as its Command ends again and again, as the real one does", async () => {
    const container = { Command: ["/opt/hermes/docker/entrypoint.sh", "gateway", "run"] };
    await deploy("hermes", { image: `${HERMES}:v2026.7.30`, port: 9119, container });
    const ends = () =>
      captain.events.filter(({ kind, service }) => kind === "die" && service === "hermes").length;
    const before = ends();
    await captain.clock.advance(30);
    expect(ends()).toBeGreaterThanOrEqual(before + 3);
    expect(captain.app("hermes").running).toEqual([]);
  });

  test("the line of this package's boot script comes only from a script that has it", async () => {
    const script = (text: string) => ({ CDKTF_HERMES_BOOT: Buffer.from(text).toString("base64") });
    const image = `${HERMES}:v2026.7.30`;
    await deploy("says", {
      image,
      port: 80,
      environment: script(`echo ${GATEWAY_RUNS}`),
      container: GATEWAY,
    });
    await deploy("silent", { image, port: 80, environment: script("exit 0"), container: GATEWAY });
    expect(linesOf("says")).toContain(GATEWAY_RUNS);
    expect(linesOf("silent")).not.toContain(GATEWAY_RUNS);
  });

  test("hermesImage describes the image of a wrapper", async () => {
    captain.images.add("ghcr.io/acme/hermes-agent:7", hermesImage("v2026.7.30"));
    const environment = { HERMES_DASHBOARD: "1", ...LOGIN };
    await deploy("hermes", {
      image: "ghcr.io/acme/hermes-agent:7",
      port: 9119,
      environment,
      container: GATEWAY,
    });
    expect(JSON.parse((await visit("hermes", "/api/status")).body)).toMatchObject({ version: "0.19.1" });
  });
});

describe("CapRover's proxy in the sandbox", () => {
  const upload = (mib: number) => ({ method: "POST", body: "x".repeat(mib * 2 ** 20) });
  const patience = (directives: string) => ({
    Args: [
      "sh",
      "-c",
      `echo '${directives}' > /etc/nginx/conf.d/patience.conf && exec nginx -g 'daemon off;'`,
    ],
  });

  async function behindProxy(
    environment: Readonly<Record<string, string>>,
    container: object = {},
  ): Promise<void> {
    captain.images.add("behind:1", {
      ports: {
        8642: ({ path, body }) => ({
          status: 200,
          body: `${path} ${body.length}`,
          afterSeconds: path === "/slow" ? 100 : 0,
        }),
      },
    });
    await deploy("behind", { image: "behind:1", port: 8642 });
    const upstream = { UPSTREAM_HTTP_ADDRESS: "http://srv-captain--behind:8642", ...environment };
    await deploy("proxy", { image: PROXY, port: 80, environment: upstream, container });
    await user.call("PATCH", "/user/apps/appDefinitions/update", {
      appName: "proxy",
      customNginxConfig:
        "server { proxy_read_timeout 1h; client_max_body_size 500m; location / { proxy_pass a; } }",
    });
    await captain.clock.advance(20);
  }

  test("the proxy passes requests on to another app", async () => {
    await behindProxy({});
    expect(await visit("proxy", "/v1/models?a=1")).toEqual({ status: 200, body: "/v1/models?a=1 0" });
  });

  test.each([
    [{}, {}, 25, 413],
    [{}, {}, 19, 200],
    [{}, patience("client_max_body_size 500m;"), 25, 413],
    [{ CLIENT_MAX_BODY_SIZE: "500m" }, {}, 25, 200],
    [{ CLIENT_MAX_BODY_SIZE: "0" }, {}, 25, 200],
    [{ CLIENT_MAX_BODY_SIZE: "1m" }, {}, 2, 413],
  ])("with %j and %j, an upload of %s MiB gets %s", async (environment, container, mib, status) => {
    await behindProxy(environment, container);
    expect((await visit("proxy", "/", upload(mib))).status).toBe(status);
  });

  test.each([
    [{}, 504],
    [patience("proxy_read_timeout 3600s;"), 200],
  ])("with %j, an answer after 100 s gets %s", async (container, status) => {
    await behindProxy({}, container);
    const answer = visit("proxy", "/slow");
    await captain.clock.sleep(120);
    expect((await answer).status).toBe(status);
  });

  test("a proxy whose upstream does not answer says 502, and one without upstream does not start", async () => {
    await deploy("lost", {
      image: PROXY,
      port: 80,
      environment: { UPSTREAM_HTTP_ADDRESS: "http://srv-captain--no:80" },
    });
    await deploy("none", { image: PROXY, port: 80 });
    expect((await visit("lost", "/")).status).toBe(502);
    expect(captain.events.some(({ kind, service }) => kind === "die" && service === "none")).toBe(true);
  });
});

test.each([
  ["/api/status", 9119],
  ["/login", 9119],
  ["/health", 8642],
  ["/v1/models", 8642],
])("the answer of a simulated agent to %s says that it is simulated", async (path, port) => {
  const environment = { HERMES_DASHBOARD: "1", ...LOGIN, API_SERVER_HOST: "0.0.0.0", API_SERVER_KEY: KEY };
  await deploy("hermes", { image: `${HERMES}:v2026.7.30`, port, environment, container: GATEWAY });
  const { headers } = await send(`${captain.url}${path}`, "GET", { host: "hermes.apps.localhost" }, "");
  expect(headers["x-simulated-by"]).toMatch(/caprover-sandbox/);
});
