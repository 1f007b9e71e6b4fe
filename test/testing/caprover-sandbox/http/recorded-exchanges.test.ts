import { CapRoverSandbox, PLACEHOLDER_IMAGE } from "cdktf-hermes/testing";
import type { Json, JsonObject } from "../../../../lib/testing/caprover-sandbox/engine/json";
import { type Answer, CaptainClient } from "../../../caprover-contract/captain-client";

// Exchanges with a real CapRover 1.15.3, in the order in which they were recorded: here the same requests get the same
// codes, messages and fields.

const AGENT = "nousresearch/hermes-agent";
const DIGEST = `${AGENT}@sha256:${"a".repeat(64)}`;
const OVERRIDE = {
  TaskTemplate: {
    ContainerSpec: {
      Args: ["gateway", "run"],
      StopGracePeriod: 60000000000,
      Healthcheck: { Test: ["CMD", "true"] },
    },
  },
};
const SAVED = { http: 200, status: 100, description: "Updated App Definition Saved", data: {} };
const STARTED = { http: 200, status: 101, description: "Deploy is started", data: {} };
const SERVER_ERROR = { http: 500, text: "Internal Server Error" };

let sandbox: CapRoverSandbox;
let client: CaptainClient;

beforeAll(async () => {
  sandbox = await CapRoverSandbox.start({
    rootDomain: "",
    speed: 40,
    hostDirectories: ["/captain/data/hermes/data"],
    images: {
      [PLACEHOLDER_IMAGE]: { pullSeconds: 20 },
      ...Object.fromEntries([1, 2, 9].map((n) => [`${AGENT}:v${n}`, {}])),
      [DIGEST]: {},
    },
  });
  client = new CaptainClient(sandbox.url, sandbox.password);
});
afterAll(() => sandbox.stop());

const app = async (name = "hermes") => (await client.app(name)) ?? {};
const spec = (name = "hermes") => sandbox.app(name).service?.spec ?? {};
const settle = async () => {
  await sandbox.clock.until(() => sandbox.appNames.every((name) => !sandbox.app(name).isBuilding), 60);
  await sandbox.clock.sleep(3);
};

async function expectAnswer(answer: Promise<Answer>, expected: object): Promise<void> {
  expect(await answer).toMatchObject(expected);
}

