import { CapRoverSandbox, type CapRoverSandboxProps } from "cdktf-hermes/testing";
import { objectsAt } from "../../../lib/testing/caprover-sandbox/engine/json";
import { CaptainClient, send } from "../../caprover-contract/captain-client";

const HOUR = 3600;
const OVERRIDE = '{"TaskTemplate":{"ContainerSpec":{"StopGracePeriod":60000000000}}}';
const agent = {
  pullSeconds: 10,
  stopSeconds: 30,
  volumes: ["/opt/data"],
  content: { "/opt/data": { "config.yaml": "from the image" } },
  logLines: [{ line: "starting" }, { afterSeconds: 4, line: "ready" }],
  onStart: ({ mounts, image }: { mounts: Readonly<Record<string, Map<string, string>>>; image: string }) => {
    mounts["/opt/data"]?.set(`seen-by-${image}`, "yes");
  },
  ports: { 9119: () => ({ status: 200, body: "agent" }) },
};

let sandbox: CapRoverSandbox;
let client: CaptainClient;

async function start(props: CapRoverSandboxProps = {}): Promise<void> {
  sandbox = await CapRoverSandbox.start({
    images: { "agent:1": agent, "agent:2": agent },
    speed: 100,
    ...props,
  });
  client = new CaptainClient(sandbox.url, sandbox.password);
  await client.logIn();
}

/** An agent with data that runs and does not change any more. */
async function runAgent(): Promise<void> {
  await client.register("agent", true);
  await sandbox.clock.until(() => sandbox.app("agent").running.length > 0, 30);
  await client.patch("agent", {
    instanceCount: 0,
    containerHttpPort: 9119,
    volumes: [{ containerPath: "/opt/data", volumeName: "agent-data" }],
    envVars: [{ key: "A", value: "1" }],
    serviceUpdateOverride: OVERRIDE,
  });
  await sandbox.clock.advance(20);
  await client.deployImage("agent", "agent:1", "");
  await client.patch("agent", { instanceCount: 1 });
  await sandbox.clock.advance(60);
  expect(sandbox.app("agent").running).toHaveLength(1);
  expect(sandbox.overlaps).toEqual([]);
}

const deleteApp = (volumes: string[]) =>
  client.call("POST", "/user/apps/appDefinitions/delete", { appName: "agent", volumes });

afterEach(() => sandbox.stop());

describe("an app with data", () => {
  it("two writes in a row put two containers on one volume, and the sandbox records it", async () => {
    await start();
    await runAgent();
    await client.patch("agent", { description: "1" });
    await client.patch("agent", { description: "2" });
    await sandbox.clock.advance(60);
    expect(sandbox.overlaps).toMatchObject([{ directory: "agent-data", until: expect.any(Date) }]);
  });

  it("a deploy and an update with the stop window between them never overlap", async () => {
    await start();
    await runAgent();
    await client.deployImage("agent", "agent:2", "");
    await sandbox.clock.advance(3 + 60 + 6);
    await client.patch("agent", { envVars: [{ key: "A", value: "2" }] });
    await sandbox.clock.advance(3 + 60 + 6);
    expect(sandbox.overlaps).toEqual([]);
    expect(sandbox.app("agent").running).toMatchObject([{ spec: { image: "agent:2", env: { A: "2" } } }]);
  });

  it("an app keeps its files through updates, and when it is deleted without volumes and registered again", async () => {
    await start();
    await runAgent();
    const id = sandbox.volume("agent-data")?.id;
    expect(sandbox.volume("agent-data")?.files.get("config.yaml")).toBe("from the image");
    expect((await deleteApp([])).status).toBe(100);
    await sandbox.clock.advance(60);
    await runAgent();
    expect(sandbox.volume("agent-data")?.id).toBe(id);
  });

  it("deleting a running app that stops slowly, with its volumes, leaves the volume", async () => {
    await start();
    await runAgent();
    expect(await deleteApp(["agent-data"])).toMatchObject({
      status: 102,
      description: "App is deleted. Some volumes were not safe to delete. Delete skipped for: agent-data",
      data: { volumesFailedToDelete: ["agent-data"] },
    });
    expect(sandbox.appNames).toEqual([]);
    expect(sandbox.runningContainers("agent")).toHaveLength(1);
  });

  it("deleting an app that has stopped at zero, with its volumes, removes the volume", async () => {
    await start();
    await runAgent();
    await client.patch("agent", { instanceCount: 0 });
    await sandbox.clock.advance(3 + 60 + 2);
    expect((await deleteApp(["agent-data"])).status).toBe(100);
    expect(sandbox.volumeNames).toEqual([]);
  });

  it("an app runs on through a pull, and through one that fails", async () => {
    await start();
    await runAgent();
    const deploying = client.deployImage("agent", "agent:2", "");
    await sandbox.clock.sleep(5);
    expect(sandbox.app("agent").running).toMatchObject([{ spec: { image: "agent:1" } }]);
    expect((await deploying).status).toBe(100);
    await sandbox.clock.advance(60);
    const before = sandbox.events.length;
    expect((await client.deployImage("agent", "agent:none", "")).http).toBe(500);
    expect(sandbox.events.slice(before)).toEqual([]);
  });

  it("an override with other mounts starts the app on an anonymous volume", async () => {
    await start();
    await runAgent();
    const tmpfs = { Type: "tmpfs", Target: "/dev/shm", TmpfsOptions: { SizeBytes: 1073741824 } };
    const serviceUpdateOverride = JSON.stringify({ TaskTemplate: { ContainerSpec: { Mounts: [tmpfs] } } });
    await client.patch("agent", { serviceUpdateOverride });
    await sandbox.clock.advance(90);
    const [container] = sandbox.app("agent").running;
    expect(container?.mounts["/opt/data"]?.name).toMatch(/^[0-9a-f]{64}$/);
    await client.patch("agent", { serviceUpdateOverride: "" });
    await sandbox.clock.advance(90);
    expect(sandbox.app("agent").running[0]?.mounts["/opt/data"]?.name).toBe("agent-data");
  });

  it("the previous container answers for a while after the API has answered", async () => {
    // slow enough that a busy machine can look within two simulated seconds
    await start({ speed: 5 });
    await runAgent();
    const visit = () => send(`${sandbox.url}/`, "GET", { host: "agent.apps.localhost" });
    const patched = client.patch("agent");
    await sandbox.clock.sleep(1);
    expect(await visit()).toMatchObject({ http: 200, text: "agent" });
    await patched;
    await sandbox.clock.advance(5);
    expect((await visit()).http).toBe(502);
  });
});

