import { type Json, objectAt, objectsAt, stringAt } from "../../lib/testing/caprover-sandbox/engine/json";
import { CaptainUnderTest, IMAGES } from "./captain-under-test";

const captain = new CaptainUnderTest();
const FULL = {
  description: "d",
  instanceCount: 1,
  envVars: [
    { key: " B ", value: "2" },
    { key: "A", value: "1" },
    { key: "A", value: "dup" },
    { key: "EMPTY", value: "" },
    { key: "NUM", value: 5 },
  ],
  volumes: [{ containerPath: "/data", volumeName: "contract-data" }],
  ports: [],
  tags: [{ tagName: "iac" }],
  websocketSupport: true,
  containerHttpPort: 9119,
  serviceUpdateOverride: '{"TaskTemplate":{"ContainerSpec":{"StopGracePeriod":20000000000}}}',
  appDeployTokenConfig: { enabled: true, appDeployToken: " my-token " },
  httpAuth: { user: "admin", password: "secret" },
};

beforeAll(() => captain.start());
afterAll(() => captain.stop());

describe("registering an app", () => {
  it("answers 100 and refuses an update while the placeholder is deployed", async () => {
    const name = captain.newName();
    expect(await captain.client.register(name, true)).toMatchObject({
      http: 200,
      status: 100,
      description: "App Definition Saved",
    });
    expect(await captain.client.patch(name, { description: "early" })).toMatchObject({
      http: 200,
      status: 1108,
      description: `Build in-progress for ${name}. Please wait...`,
    });
    await captain.settle(name);
    expect(await captain.app(name)).toMatchObject({
      hasPersistentData: true,
      projectId: "",
      description: "",
      instanceCount: 1,
      envVars: [],
      volumes: [],
      ports: [],
      tags: [],
      deployedVersion: 0,
      notExposeAsWebApp: false,
      customDomain: [],
      hasDefaultSubDomainSsl: false,
      forceSsl: false,
      websocketSupport: false,
      isAppBuilding: false,
    });
  });

  it("gives a fresh app no HTTP port until its first update", async () => {
    const name = await captain.newApp(false);
    expect(await captain.app(name)).not.toHaveProperty("containerHttpPort");
    await captain.client.patch(name);
    expect(await captain.app(name)).toHaveProperty("containerHttpPort", 80);
  });

  it.each([
    "Upper",
    "double--hyphen",
    "-first",
    "last-",
    "captain",
    "captain-x",
    "registry",
    "a_b",
    "x".repeat(50),
  ])("refuses the name %s with 1104", async (name) => {
    expect(await captain.client.register(name, false)).toMatchObject({
      http: 200,
      status: 1104,
      description: "App Name is not allowed. Only lowercase letters, numbers and single hyphens are allowed",
    });
  });

  it("answers 1103 for a name that is taken", async () => {
    const name = await captain.newApp(false);
    expect(await captain.client.register(name, false)).toMatchObject({
      status: 1103,
      description: "App Name already exists. Please use a different name",
    });
  });

  it("answers 1108 for an unknown project", async () => {
    const body = { appName: captain.newName(), projectId: "nope", hasPersistentData: false };
    const answer = await captain.client.call("POST", "/user/apps/appDefinitions/register", body);
    expect(answer).toMatchObject({ http: 200, status: 1108, description: "Project not found" });
  });
});

