/** An upgrade of Hermes 0.18.2 to 0.19.0, of an agent with a sidecar, a model's server and a workspace. */
import { BesideProject } from "../beside-project";
import { Engine } from "../engine";
import { HubMirror } from "../hub-mirror";
import { buildServer, imageOfVersion, REPOSITORY } from "../images";
import { seedUserData, userData } from "../user-data";

const engine = new Engine();
const [BEFORE, AFTER] = ["v2026.7.7.2", "v2026.7.20"] as const;
const HEALTHY = ["CMD", "curl", "-fsS", "http://127.0.0.1:8080/healthz"];
/** What people put on the other volumes. */
const KEPT = {
  work: "/workspace/a file",
  "work-search": "/var/cache/searxng/cache",
  qwen: "/root/.ollama/kept",
} as const;

let hub: HubMirror;
let project: BesideProject;

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  await engine.docker("tag", await imageOfVersion(engine, "0.18.2"), `${REPOSITORY}:${BEFORE}`);
  project = new BesideProject(engine, await buildServer(engine));
});
afterAll(async () => {
  await engine.reset();
  project.remove();
  await hub.stop();
});

test("the agent's data is kept byte for byte, what is beside it goes on untouched, and verify finds nothing wrong", async () => {
  await seedUserData(engine, "work-data", "agent: {}\n");
  const asked = { sidecarTest: HEALTHY, modelOn: "ollama", workspace: { volume: "project" } } as const;
  await project.deployed({ ...asked, release: BEFORE });
  await project.hasNoChanges("images", "beside", "work");
  await project.isVerified();
  const version = () => engine.docker("exec", "work", "/opt/hermes/.venv/bin/hermes", "--version");
  expect(await version()).toContain("0.18.2");
  for (const [container, path] of Object.entries(KEPT))
    await engine.docker("exec", container, "sh", "-euc", 'head -c 100000 /dev/urandom > "$0"', path);
  const sums = () =>
    Promise.all(
      Object.entries(KEPT).map(([container, path]) => engine.docker("exec", container, "sha256sum", path)),
    );
  const beside = () =>
    engine.docker(
      "inspect",
      "--format",
      "{{.Id}} {{.State.StartedAt}} {{.RestartCount}}",
      "work-search",
      "qwen",
    );
  const before = { data: await userData(engine, "work-data"), sums: await sums(), beside: await beside() };

  await project.deployed({ ...asked, release: AFTER });

  expect(await version()).toContain("0.19.0");
  const data = await userData(engine, "work-data");
  expect(data.files).toMatchObject(before.data.files);
  expect(new Set(Object.values(data.integrity))).toEqual(new Set(["ok"]));
  expect({ sums: await sums(), beside: await beside() }).toEqual({
    sums: before.sums,
    beside: before.beside,
  });
  await project.hasNoChanges("images", "beside", "work");
  await project.isVerified();
});