describe("the override", () => {
  it("what an override has set stays when it is removed, except mounts and environment", async () => {
    await start();
    await runAgent();
    const spec = () => JSON.stringify(sandbox.app("agent").service?.spec);
    const override = {
      TaskTemplate: {
        ContainerSpec: { Args: ["gateway", "run"], Healthcheck: { Test: ["CMD", "true"] } },
        Resources: { Limits: { MemoryBytes: 536870912 } },
      },
    };
    await client.patch("agent", { serviceUpdateOverride: JSON.stringify(override) });
    await client.patch("agent", { serviceUpdateOverride: "" });
    expect(sandbox.app("agent").service?.wanted.args).toEqual(["gateway", "run"]);
    expect(spec()).toContain('"Test":["CMD","true"]');
    const resets = "TaskTemplate:\n  ContainerSpec:\n    Args: null\n    Healthcheck: null\n";
    await client.patch("agent", { serviceUpdateOverride: resets });
    expect(sandbox.app("agent").service?.wanted.args).toBeUndefined();
    expect(spec()).toContain('"Test":["CMD","true"]');
    expect(spec()).toContain('"MemoryBytes":536870912');
    expect(sandbox.app("agent").service?.wanted.stopGraceSeconds).toBe(60);
  });
});

describe("after Swarm has rolled back", () => {
  it("after a rollback CapRover knows nothing of it, and the next write deploys the bad image again", async () => {
    await start({
      images: { "agent:1": { stopSeconds: 0.1 }, "agent:bad": { exits: { afterSeconds: 0, code: 1 } } },
    });
    await client.register("agent", false);
    await sandbox.clock.until(() => sandbox.app("agent").running.length > 0, 30);
    await client.deployImage("agent", "agent:1", "");
    const UpdateConfig = { FailureAction: "rollback" };
    await client.patch("agent", { serviceUpdateOverride: JSON.stringify({ UpdateConfig }) });
    await sandbox.clock.advance(30);
    expect((await client.deployImage("agent", "agent:bad", "")).status).toBe(100);
    await sandbox.clock.advance(30);
    const images = () => sandbox.app("agent").running.map(({ spec }) => spec.image);
    expect(images()).toEqual(["agent:1"]);
    expect(objectsAt((await client.app("agent")) ?? {}, "versions").at(-1)).toMatchObject({
      deployedImageName: "agent:bad",
    });
    const before = sandbox.events.length;
    await client.patch("agent", { envVars: [{ key: "A", value: "2" }] });
    await sandbox.clock.advance(30);
    expect(sandbox.events.slice(before).map(({ kind }) => kind)).toContain("rollback");
    expect(sandbox.app("agent").service?.wanted.env).toEqual({});
    expect(sandbox.app("agent").definition.envVars).toEqual([{ key: "A", value: "2" }]);
  });
});