describe("a full update", () => {
  let name = "";
  beforeAll(async () => {
    name = await captain.newApp(true);
    await captain.client.post(name, FULL);
  });

  it("keeps the order of environment variables and duplicates, trims keys, makes strings of values", async () => {
    expect((await captain.app(name))["envVars"]).toEqual([
      { key: "B", value: "2" },
      { key: "A", value: "1" },
      { key: "A", value: "dup" },
      { key: "EMPTY", value: "" },
      { key: "NUM", value: "5" },
    ]);
  });

  it("keeps a deploy token that was sent, trimmed", async () => {
    expect((await captain.app(name))["appDeployTokenConfig"]).toEqual({
      enabled: true,
      appDeployToken: "my-token",
    });
  });

  it("saves a password as an apr1 hash", async () => {
    const auth = objectAt(await captain.app(name), "httpAuth");
    expect(auth).toEqual({ user: "admin", passwordHashed: expect.stringMatching(/^\$apr1\$.{8}\$.{22}$/) });
  });

  it("binds an app with data to its node", async () => {
    expect(stringAt(await captain.app(name), "nodeId")).not.toBe("");
  });

  it("resets everything that the body leaves out, and stops the app", async () => {
    const other = await captain.newApp(true);
    await captain.client.post(other, FULL);
    expect(await captain.client.post(other)).toMatchObject({ http: 200, status: 100 });
    const app = await captain.app(other);
    expect(app).toMatchObject({
      instanceCount: 0,
      description: "",
      envVars: [],
      volumes: [],
      ports: [],
      tags: [],
      websocketSupport: false,
      containerHttpPort: 80,
      serviceUpdateOverride: "",
      appDeployTokenConfig: { enabled: false },
      hasPersistentData: true,
    });
    expect(app).not.toHaveProperty("httpAuth");
  });
});

