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

describe("while CapRover is at work", () => {
  // Slow enough that a second request comes in time from a busy machine.
  const captain = new CaptainUnderTest({ speed: 1 });

  beforeAll(() => captain.start());
  afterAll(() => captain.stop());

  it("registering an app answers 100, and an update is refused while its placeholder is deployed", async () => {
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

  it("a second write at the same time gets 429 in plain text", async () => {
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

describe("registering an app", () => {
  it("a new app has no HTTP port until its first update", async () => {
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
  ])("the name %s is refused with 1104", async (name) => {
    expect(await captain.client.register(name, false)).toMatchObject({
      http: 200,
      status: 1104,
      description: "App Name is not allowed. Only lowercase letters, numbers and single hyphens are allowed",
    });
  });

  it("a taken name is refused with 1103", async () => {
    const name = await captain.newApp(false);
    expect(await captain.client.register(name, false)).toMatchObject({
      status: 1103,
      description: "App Name already exists. Please use a different name",
    });
  });

  it("an unknown project is refused with 1108", async () => {
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

  it("environment variables keep their order and duplicates, keys are trimmed, and values become strings", async () => {
    expect((await captain.app(name))["envVars"]).toEqual([
      { key: "B", value: "2" },
      { key: "A", value: "1" },
      { key: "A", value: "dup" },
      { key: "EMPTY", value: "" },
      { key: "NUM", value: "5" },
    ]);
  });

  it("a deploy token is saved as it was sent, trimmed", async () => {
    expect((await captain.app(name))["appDeployTokenConfig"]).toEqual({
      enabled: true,
      appDeployToken: "my-token",
    });
  });

  it("a password is saved as an apr1 hash", async () => {
    const auth = objectAt(await captain.app(name), "httpAuth");
    expect(auth).toEqual({ user: "admin", passwordHashed: expect.stringMatching(/^\$apr1\$.{8}\$.{22}$/) });
  });

  it("a full update binds an app with data to its node", async () => {
    expect(stringAt(await captain.app(name), "nodeId")).not.toBe("");
  });

  it("a full update resets everything that it leaves out, and so stops the app", async () => {
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

  it("a partial update changes what it names and nothing else", async () => {
    const before = await captain.app(name);
    await captain.client.patch(name, { envVars: [{ key: "ONLY", value: "1" }] });
    expect(await captain.app(name)).toEqual({ ...before, envVars: [{ key: "ONLY", value: "1" }] });
  });

  it("a partial update ignores unknown keys, and the persistent flag", async () => {
    const before = await captain.app(name);
    const answer = await captain.client.patch(name, { hasPersistentData: false, nonsense: 1 });
    expect(answer.status).toBe(100);
    expect(await captain.app(name)).toEqual(before);
  });

  it("a partial update without the app's name is refused", async () => {
    const answer = await captain.client.call("PATCH", "/user/apps/appDefinitions/update", {
      description: "x",
    });
    expect(answer).toMatchObject({ http: 200, status: 1110, description: "appName is required" });
  });

  it("the same password gets a new salt each time, and a hash is saved as it was sent", async () => {
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

  it("deploy tokens without a token make a new one each time", async () => {
    const token = async () => {
      await captain.client.patch(name, { appDeployTokenConfig: { enabled: true } });
      return stringAt(objectAt(await captain.app(name), "appDeployTokenConfig"), "appDeployToken");
    };
    const first = await token();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await token()).not.toBe(first);
  });

  it.each(["undefined", "null"])("the deploy token %s switches deploy tokens off", async (appDeployToken) => {
    const answer = await captain.client.patch(name, {
      appDeployTokenConfig: { enabled: true, appDeployToken },
    });
    expect(answer.status).toBe(100);
    expect((await captain.app(name))["appDeployTokenConfig"]).toEqual({ enabled: false });
  });

  it("a git webhook needs a branch and an account", async () => {
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

  it("an empty password is not hashed", async () => {
    await captain.client.patch(name, { httpAuth: { user: "admin", password: "" } });
    expect((await captain.app(name))["httpAuth"]).toEqual({ user: "admin", passwordHashed: "undefined" });
    await captain.client.patch(name, { httpAuth: null });
  });

  it("an app with data keeps its node when an empty one is sent", async () => {
    const { nodeId } = await captain.app(name);
    expect((await captain.client.patch(name, { nodeId: "" })).status).toBe(100);
    expect(await captain.app(name)).toMatchObject({ nodeId });
  });

  it("null empties a list", async () => {
    await captain.client.patch(name, { volumes: null });
    expect((await captain.app(name))["volumes"]).toEqual([]);
  });

  it("an app with data may have more than one instance", async () => {
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
      "an override that begins like JSON and is not JSON",
      { serviceUpdateOverride: "{TaskTemplate: {}}" },
      1110,
      "serviceUpdateOverride must be either a valid JSON object starting with { or an equivalent yaml",
    ],
  ])("%s is refused, and nothing is saved", async (_what, settings, status, description) => {
    const before = await captain.app(name);
    expect(await captain.client.patch(name, settings)).toMatchObject({ http: 200, status, description });
    expect(await captain.app(name)).toEqual(before);
  });

  it("an override that is no object is saved, trimmed", async () => {
    expect((await captain.client.patch(name, { serviceUpdateOverride: " just words\n" })).status).toBe(100);
    expect(await captain.app(name)).toHaveProperty("serviceUpdateOverride", "just words");
    expect((await captain.client.patch(name, { serviceUpdateOverride: "" })).status).toBe(100);
  });

  it("a relative host path is accepted", async () => {
    const volumes = [{ containerPath: "/x", hostPath: "relative", volumeName: "ignored" }];
    const other = await captain.newApp(true);
    await captain.client.patch(other, { instanceCount: 0 });
    expect((await captain.client.patch(other, { volumes })).status).toBe(100);
    expect((await captain.app(other))["volumes"]).toEqual([{ containerPath: "/x", hostPath: "relative" }]);
  });

  it("paths and names of volumes are trimmed", async () => {
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

  it("volumes of an app without the persistent flag are refused", async () => {
    const other = await captain.newApp(false);
    const volumes = [{ containerPath: "/x", volumeName: "v" }];
    expect(await captain.client.patch(other, { volumes })).toMatchObject({
      status: 1108,
      description: "Cannot set volumes for a non-persistent container!",
    });
  });

  it("a spec that the engine refuses is saved, and every later write fails until it is replaced", async () => {
    const other = await captain.newApp(false);
    const broken = '{"TaskTemplate":{"ContainerSpec":{"Args":"not a list"}}}';
    const refused = { http: 500, text: "Internal Server Error" };
    expect(await captain.client.patch(other, { serviceUpdateOverride: broken })).toMatchObject(refused);
    expect(await captain.client.patch(other, { description: "kept" })).toMatchObject(refused);
    expect(await captain.app(other)).toMatchObject({ serviceUpdateOverride: broken, description: "kept" });
    expect((await captain.client.patch(other, { serviceUpdateOverride: "" })).status).toBe(100);
  });

  it("a hook that throws is saved, and every write fails until it is reset", async () => {
    const other = await captain.newApp(false);
    const preDeployFunction = "var preDeployFunction = function () { throw new Error('no'); };";
    expect((await captain.client.patch(other, { preDeployFunction })).http).toBe(500);
    expect((await captain.app(other))["preDeployFunction"]).toBe(preDeployFunction);
    expect((await captain.client.patch(other, { preDeployFunction: "" })).status).toBe(100);
  });
});

describe("deleting an app", () => {
  it("deleting an unknown app answers 1000", async () => {
    expect(
      await captain.client.call("POST", "/user/apps/appDefinitions/delete", { appName: "no-such" }),
    ).toMatchObject({
      http: 200,
      status: 1000,
      description: "App (no-such) could not be found. Make sure that you have created the app.",
    });
  });

  it("a deletion keeps a volume that another app names, though no container holds it", async () => {
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

  it("a deletion ignores volumes of other apps, and answers 102 for one that never existed", async () => {
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
  it("a renamed app keeps its settings", async () => {
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