describe("CapRover before 1.15", () => {
  it("CapRover before 1.15 has no partial update and prefixes names, and an app keeps them through an upgrade", async () => {
    await start({ version: "1.14.2" });
    await client.register("agent", true);
    await sandbox.clock.until(() => sandbox.app("agent").running.length > 0, 30);
    expect(await client.patch("agent")).toMatchObject({ http: 404, text: "Not Found" });
    expect(await client.app("agent")).not.toHaveProperty("isLegacyAppName");
    const volumes = [{ containerPath: "/opt/data", volumeName: "agent-data" }];
    await client.post("agent", { instanceCount: 1, volumes });
    expect(sandbox.app("agent").service?.name).toBe("srv-captain--agent");
    expect(sandbox.volumeNames).toEqual(["captain--agent-data"]);
    await sandbox.upgrade("1.15.3");
    await client.logIn();
    expect(await client.app("agent")).toMatchObject({ isLegacyAppName: true });
    expect((await client.patch("agent")).status).toBe(100);
    expect(sandbox.volumeNames).toEqual(["captain--agent-data"]);
    await client.register("fresh", false);
    expect(await client.app("fresh")).toMatchObject({ isLegacyAppName: false });
  }, 20_000);
});

describe("an archive", () => {
  it("an archive is deployed by its captain-definition, or by its Dockerfile when there is none", async () => {
    await start();
    await client.register("agent", false);
    await sandbox.clock.until(() => sandbox.app("agent").running.length > 0, 30);
    const definition = JSON.stringify({ schemaVersion: 2, imageName: "agent:1" });
    expect((await upload({ "captain-definition": definition })).status).toBe(100);
    expect((await upload({ "top/Dockerfile": "FROM agent:2\n" })).status).toBe(100);
    expect(sandbox.app("agent").definition.versions.slice(1)).toMatchObject([
      { deployedImageName: "agent:1", gitHash: "abc" },
      { deployedImageName: "img-captain-agent:2" },
    ]);
  });

  function upload(files: Record<string, string>) {
    const boundary = "----contract";
    const part = (name: string, extra = "") =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n`;
    const body = Buffer.concat([
      Buffer.from(`${part("gitHash")}abc\r\n${part("sourceFile", '; filename="a.tar"')}`),
      tar(files),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    return client.callRaw(
      "POST",
      "/user/apps/appData/agent",
      body,
      `multipart/form-data; boundary=${boundary}`,
    );
  }

  function tar(files: Record<string, string>): Buffer {
    const blocks = Object.entries(files).flatMap(([name, content]) => {
      const header = Buffer.alloc(512);
      header.write(name, 0);
      header.write(content.length.toString(8).padStart(11, "0"), 124);
      header.write("0", 156);
      const data = Buffer.alloc(Math.ceil(content.length / 512) * 512);
      data.write(content);
      return [header, data];
    });
    return Buffer.concat([...blocks, Buffer.alloc(1024)]);
  }
});

describe("a one-click template", () => {
  const template = {
    captainVersion: 4,
    services: {
      $$cap_appname: {
        image: "agent:1",
        environment: { HERMES_DASHBOARD: "1" },
        volumes: ["$$cap_appname-data:/opt/data"],
        command: ["gateway", "run"],
        caproverExtra: { containerHttpPort: "9119", websocketSupport: "true" },
      },
    },
    caproverOneClickApp: { variables: [{ id: "$$cap_appname" }], instructions: { start: "", end: "done" } },
  };
  const values = [{ key: "$$cap_appname", value: "agent" }];

  async function run(given: object) {
    const body = JSON.parse(JSON.stringify({ template: given, values, templateName: "agent" }));
    const { data } = await client.call("POST", "/user/oneclick/deploy", body);
    const progress = async () =>
      (await client.call("GET", `/user/oneclick/deploy/progress?jobId=${data["jobId"]}`)).data;
    for (let waited = 0; waited < HOUR; waited += 5) {
      const now = await progress();
      if (now["error"] !== "" || now["successMessage"] !== undefined) return now;
      await sandbox.clock.sleep(5);
    }
    throw new Error("the one-click deploy does not end");
  }

  it("a one-click template becomes an app whose command replaces the entrypoint", async () => {
    await start();
    expect(await run(template)).toMatchObject({ error: "", currentStep: 4, successMessage: "done" });
    const { definition, service } = sandbox.app("agent");
    expect(definition).toMatchObject({
      hasPersistentData: true,
      tags: [{ tagName: "agent" }],
      volumes: [{ containerPath: "/opt/data", volumeName: "agent-data" }],
      containerHttpPort: 9119,
      websocketSupport: true,
    });
    expect(service?.wanted.command).toEqual(["gateway", "run"]);
  });

  it("a one-click deploy fills in listed variables only, also for the app's name", async () => {
    await start();
    const unlisted = { ...template, caproverOneClickApp: { variables: [] } };
    expect(await run(unlisted)).toMatchObject({
      error:
        "Failed: Error: App Name is not allowed. Only lowercase letters, numbers and single hyphens are allowed",
      currentStep: 1,
    });
  });
});
