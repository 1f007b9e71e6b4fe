import { CapRoverSandbox } from "cdktf-hermes/testing";
import type { Json, JsonObject } from "../../../../lib/testing/caprover-sandbox/engine/json";
import { type Answer, CaptainClient, send } from "../../../caprover-contract/captain-client";

let sandbox: CapRoverSandbox;
let client: CaptainClient;
const heard: string[] = [];

beforeAll(async () => {
  sandbox = await CapRoverSandbox.start({
    images: { "agent:1": {} },
    onUnmodelled: (line) => heard.push(line),
  });
  client = new CaptainClient(sandbox.url, sandbox.password);
  await client.logIn();
  await client.register("agent", false);
  await sandbox.clock.until(() => sandbox.app("agent").running.length === 1, 30);
});
afterAll(() => sandbox.stop());

const lineFor = (what: string) =>
  `the CapRover sandbox does not model ${what} and did nothing; see docs/caprover-sandbox.md of cdktf-hermes`;

async function expectRefusal(ask: () => Promise<Answer>, what: string): Promise<void> {
  const before = sandbox.unmodelled.length;
  const line = lineFor(what);
  expect(await ask()).toMatchObject({ http: 501, status: 0, text: line });
  expect(sandbox.unmodelled.slice(before)).toEqual([line]);
  expect(heard).toEqual(sandbox.unmodelled);
}

it.each([
  ["GET", "/user/system/netdata"],
  ["POST", "/user/system/versionInfo"],
  ["POST", "/user/apps/webhooks/triggerbuild?namespace=captain&token=s3cret"],
  ["DELETE", "/user/apps/appData/agent"],
  ["PATCH", "/user/projects/update"],
  ["GET", "/no/such/path"],
])("the unmodelled route %s %s is answered with HTTP 501 and kept in the log", async (method, path) => {
  const shown = `${method} /api/v2${path.replace(/\?.*/, "")}`;
  await expectRefusal(() => client.call(method, path), shown);
  expect(sandbox.requests.at(-1)?.outcome).toBe(501);
});

it.each([
  "/apps",
  "/download/",
  "/favicon.ico",
])("the page %s of CapRover's dashboard is answered with HTTP 501", (path) =>
  expectRefusal(() => send(`${sandbox.url}${path}`, "GET"), `GET ${path}`));

it.each([
  "/.well-known/captain-identifier",
  "/nginx_status",
])("nginx's own path %s gets no default page", (path) =>
  expectRefusal(() => send(`${sandbox.url}${path}`, "GET", { host: "nobody.example.test" }), `GET ${path}`));

it("an app answers on nginx's own paths as CapRover lets it", async () => {
  const before = sandbox.unmodelled.length;
  const host = "agent.apps.localhost";
  expect((await send(`${sandbox.url}/nginx_status`, "GET", { host })).http).toBe(200);
  expect((await send(`${sandbox.url}/.well-known/captain-identifier`, "GET", { host })).http).toBe(404);
  expect(sandbox.unmodelled).toHaveLength(before);
});

it("a request without a valid token learns nothing of routes", async () => {
  const before = sandbox.unmodelled.length;
  const answer = await client.call("GET", "/user/system/netdata", undefined, { "x-captain-auth": "" });
  expect(answer).toMatchObject({ http: 200, status: 1106 });
  expect(sandbox.unmodelled).toHaveLength(before);
});

it("an unmodelled write is refused while another write holds the lock", async () => {
  const first = client.patch("agent");
  await expectRefusal(
    () => client.call("POST", "/user/system/createbackup"),
    "POST /api/v2/user/system/createbackup",
  );
  expect((await first).status).toBe(100);
});

describe("a one-click template", () => {
  const deploy = (services: JsonObject) => {
    const template: Json = { services, caproverOneClickApp: { variables: [], instructions: {} } };
    return client.call("POST", "/user/oneclick/deploy", { template, values: [], templateName: "t" });
  };
  const route = "POST /api/v2/user/oneclick/deploy";

  it.each<[string, Json]>([
    ["hostname", "box"],
    ["cap_add", ["NET_ADMIN"]],
    ["depends_on", ["db"]],
  ])("a one-click template with the compose key %s is refused completely", async (key, value) => {
    const services = { fresh: { image: "agent:1", [key]: value } };
    await expectRefusal(() => deploy(services), `template.services.fresh.${key} in ${route}`);
    expect(sandbox.appNames).toEqual(["agent"]);
  });

  it("a one-click template with several services is refused completely", async () => {
    const services = { one: { image: "agent:1" }, two: { image: "agent:1" } };
    await expectRefusal(() => deploy(services), `a template with several services in ${route}`);
    expect(sandbox.appNames).toEqual(["agent"]);
  });

  it("a one-click template with compose keys that CapRover ignores too is deployed", async () => {
    const before = sandbox.unmodelled.length;
    const answer = await deploy({ fresh: { image: "agent:1", restart: "always" } });
    expect(answer).toMatchObject({ http: 200, status: 100 });
    expect(sandbox.unmodelled).toHaveLength(before);
  });
});

it("a captain-definition sent as a form field is refused", async () => {
  const form =
    '--b\r\nContent-Disposition: form-data; name="captainDefinitionContent"\r\n\r\n{"schemaVersion":2}\r\n--b--\r\n';
  const ask = () =>
    client.callRaw("POST", "/user/apps/appData/agent", Buffer.from(form), "multipart/form-data; boundary=b");
  await expectRefusal(ask, "the form field captainDefinitionContent in POST /api/v2/user/apps/appData/agent");
});
