/** Servers beside agents, deployed for real: sidecars, model servers, and an agent on the host's network. */
import { besideTests } from "../beside-project";
import { FakeModel } from "../fake-model";

const beside = besideTests();
const { engine, inspect, exec } = beside;
const HEALTHY = ["CMD", "curl", "-fsS", "http://127.0.0.1:8080/healthz"];
const BROKEN = ["CMD", "false"];

test("a sidecar and a model's server serve an agent under provider 3.6.2, and the next plan is empty", async () => {
  await beside.project.deployed({ modelOn: "ollama", sidecarTest: HEALTHY, provider: "3.6.2" });
  await beside.project.hasNoChanges("images", "beside", "work");
  for (const name of ["work-search", "qwen"])
    expect(await inspect(name, "{{.State.Health.Status}}")).toBe("healthy");
  await beside.project.isVerified();
});

describe("a server that does not become healthy", () => {
  const identity = () => inspect("work", "{{.Id}} {{.State.StartedAt}} {{.RestartCount}}");

  test("a sidecar that breaks at a change leaves the running agent alone, also in the agent's own stack", async () => {
    const asked = { sidecarTest: HEALTHY, sidecarsInSameStack: true } as const;
    await beside.project.deployed(asked);
    await beside.project.hasNoChanges("work");
    const before = await identity();
    const said = await beside.project.refused({ ...asked, sidecarTest: BROKEN });
    expect(said).toContain("healthy");
    expect(await identity()).toBe(before);
    await beside.project.deployed(asked);
    expect(await identity()).toBe(before);
    await beside.project.hasNoChanges("work");
  });

  test("a first sidecar that never becomes healthy leaves the running agent alone, although the agent changes too", async () => {
    await beside.project.deployed({});
    const before = await identity();
    await beside.project.refused({ sidecarTest: BROKEN, env: { TZ: "Europe/Vienna" } });
    expect(await identity()).toBe(before);
    expect(await inspect("work", "{{.State.Running}}")).toBe("true");
    await beside.project.deployed({ sidecarTest: HEALTHY, env: { TZ: "Europe/Vienna" } });
    await beside.project.hasNoChanges("beside", "work");
    expect((await exec("work", "curl", "-fsS", "http://search:8080/healthz")).code).toBe(0);
  });

  test("a model that can't be downloaded leaves the running agents alone", async () => {
    await beside.project.deployed({ modelOn: "ollama" });
    const before = await identity();
    await beside.project.refused({
      modelOn: "ollama",
      model: "missing:1b",
      ready: { readyWithinSeconds: 5 },
    });
    expect(await identity()).toBe(before);
  });
});

describe("a model", () => {
  test("one model's server serves two agents of two stacks, and keeps its weights when it is replaced", async () => {
    const asked = { agents: ["work", "home"], modelOn: "vllm", model: "Qwen/Qwen3-32B" } as const;
    await beside.project.deployed(asked);
    await beside.project.hasNoChanges("beside", "work", "home");
    await beside.project.isVerified();
    const before = await inspect("qwen", "{{.Id}}");
    await exec("qwen", "sh", "-c", "echo kept > /root/.cache/huggingface/file");
    await beside.project.deployed({ ...asked, ready: { readyWithinSeconds: 1200 } });
    expect(await inspect("qwen", "{{.Id}}")).not.toBe(before);
    expect((await exec("qwen", "cat", "/root/.cache/huggingface/file")).stdout).toBe("kept\n");
    await beside.project.isVerified();
  });

  test("any OpenAI-compatible server may be the container", async () => {
    await beside.project.deployed({ modelOn: "container", model: "gemma-3" });
    await beside.project.hasNoChanges("beside", "work");
    await beside.project.isVerified();
  });
});

describe("an agent and its host", () => {
  let model: FakeModel | undefined;
  afterEach(async () => {
    await model?.stop();
  });

  test("an agent reaches a model on its host", async () => {
    model = await FakeModel.start("hello", engine.gateway);
    model.reply = "repeat";
    await beside.project.deployed({ modelOn: "onHost", hostPort: model.port, model: "fake-1" });
    await beside.project.hasNoChanges("work");
    expect(await inspect("work", "{{json .HostConfig.ExtraHosts}}")).toBe(
      '["host.docker.internal:host-gateway"]',
    );
    await beside.project.isVerified();
  });

  test("two agents on the host's network listen at its loopback, and call a model there", async () => {
    model = await FakeModel.start("hello", "127.0.0.1");
    model.reply = "repeat";
    await beside.project.deployed({
      agents: ["work", "home"],
      hostNetwork: true,
      modelOn: "onHost",
      hostPort: model.port,
      model: "fake-1",
    });
    await beside.project.hasNoChanges("work", "home");
    for (const port of [8650, 8651]) {
      expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
      await expect(fetch(`http://${engine.gateway}:${port}/health`)).rejects.toThrow();
    }
    await beside.project.isVerified();
  });
});

describe("devices", () => {
  test("an agent gets a device of the host, and the next plan is empty", async () => {
    await beside.project.deployed({ devices: [{ hostPath: "/dev/fuse" }] });
    await beside.project.hasNoChanges("work");
    expect((await exec("work", "test", "-c", "/dev/fuse")).code).toBe(0);
  });

  test("GPUs are asked for: an engine without a driver for them says so", async () => {
    const said = await beside.project.refused({ gpus: true });
    expect(said.replaceAll(/\s+/g, " ")).toContain("could not select device driver");
    expect(await inspect("work", "{{json .HostConfig.DeviceRequests}}")).toBe(
      '[{"Driver":"","Count":-1,"DeviceIDs":null,"Capabilities":[["gpu"]],"Options":{}}]',
    );
  });
});