describe("first series", () => {
  it("a login, the server's settings and the list of apps have the recorded fields", async () => {
    const list = "/user/apps/appDefinitions";
    await expectAnswer(client.call("GET", list), {
      http: 200,
      status: 1106,
      description: "Auth token corrupted",
      data: {},
    });
    await client.logIn();
    await expectAnswer(client.call("GET", "/user/system/info"), {
      http: 200,
      status: 100,
      description: "Captain info retrieved",
      data: { forceSsl: false, rootDomain: "", captainSubDomain: "captain" },
    });
    const { data } = await client.call("GET", list);
    expect(Object.keys(data).sort()).toEqual([
      "appDefinitions",
      "captainSubDomain",
      "defaultNginxConfig",
      "rootDomain",
    ]);
  });

  it("the token has the recorded payload", async () => {
    const { data } = await client.call("POST", "/login", { password: sandbox.password });
    const payload = String(data["token"]).split(".")[1] ?? "";
    expect(JSON.parse(Buffer.from(payload, "base64url").toString("utf8"))).toEqual({
      data: { namespace: "captain", tokenVersion: expect.any(String) },
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
  });

  it("an update is refused while the placeholder of a new app is deployed", async () => {
    await expectAnswer(client.register("Bad_Name", true), { http: 200, status: 1104, data: {} });
    await expectAnswer(client.register("hermes", true), { status: 100, description: "App Definition Saved" });
    await expectAnswer(client.patch("hermes"), {
      status: 1108,
      description: "Build in-progress for hermes. Please wait...",
    });
    await expectAnswer(client.register("hermes", true), { status: 1103 });
    await settle();
    await expectAnswer(client.status("hermes"), {
      description: "App build status retrieved",
      data: { isAppBuilding: false, isBuildFailed: false, logs: { firstLineNumber: -45 } },
    });
  });

  it("a new app and its service have the recorded fields", async () => {
    expect(await app()).toEqual({
      hasPersistentData: true,
      projectId: "",
      description: "",
      instanceCount: 1,
      captainDefinitionRelativeFilePath: "./captain-definition",
      networks: ["captain-overlay-network"],
      envVars: [],
      volumes: [],
      ports: [],
      tags: [],
      versions: [
        {
          version: 0,
          timeStamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          deployedImageName: PLACEHOLDER_IMAGE,
          gitHash: "",
        },
      ],
      deployedVersion: 0,
      notExposeAsWebApp: false,
      customDomain: [],
      hasDefaultSubDomainSsl: false,
      redirectDomain: "",
      forceSsl: false,
      websocketSupport: false,
      appName: "hermes",
      isAppBuilding: false,
      isLegacyAppName: false,
    });
    expect(spec()).toMatchObject({
      Name: "hermes",
      Labels: { "com.caprover.managed": "true" },
      TaskTemplate: {
        ContainerSpec: {
          Image: PLACEHOLDER_IMAGE,
          Env: [],
          Mounts: [],
          Labels: { randomLabelForceUpdate: expect.any(String) },
        },
        Placement: { Constraints: [] },
        LogDriver: { Name: "json-file", Options: { "max-size": "512m" } },
        Networks: [{ Target: "captain-overlay-network", Aliases: ["srv-captain--hermes"] }],
        RestartPolicy: { Condition: "any", Delay: 5000000000, MaxAttempts: 0 },
      },
      Mode: { Replicated: { Replicas: 1 } },
      UpdateConfig: { Order: "start-first", FailureAction: "pause", Monitor: 5000000000 },
    });
  });

  it("a full update gives the app and its service the recorded fields", async () => {
    const settings: JsonObject = {
      description: "d",
      instanceCount: 1,
      envVars: [
        { key: "B", value: "2" },
        { key: "SP", value: " v " },
      ],
      volumes: [
        { containerPath: "/opt/data", hostPath: "/captain/data/hermes/data" },
        { containerPath: "/extra", volumeName: "hermes-extra" },
      ],
      ports: [{ hostPort: 8642, containerPort: 8642 }],
      tags: [{ tagName: "iac" }],
      websocketSupport: true,
      containerHttpPort: 9119,
      serviceUpdateOverride: JSON.stringify(OVERRIDE),
      appDeployTokenConfig: { enabled: true },
      httpAuth: { user: "admin", password: "pw" },
    };
    await expectAnswer(client.post("hermes", settings), SAVED);
    const after = await app();
    expect(Object.keys(after).sort()).toEqual([
      ...["appDeployTokenConfig", "appName", "captainDefinitionRelativeFilePath", "containerHttpPort"],
      ...["customDomain", "customNginxConfig", "deployedVersion", "description", "envVars", "forceSsl"],
      ...["hasDefaultSubDomainSsl", "hasPersistentData", "httpAuth", "instanceCount", "isAppBuilding"],
      ...["isLegacyAppName", "networks", "nodeId", "notExposeAsWebApp", "ports", "preDeployFunction"],
      ...["projectId", "redirectDomain", "serviceUpdateOverride", "tags", "versions", "volumes"],
      "websocketSupport",
    ]);
    expect(after).toMatchObject({
      nodeId: "node1",
      customNginxConfig: "",
      preDeployFunction: "",
      appDeployTokenConfig: { enabled: true, appDeployToken: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(spec()).toMatchObject({
      TaskTemplate: {
        ContainerSpec: {
          Env: ["B=2", "SP= v "],
          Mounts: [
            {
              Source: "/captain/data/hermes/data",
              Target: "/opt/data",
              Type: "bind",
              ReadOnly: false,
              Consistency: "default",
            },
            { Source: "hermes-extra", Target: "/extra", Type: "volume", ReadOnly: false },
          ],
          ...OVERRIDE.TaskTemplate.ContainerSpec,
        },
        Placement: { Constraints: ["node.id == node1"] },
      },
      EndpointSpec: {
        Ports: [
          { Protocol: "tcp", TargetPort: 8642, PublishedPort: 8642 },
          { Protocol: "udp", TargetPort: 8642, PublishedPort: 8642 },
        ],
      },
      UpdateConfig: { Order: "stop-first" },
    });
  });

  it("good and bad deploys add the recorded versions", async () => {
    await expectAnswer(client.deployImage("hermes", `${AGENT}:v1`), STARTED);
    await settle();
    await expectAnswer(client.deployImage("hermes", `${AGENT}:v2`, ""), { description: "Deploy is done" });
    await expectAnswer(client.deploy("hermes", { schemaVersion: 2 }, ""), { http: 200, status: 1000 });
    expect((await client.status("hermes")).data).toMatchObject({
      isBuildFailed: true,
      logs: { firstLineNumber: -44 },
    });
    await expectAnswer(client.deployImage("hermes", "fail/pull:1", ""), SERVER_ERROR);
    const { versions, deployedVersion } = await app();
    expect(deployedVersion).toBe(2);
    const entries: Json = versions ?? null;
    expect(entries).toMatchObject([
      { deployedImageName: PLACEHOLDER_IMAGE },
      { deployedImageName: `${AGENT}:v1` },
      { deployedImageName: `${AGENT}:v2` },
      { version: 3 },
      { version: 4 },
    ]);
    await expectAnswer(client.deployImage("hermes", DIGEST, ""), { status: 100 });
  });

  it("a removed override changes nothing, and an emptied one resets only its lists", async () => {
    await expectAnswer(client.patch("hermes", { serviceUpdateOverride: "" }), SAVED);
    expect(spec()).toMatchObject(OVERRIDE);
    const nothing = JSON.stringify({ TaskTemplate: { ContainerSpec: { Args: null, Healthcheck: null } } });
    await expectAnswer(client.patch("hermes", { serviceUpdateOverride: nothing }), SAVED);
    expect(sandbox.app("hermes").service?.wanted.args).toBeUndefined();
    expect(spec()).toMatchObject({
      TaskTemplate: { ContainerSpec: { Healthcheck: { Test: ["CMD", "true"] } } },
    });
  });

  it("a service without volumes starts the new container first", async () => {
    await expectAnswer(client.patch("hermes", { volumes: null }), SAVED);
    expect(spec()).toMatchObject({
      TaskTemplate: { ContainerSpec: { Mounts: [] } },
      UpdateConfig: { Order: "start-first" },
    });
  });

  it("a deletion takes fourteen seconds with volumes and two without", async () => {
    const remove = async (body: JsonObject) => {
      const start = sandbox.clock.milliseconds();
      await expectAnswer(client.call("POST", "/user/apps/appDefinitions/delete", body), {
        status: 100,
        description: "App is deleted",
      });
      return (sandbox.clock.milliseconds() - start) / 1000;
    };
    await expectAnswer(
      client.patch("hermes", { volumes: [{ containerPath: "/extra", volumeName: "hermes-extra" }] }),
      SAVED,
    );
    await settle();
    expect(await remove({ appName: "hermes", volumes: ["hermes-extra"] })).toBeGreaterThan(14);
    await client.register("web", false);
    await settle();
    const seconds = await remove({ appNames: ["web"] });
    expect(seconds).toBeGreaterThan(2);
    expect(seconds).toBeLessThan(14);
  });
});

describe("second series: the placeholder can't be pulled", () => {
  beforeAll(async () => {
    sandbox.images.remove(PLACEHOLDER_IMAGE);
    await client.call("POST", "/user/apps/appDefinitions/register", {
      appName: "a1",
      hasPersistentData: true,
    });
  });

  it("registering still answers 100, and the app has no image and no service", async () => {
    expect((await client.status("a1")).data).toMatchObject({
      isBuildFailed: true,
      logs: { firstLineNumber: -42 },
    });
    expect((await app("a1"))["versions"]).toEqual([{ version: 0, timeStamp: expect.any(String) }]);
    expect(sandbox.app("a1").service).toBeUndefined();
  });

  it("a write to an app without an image is refused, but saved if it names a node", async () => {
    const envVars = [{ key: "X", value: "1" }];
    await expectAnswer(client.patch("a1", { envVars }), {
      http: 200,
      status: 1000,
      description: "Cannot find the service. Try again in a minute...",
    });
    expect((await app("a1"))["envVars"]).toEqual([]);
    await expectAnswer(client.patch("a1", { envVars, nodeId: "node1" }), {
      http: 200,
      status: 1110,
      description:
        "ImageName for deployed version is not available, this version was probably failed due to an unsuccessful build!",
    });
    expect((await app("a1"))["envVars"]).toEqual(envVars);
  });

  it("a deploy of another image gives the app its service", async () => {
    await expectAnswer(client.deployImage("a1", `${AGENT}:v1`), STARTED);
    await settle();
    expect(spec("a1")).toMatchObject({
      TaskTemplate: { ContainerSpec: { Image: `${AGENT}:v1`, Env: ["X=1"] } },
      Mode: { Replicated: { Replicas: 1 } },
    });
    await expectAnswer(client.patch("a1", { nodeId: "" }), SAVED);
    expect((await app("a1"))["nodeId"]).toBe("node1");
  });

  it("a hook changes the spec of the service", async () => {
    const preDeployFunction = `var preDeployFunction = function (app, spec) {
      spec.TaskTemplate.ContainerSpec.Mounts.push({ Type: "tmpfs", Target: "/dev/shm", TmpfsOptions: { SizeBytes: 1073741824 } });
      return Promise.resolve(spec);
    };`;
    await expectAnswer(client.patch("a1", { preDeployFunction }), SAVED);
    expect(spec("a1")).toMatchObject({
      TaskTemplate: {
        ContainerSpec: {
          Mounts: [{ Type: "tmpfs", Target: "/dev/shm", TmpfsOptions: { SizeBytes: 1073741824 } }],
        },
      },
    });
  });
});