describe("a partial update", () => {
  let name = "";
  beforeAll(async () => {
    name = await captain.newApp(true);
    await captain.client.post(name, FULL);
  });

  it("changes what the body names and nothing else", async () => {
    const before = await captain.app(name);
    await captain.client.patch(name, { envVars: [{ key: "ONLY", value: "1" }] });
    expect(await captain.app(name)).toEqual({ ...before, envVars: [{ key: "ONLY", value: "1" }] });
  });

  it("ignores keys that it does not know, the persistent flag among them", async () => {
    const before = await captain.app(name);
    const answer = await captain.client.patch(name, { hasPersistentData: false, nonsense: 1 });
    expect(answer.status).toBe(100);
    expect(await captain.app(name)).toEqual(before);
  });

  it("demands the name of the app", async () => {
    const answer = await captain.client.call("PATCH", "/user/apps/appDefinitions/update", {
      description: "x",
    });
    expect(answer).toMatchObject({ http: 200, status: 1110, description: "appName is required" });
  });

  it("salts the same password anew each time, and keeps a hash as it is sent", async () => {
    const hashed = async (httpAuth: Json) => {
      await captain.client.patch(name, { httpAuth });
      return stringAt(objectAt(await captain.app(name), "httpAuth"), "passwordHashed");
    };
    const first = await hashed({ user: "admin", password: "secret" });
    expect(await hashed({ user: "admin", password: "secret" })).not.toBe(first);
    expect(await hashed({ user: "admin", passwordHashed: first })).toBe(first);
    expect(await hashed({ user: "admin" })).toBe("undefined");
    await captain.client.patch(name, { httpAuth: null });
    expect(await captain.app(name)).not.toHaveProperty("httpAuth");
  });

  it("makes a new deploy token when none is sent along", async () => {
    const token = async () => {
      await captain.client.patch(name, { appDeployTokenConfig: { enabled: true } });
      return stringAt(objectAt(await captain.app(name), "appDeployTokenConfig"), "appDeployToken");
    };
    const first = await token();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await token()).not.toBe(first);
  });

  it.each([
    "undefined",
    "null",
  ])("takes the token %s for none, and switches tokens off", async (appDeployToken) => {
    const answer = await captain.client.patch(name, {
      appDeployTokenConfig: { enabled: true, appDeployToken },
    });
    expect(answer.status).toBe(100);
    expect((await captain.app(name))["appDeployTokenConfig"]).toEqual({ enabled: false });
  });

  it("takes a git webhook only with its branch and an account", async () => {
    const set = (repoInfo: Record<string, string>) =>
      captain.client.patch(name, { appPushWebhook: { repoInfo } });
    const lacking = { status: 1110, description: "Missing required Github/BitBucket/Gitlab field" };
    const repo = { repo: "github.com/me/app", branch: "main" };
    expect(await set({ repo: "github.com/me/app" })).toMatchObject(lacking);
    expect(await set(repo)).toMatchObject(lacking);
    expect(await set({ ...repo, user: "me" })).toMatchObject(lacking);
    expect((await set({ ...repo, user: "me", password: "t0ken" })).status).toBe(100);
    expect(objectAt(await captain.app(name), "appPushWebhook")).toMatchObject({ repoInfo: repo });
    expect((await set({})).status).toBe(100);
    expect(await captain.app(name)).not.toHaveProperty("appPushWebhook");
  });

  it("hashes no empty password", async () => {
    await captain.client.patch(name, { httpAuth: { user: "admin", password: "" } });
    expect((await captain.app(name))["httpAuth"]).toEqual({ user: "admin", passwordHashed: "undefined" });
    await captain.client.patch(name, { httpAuth: null });
  });

  it("keeps the node of an app with data when an empty one is sent", async () => {
    const { nodeId } = await captain.app(name);
    expect((await captain.client.patch(name, { nodeId: "" })).status).toBe(100);
    expect(await captain.app(name)).toMatchObject({ nodeId });
  });

  it("empties a list that is null", async () => {
    await captain.client.patch(name, { volumes: null });
    expect((await captain.app(name))["volumes"]).toEqual([]);
  });

  it("accepts more than one instance of an app with data", async () => {
    expect((await captain.client.patch(name, { instanceCount: 2 })).status).toBe(100);
    await captain.client.patch(name, { instanceCount: 1 });
  });

  it.each<[string, Record<string, Json>, number, string]>([
    [
      "an empty environment key",
      { envVars: [{ key: " ", value: "x" }] },
      1000,
      "Environmental Variable key is empty!",
    ],
    [
      "a port beyond 65534",
      { ports: [{ hostPort: 70000, containerPort: 1 }] },
      1000,
      "Invalid ports: 70000 or 1",
    ],
    ["an unknown project", { projectId: "nope" }, 1108, "Project not found"],
    [
      "an unknown node",
      { nodeId: "nope" },
      1000,
      "Node ID you requested is not part of the swarm cluster: nope",
    ],
    [
      "force SSL without a certificate",
      { forceSsl: true },
      1108,
      "Cannot force SSL without at least one SSL-enabled domain!",
    ],
    [
      "an override that begins like JSON and is none",
      { serviceUpdateOverride: "{TaskTemplate: {}}" },
      1110,
      "serviceUpdateOverride must be either a valid JSON object starting with { or an equivalent yaml",
    ],
  ])("refuses %s and saves nothing", async (_what, settings, status, description) => {
    const before = await captain.app(name);
    expect(await captain.client.patch(name, settings)).toMatchObject({ http: 200, status, description });
    expect(await captain.app(name)).toEqual(before);
  });

  it("accepts an override that is no object, and trims it", async () => {
    expect((await captain.client.patch(name, { serviceUpdateOverride: " just words\n" })).status).toBe(100);
    expect(await captain.app(name)).toHaveProperty("serviceUpdateOverride", "just words");
    expect((await captain.client.patch(name, { serviceUpdateOverride: "" })).status).toBe(100);
  });

  it("accepts a relative host path", async () => {
    const volumes = [{ containerPath: "/x", hostPath: "relative", volumeName: "ignored" }];
    const other = await captain.newApp(true);
    await captain.client.patch(other, { instanceCount: 0 });
    expect((await captain.client.patch(other, { volumes })).status).toBe(100);
    expect((await captain.app(other))["volumes"]).toEqual([{ containerPath: "/x", hostPath: "relative" }]);
  });

  it("trims the paths and names of volumes", async () => {
    const other = await captain.newApp(true);
    await captain.client.patch(other, { instanceCount: 0 });
    const volumes = [
      { containerPath: " /x ", hostPath: "/y " },
      { containerPath: "/z\n", volumeName: "v" },
    ];
    expect((await captain.client.patch(other, { volumes })).status).toBe(100);
    expect((await captain.app(other))["volumes"]).toEqual([
      { containerPath: "/x", hostPath: "/y" },
      { containerPath: "/z", volumeName: "v" },
    ]);
  });

  it("refuses volumes on an app without the persistent flag", async () => {
    const other = await captain.newApp(false);
    const volumes = [{ containerPath: "/x", volumeName: "v" }];
    expect(await captain.client.patch(other, { volumes })).toMatchObject({
      status: 1108,
      description: "Cannot set volumes for a non-persistent container!",
    });
  });

  it("saves a spec that the engine refuses, and fails every later write until it is replaced", async () => {
    const other = await captain.newApp(false);
    const broken = '{"TaskTemplate":{"ContainerSpec":{"Args":"not a list"}}}';
    const refused = { http: 500, text: "Internal Server Error" };
    expect(await captain.client.patch(other, { serviceUpdateOverride: broken })).toMatchObject(refused);
    expect(await captain.client.patch(other, { description: "kept" })).toMatchObject(refused);
    expect(await captain.app(other)).toMatchObject({ serviceUpdateOverride: broken, description: "kept" });
    expect((await captain.client.patch(other, { serviceUpdateOverride: "" })).status).toBe(100);
  });

  it("keeps a hook that throws, which fails every deploy until it is reset", async () => {
    const other = await captain.newApp(false);
    const preDeployFunction = "var preDeployFunction = function () { throw new Error('no'); };";
    expect((await captain.client.patch(other, { preDeployFunction })).http).toBe(500);
    expect((await captain.app(other))["preDeployFunction"]).toBe(preDeployFunction);
    expect((await captain.client.patch(other, { preDeployFunction: "" })).status).toBe(100);
  });
});

