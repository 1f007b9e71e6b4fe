/** GPUs on an engine that has a driver for them: a stand-in, which gives no GPU. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BesideProject } from "../beside-project";
import { Engine } from "../engine";
import { HubMirror } from "../hub-mirror";
import { buildServer } from "../images";

const engine = new Engine();
const REQUESTS = "{{.State.Running}} {{json .HostConfig.DeviceRequests}}";
const ALL_GPUS = '[{"Driver":"","Count":-1,"DeviceIDs":null,"Capabilities":[["gpu"]],"Options":{}}]';

let hub: HubMirror;
let project: BesideProject;

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  project = new BesideProject(engine, await buildServer(engine));
});
afterAll(async () => {
  await engine.reset();
  project.remove();
  await hub.stop();
});

test("an agent and a model's server with GPUs start where the engine has a driver, and the next plan is empty", async () => {
  // Stands in for NVIDIA's: dockerd knows the driver by this program, which it runs before a container starts.
  const programs = mkdtempSync(join(tmpdir(), "gpu-driver-"));
  writeFileSync(join(programs, "nvidia-container-runtime-hook"), "#!/bin/sh\n", { mode: 0o755 });
  await engine.restartDaemon(programs);
  try {
    await project.deployed({ gpus: true, modelOn: "ollama" });
    for (const container of ["work", "qwen"])
      expect(await engine.docker("inspect", "--format", REQUESTS, container)).toBe(`true ${ALL_GPUS}`);
    await project.hasNoChanges("images", "beside", "work");
  } finally {
    await engine.reset();
    await engine.restartDaemon();
    rmSync(programs, { recursive: true });
  }
});
