import {
  arrayAt,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
} from "../../lib/testing/caprover-sandbox/engine/json";
import { CaptainUnderTest, IMAGES, sandboxOnly } from "./captain-under-test";

const captain = new CaptainUnderTest({
  images: {
    "registry.test/slow-pull:1": { pullSeconds: 20 },
    "registry.test/exits:1": { exits: { afterSeconds: 0.05, code: 3 }, logLines: [{ line: "EXITING NOW" }] },
    "registry.test/down:1": {
      pullError: 'Get "http://images.test/v2/": dial tcp: connect: connection refused',
    },
    "registry.test/private:1": { credentials: { user: "u", password: "p" } },
    "registry.test/speaks:1": {
      logLines: [{ line: "grün" }, { afterSeconds: 1, line: "second", stream: "stderr" }],
    },
  },
});
beforeAll(() => captain.start());
afterAll(() => captain.stop());

async function failedLog(name: string): Promise<string | undefined> {
  await captain.settle(name);
  expect((await captain.client.status(name)).data["isBuildFailed"]).toBe(true);
  return (await captain.buildLog(name)).at(-1);
}

describe("deploying an image", () => {
  it("a detached deploy answers 101, and the build status shows when it ends", async () => {
    const name = await captain.newApp(false);
    const answer = await captain.client.deployImage(name, IMAGES.first);
    expect(answer).toMatchObject({ http: 200, status: 101, description: "Deploy is started", data: {} });
    await captain.settle(name);
    expect(await captain.app(name)).toMatchObject({ deployedVersion: 1, isAppBuilding: false });
    const lines = await captain.buildLog(name);
    expect(lines[0]).toMatch(/^-{25} \w{3} \w{3} \d\d \d{4} \d\d:\d\d:\d\d GMT/);
    expect(lines.slice(1)).toEqual([
      `Build started for ${name}`,
      `An explicit image name was provided (${IMAGES.first}). Therefore, no build process is needed.`,
      `Pulling this image: ${IMAGES.first} This process might take a few minutes.`,
      "Build has finished successfully!",
    ]);
  });

  it("an attached deploy answers 100 when it is done", async () => {
    const name = await captain.newApp(false);
    expect(await captain.client.deployImage(name, IMAGES.first, "")).toMatchObject({
      http: 200,
      status: 100,
      description: "Deploy is done",
    });
    expect(objectsAt(await captain.app(name), "versions").at(-1)).toMatchObject({
      version: 1,
      deployedImageName: IMAGES.first,
      timeStamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  });

  it("the build status has the last fifty lines of the log, with the number of the first", async () => {
    const name = await captain.newApp(false);
    const logs = objectAt((await captain.client.status(name)).data, "logs");
    const lines = arrayAt(logs, "lines");
    expect(lines).toHaveLength(50);
    expect(numberAt(logs, "firstLineNumber")).toBe(lines.filter((line) => line !== "").length - 50);
  });

  it("an image that can't be found adds a version without an image, and the deployed version stays", async () => {
    const name = await captain.newApp(false);
    await captain.client.deployImage(name, IMAGES.missing);
    expect(await failedLog(name)).toContain("(HTTP code 404) unexpected - manifest for");
    const app = await captain.app(name);
    expect(app["deployedVersion"]).toBe(0);
    expect(objectsAt(app, "versions").at(-1)).not.toHaveProperty("deployedImageName");
  });

  it("an attached deploy that fails answers HTTP 500 without a reason", async () => {
    const name = await captain.newApp(false);
    expect(await captain.client.deployImage(name, IMAGES.missing, "")).toMatchObject({
      http: 500,
      text: "Internal Server Error",
    });
  });

  it("a bad image name is in the build log", async () => {
    const name = await captain.newApp(false);
    await captain.client.deployImage(name, "UPPER/Case:::x");
    expect(await failedLog(name)).toContain("(HTTP code 400) unexpected - invalid reference format");
  });

  it("the deployed version moves even when the engine refuses the service update", async () => {
    const name = await captain.newApp(false);
    await captain.client.patch(name, {
      serviceUpdateOverride: '{"TaskTemplate":{"ContainerSpec":{"Args":"str"}}}',
    });
    await captain.client.deployImage(name, IMAGES.first);
    expect(await failedLog(name)).toMatch(
      /cannot unmarshal string into Go struct field .*Args of type \[\]string/,
    );
    expect(await captain.app(name)).toMatchObject({ deployedVersion: 1 });
  });

  sandboxOnly("the message of a registry that is down is in the build log", async () => {
    const name = await captain.newApp(false);
    await captain.client.deployImage(name, "registry.test/down:1");
    expect(await failedLog(name)).toContain("(HTTP code 500) server error - Get");
  });

  sandboxOnly("a private image is pulled with the registry's account", async () => {
    const name = await captain.newApp(false);
    await captain.client.deployImage(name, "registry.test/private:1");
    expect(await failedLog(name)).toContain("pull access denied");
    const account = { registryUser: "u", registryDomain: "registry.test", registryImagePrefix: "" };
    const insert = (registryPassword: string) =>
      captain.client.call("POST", "/user/registries/insert", { ...account, registryPassword });
    expect((await insert("wrong")).status).toBe(1112);
    expect((await insert("p")).status).toBe(100);
    expect((await captain.client.deployImage(name, "registry.test/private:1", "")).status).toBe(100);
  });

  sandboxOnly("an image that exits at once counts as deployed all the same", async () => {
    const name = await captain.newApp(true);
    await captain.client.deployImage(name, "registry.test/exits:1");
    await captain.settle(name);
    expect((await captain.client.status(name)).data).toMatchObject({
      isAppBuilding: false,
      isBuildFailed: false,
    });
    expect(await captain.app(name)).toMatchObject({ deployedVersion: 1 });
  });
});

describe("a deploy request", () => {
  it("a deploy of an unknown app answers 1000", async () => {
    expect(await captain.client.deployImage("no-such-app", IMAGES.first)).toMatchObject({
      http: 200,
      status: 1000,
      description: "App (no-such-app) could not be found. Make sure that you have created the app.",
    });
  });

  it("a deploy with neither definition nor archive answers 1108", async () => {
    const name = await captain.newApp(false);
    expect(await captain.client.call("POST", `/user/apps/appData/${name}`, { gitHash: "" })).toMatchObject({
      http: 200,
      status: 1108,
      description:
        "Either uploadedTarPathSource or captainDefinitionContent should be provided, but not both.",
    });
  });

  it.each([
    ["no kind of image", { schemaVersion: 2 }],
    ["two kinds of image", { schemaVersion: 2, imageName: "a", dockerfileLines: ["FROM a"] }],
  ])("a definition that names %s answers 1000", async (_what, definition) => {
    const name = await captain.newApp(false);
    expect(await captain.client.deploy(name, definition, "")).toMatchObject({
      http: 200,
      status: 1000,
      description:
        "One, and only one, of these properties should be present in captain-definition: templateId, imageName, dockerfilePath, or, dockerfileLines",
    });
  });
});

describe("building", () => {
  it("Dockerfile lines become an image with the app's name and version", async () => {
    const name = await captain.newApp(false);
    await captain.client.deploy(name, {
      schemaVersion: 2,
      dockerfileLines: [`FROM ${IMAGES.first}`, "RUN true"],
    });
    await captain.settle(name);
    expect(objectsAt(await captain.app(name), "versions").at(-1)).toMatchObject({
      deployedImageName: expect.stringContaining(`img-captain-${name}:1`),
    });
  });

  it("an attached build that fails answers 1109 with the builder's message", async () => {
    const name = await captain.newApp(false);
    const dockerfileLines = [`FROM ${IMAGES.first}`, "RUN echo before; exit 7"];
    const answer = await captain.client.deploy(name, { schemaVersion: 2, dockerfileLines }, "");
    expect(answer).toMatchObject({ http: 200, status: 1109 });
    expect(answer.description).toContain("exit code: 7");
  });

  sandboxOnly("the values of declared build arguments are in the build log", async () => {
    const name = await captain.newApp(false);
    await captain.client.patch(name, { envVars: [{ key: "SECRET_KEY", value: "topsecret" }] });
    await captain.client.deploy(name, {
      schemaVersion: 2,
      dockerfileLines: [`FROM ${IMAGES.first}`, "ARG SECRET_KEY", "RUN echo key=$SECRET_KEY"],
    });
    await captain.settle(name);
    expect((await captain.buildLog(name)).join("")).toContain("key=topsecret");
  });

  sandboxOnly("builds run one at a time over all apps; the others wait in a queue", async () => {
    const first = await captain.newApp(false);
    const second = await captain.newApp(false);
    await captain.client.deployImage(first, "registry.test/slow-pull:1");
    expect((await captain.client.deployImage(second, IMAGES.second)).status).toBe(101);
    expect((await captain.client.status(second)).data).toMatchObject({ isAppBuilding: true });
    expect(await captain.buildLog(second)).toEqual([
      `An active build (${first}) is in progress. This build is queued...`,
    ]);
    expect((await captain.client.deployImage(first, IMAGES.second)).status).toBe(101);
    await captain.settle(first);
    await captain.wait(5);
    const images = objectsAt(await captain.app(first), "versions").map((v) =>
      stringAt(v, "deployedImageName"),
    );
    expect(images.slice(-2)).toEqual(["registry.test/slow-pull:1", IMAGES.second]);
    expect(objectsAt(await captain.app(second), "versions").at(-1)).toMatchObject({
      deployedImageName: IMAGES.second,
    });
  });
});

describe("an app's log", () => {
  sandboxOnly("an app's log is Docker's framed stream, and only hex keeps it whole", async () => {
    const name = await captain.newApp(false);
    await captain.client.deployImage(name, "registry.test/speaks:1");
    await captain.settle(name);
    await captain.wait(6);
    const { data } = await captain.client.call("GET", `/user/apps/appData/${name}/logs?encoding=hex`);
    const bytes = Buffer.from(stringAt(data, "logs"), "hex");
    const frames: { stream: number; text: string }[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at + 4);
      frames.push({ stream: bytes.readUInt8(at), text: bytes.toString("utf8", at + 8, at + 8 + length) });
      at += 8 + length;
    }
    expect(frames).toEqual([
      { stream: 1, text: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z grün\n$/) },
      { stream: 2, text: expect.stringMatching(/Z second\n$/) },
    ]);
    const ascii = await captain.client.call("GET", `/user/apps/appData/${name}/logs`);
    expect(stringAt(ascii.data, "logs")).not.toContain("grün");
  });

  it("the log of an app without instances is empty", async () => {
    const name = await captain.newApp(false);
    await captain.client.patch(name, { instanceCount: 0 });
    await captain.wait(20);
    const { data } = await captain.client.call("GET", `/user/apps/appData/${name}/logs?encoding=hex`);
    expect(data).toEqual({ logs: "" });
  });
});