describe("writes", () => {
  it("hold one lock: a second one meanwhile gets 429 in plain text", async () => {
    const name = await captain.newApp(false);
    const first = captain.client.patch(name, { description: "1" });
    await captain.wait(0.5);
    expect(await captain.client.patch(name, { description: "2" })).toMatchObject({
      http: 429,
      text: "Another operation still in progress... please wait...",
    });
    expect((await first).status).toBe(100);
  });
});

describe("deleting an app", () => {
  it("answers 1000 for an app that is not there", async () => {
    expect(
      await captain.client.call("POST", "/user/apps/appDefinitions/delete", { appName: "no-such" }),
    ).toMatchObject({
      http: 200,
      status: 1000,
      description: "App (no-such) could not be found. Make sure that you have created the app.",
    });
  });

  it("keeps a volume that another app names, though no container holds it", async () => {
    const [first, second] = [await captain.newApp(true), await captain.newApp(true)];
    const volumes = [{ containerPath: "/x", volumeName: "contract-shared" }];
    await captain.client.patch(first, { volumes });
    await captain.client.patch(second, { instanceCount: 0, volumes });
    await captain.wait(30);
    await captain.client.patch(first, { instanceCount: 0 });
    await captain.wait(30);
    const remove = (appName: string) =>
      captain.client.call("POST", "/user/apps/appDefinitions/delete", {
        appName,
        volumes: ["contract-shared"],
      });
    expect(await remove(first)).toMatchObject({
      status: 102,
      data: { volumesFailedToDelete: ["contract-shared"] },
    });
    expect((await remove(second)).status).toBe(100);
  });

  it("ignores volumes that are not of the app, and reports one that never existed with 102", async () => {
    const stranger = await captain.newApp(true);
    const remove = (appName: string, volumes: string[]) =>
      captain.client.call("POST", "/user/apps/appDefinitions/delete", { appName, volumes });
    expect((await remove(stranger, ["contract-of-another"])).status).toBe(100);
    const stopped = await captain.newApp(true);
    const volumes = [{ containerPath: "/x", volumeName: "contract-never-made" }];
    await captain.client.patch(stopped, { instanceCount: 0, volumes });
    expect(await remove(stopped, ["contract-never-made"])).toMatchObject({
      http: 200,
      status: 102,
      data: { volumesFailedToDelete: ["contract-never-made"] },
    });
    expect((await remove(stopped, [])).status).toBe(1000);
  });
});

describe("renaming an app", () => {
  it("keeps its settings under the new name", async () => {
    const name = await captain.newApp(false);
    const newAppName = captain.newName();
    await captain.client.deployImage(name, IMAGES.first, "");
    const answer = await captain.client.call("POST", "/user/apps/appDefinitions/rename", {
      oldAppName: name,
      newAppName,
    });
    expect(answer).toMatchObject({ status: 100, description: "AppName is renamed" });
    expect(await captain.client.app(name)).toBeUndefined();
    expect(objectsAt(await captain.app(newAppName), "versions").at(-1)).toMatchObject({
      deployedImageName: IMAGES.first,
    });
  });
});
