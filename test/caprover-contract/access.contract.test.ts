import { stringAt } from "../../lib/testing/caprover-sandbox/engine/json";
import { send } from "./captain-client";
import { CaptainUnderTest, IMAGES, sandboxOnly } from "./captain-under-test";

const captain = new CaptainUnderTest();
beforeAll(() => captain.start());
afterAll(() => captain.stop());

const LIST = "/user/apps/appDefinitions";

describe("the API's envelope", () => {
  it("the API's root answers 404 in plain text", async () => {
    const answer = await send(`${captain.client.url}/api/v2/`, "GET");
    expect(answer).toMatchObject({ http: 404, text: "Not Found" });
  });

  it("the API accepts version 2 only", async () => {
    expect(await send(`${captain.client.url}/api/v1/login`, "POST")).toMatchObject({
      status: 1000,
      description: "This captain instance only accepts API v2",
    });
  });

  it("the API knows one namespace", async () => {
    expect(await captain.client.call("GET", LIST, undefined, { "x-namespace": "other" })).toMatchObject({
      http: 200,
      status: 1000,
      description: "Namespace unknown",
    });
  });

  it("an answer names the framework and has an entity tag", async () => {
    const { headers } = await captain.client.call("GET", LIST);
    expect(headers).toMatchObject({ "x-powered-by": "Express", etag: expect.stringMatching(/^W\/"/) });
  });

  it("the theme can be read without a login", async () => {
    const answer = await captain.client.call("GET", "/theme/current", undefined, { "x-captain-auth": "" });
    expect(answer.status).toBe(100);
  });
});

describe("logging in", () => {
  it.each([
    ["an empty password", "", 1000, "password is empty."],
    ["a wrong password", "certainly-wrong", 1105, "Invalid credentials"],
  ])("a login with %s is refused", async (_what, password, status, description) => {
    expect(await captain.client.call("POST", "/login", { password })).toMatchObject({
      http: 200,
      status,
      description,
    });
  });

  it("a login with a password of more than 29 characters is refused", async () => {
    expect((await captain.client.call("POST", "/login", { password: "x".repeat(30) })).status).toBe(1000);
  });

  sandboxOnly("after five wrong passwords logins are refused for half a minute", async () => {
    const wrong = () => captain.client.call("POST", "/login", { password: "certainly-wrong" });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) statuses.push((await wrong()).status);
    expect(statuses.at(-1)).toBe(1113);
    await captain.wait(31);
    expect((await wrong()).status).toBe(1105);
  });
});

describe("a token", () => {
  it.each([
    ["nothing", ""],
    ["nonsense", "nonsense"],
  ])("a request with %s as its token gets 1106", async (_what, token) => {
    expect(await captain.client.call("GET", LIST, undefined, { "x-captain-auth": token })).toMatchObject({
      http: 200,
      status: 1106,
      description: "Auth token corrupted",
    });
  });

  sandboxOnly("a token is invalid after CapRover's process is replaced", async () => {
    await captain.sandbox.crashServer();
    expect(await captain.client.call("GET", LIST)).toMatchObject({
      http: 200,
      status: 1106,
      description: "Auth token is no longer valid. Request for a new auth token",
    });
    await captain.client.logIn();
    expect((await captain.client.call("GET", LIST)).status).toBe(100);
  });
});

describe("a deploy token", () => {
  it("a deploy token allows the deploy of its app, and not reading its status", async () => {
    const name = await captain.newApp(false);
    const appDeployToken = "a-deploy-token-of-the-contract";
    await captain.client.patch(name, { appDeployTokenConfig: { enabled: true, appDeployToken } });
    const access = { "x-captain-auth": "", "x-captain-app-token": appDeployToken };
    const path = `/user/apps/appData/${name}`;
    const body = {
      captainDefinitionContent: JSON.stringify({ schemaVersion: 2, imageName: IMAGES.first }),
      gitHash: "abc",
    };
    const bad = { ...access, "x-captain-app-token": "bad" };
    expect((await captain.client.call("POST", `${path}?detached=1`, body, bad)).status).toBe(1106);
    expect((await captain.client.call("GET", path, undefined, access)).status).toBe(1106);
    expect(await captain.client.call("POST", `${path}?detached=1`, body, access)).toMatchObject({
      status: 101,
      description: "Deploy is started",
    });
    await captain.settle(name);
    expect((await captain.app(name))["versions"]).toContainEqual(
      expect.objectContaining({ deployedImageName: IMAGES.first, gitHash: "abc" }),
    );
  });
});

describe("system", () => {
  it("the settings have the root domain", async () => {
    const { status, data } = await captain.client.call("GET", "/user/system/info");
    expect(status).toBe(100);
    expect(data).toMatchObject({ captainSubDomain: "captain", rootDomain: expect.any(String) });
  });

  it("the version can be read, slowly without a connection to the internet", async () => {
    const { status, data } = await captain.client.call("GET", "/user/system/versionInfo");
    expect(status).toBe(100);
    expect(stringAt(data, "currentVersion")).toMatch(/^\d+\.\d+\.\d+$/);
    expect(data).toMatchObject({ canUpdate: expect.any(Boolean), latestVersion: expect.any(String) });
  });

  it("the nodes can be listed", async () => {
    const { data } = await captain.client.call("GET", "/user/system/nodes");
    expect(data["nodes"]).toContainEqual(
      expect.objectContaining({
        nodeId: expect.any(String),
        isLeader: true,
        dockerEngineVersion: expect.any(String),
      }),
    );
  });
});

describe("projects", () => {
  it("a project can't be deleted while it has apps", async () => {
    const made = await captain.client.call("POST", "/user/projects/register", {
      name: "contract-agents",
      parentProjectId: "",
      description: "x",
    });
    expect(made).toMatchObject({ status: 100, description: "Project created: contract-agents" });
    const id = stringAt(made.data, "id");
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const name = await captain.newApp(false);
    expect((await captain.client.patch(name, { projectId: id })).status).toBe(100);
    const remove = () => captain.client.call("POST", "/user/projects/delete", { projectIds: [id] });
    expect(await remove()).toMatchObject({ status: 1108, description: "Project is not empty (has apps)" });
    await captain.client.patch(name, { projectId: "" });
    expect((await remove()).status).toBe(100);
    const { data } = await captain.client.call("GET", "/user/projects");
    expect(data["projects"]).not.toContainEqual(expect.objectContaining({ id }));
  });
});

describe("registries", () => {
  sandboxOnly("builds are pushed to the first registry, and passwords come back in clear text", async () => {
    const empty = await captain.client.call("GET", "/user/registries");
    expect(empty.data).toEqual({ registries: [] });
    const account = {
      registryUser: "u",
      registryPassword: "p",
      registryDomain: "ghcr.io",
      registryImagePrefix: "org",
    };
    expect(await captain.client.call("POST", "/user/registries/insert", account)).toMatchObject({
      status: 100,
      description: "Registry is added.",
    });
    const { data } = await captain.client.call("GET", "/user/registries");
    const id = stringAt(data, "defaultPushRegistryId");
    expect(data["registries"]).toEqual([{ id, registryType: "REMOTE_REG", ...account }]);
    await captain.client.call("POST", "/user/registries/setpush", { registryId: "" });
    expect((await captain.client.call("POST", "/user/registries/delete", { registryId: id })).status).toBe(
      100,
    );
  });

  sandboxOnly(
    "a registry's domain loses its scheme, and builds are not pushed to the second registry",
    async () => {
      const { client } = captain;
      const account = (registryDomain: string) => ({
        registryUser: "u",
        registryPassword: "p",
        registryDomain,
        registryImagePrefix: "",
      });
      const listed = async () => (await client.call("GET", "/user/registries")).data;
      await client.call("POST", "/user/registries/insert", account("https://ghcr.io"));
      const first = await listed();
      expect(first["registries"]).toEqual([expect.objectContaining({ registryDomain: "ghcr.io" })]);
      const id = stringAt(first, "defaultPushRegistryId");
      expect(await client.call("POST", "/user/registries/delete", { registryId: id })).toMatchObject({
        status: 1110,
        description: "Cannot remove the default push. First change the default push.",
      });
      await client.call("POST", "/user/registries/setpush", { registryId: "" });
      await client.call("POST", "/user/registries/insert", account(" http://quay.io"));
      expect(stringAt(await listed(), "defaultPushRegistryId")).toBe("");
      expect(
        await client.call("POST", "/user/registries/update", { id, ...account("https://docker.io") }),
      ).toMatchObject({ status: 100 });
      const { registries } = await listed();
      expect(registries).toEqual([
        expect.objectContaining({ registryDomain: "docker.io" }),
        expect.objectContaining({ registryDomain: "quay.io" }),
      ]);
    },
  );
});
