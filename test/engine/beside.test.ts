/** What stands beside an agent, deployed for real. The other ways are in `around/beside.test.ts`. */
import { BesideProject } from "./beside-project";
import { Engine } from "./engine";
import { HubMirror } from "./hub-mirror";
import { buildServer } from "./images";

const engine = new Engine();
const HEALTHY = ["CMD", "curl", "-fsS", "http://127.0.0.1:8080/healthz"];

let hub: HubMirror;
let server: string;
let project: BesideProject;

beforeAll(async () => {
  hub = await HubMirror.start(engine);
  server = await buildServer(engine);
});
afterAll(() => hub.stop());
beforeEach(() => {
  project = new BesideProject(engine, server);
});
afterEach(async () => {
  await engine.reset();
  project.remove();
});

const inspect = (container: string, format: string) =>
  engine.docker("inspect", "--format", format, container);
const exec = (container: string, ...command: string[]) => engine.tryDocker(["exec", container, ...command]);

test("a sidecar and a model's server serve an agent by their names, and the next plan is empty", async () => {
  await project.deployed({ modelOn: "ollama", sidecarTest: HEALTHY });
  await project.hasNoChanges("images", "beside", "work");
  for (const name of ["work-search", "qwen"]) {
    expect(await inspect(name, "{{.State.Health.Status}} {{json .HostConfig.PortBindings}}")).toMatch(
      /^healthy (?:null|\{\})$/,
    );
  }
  expect(await inspect("work-search", "{{.HostConfig.Memory}} {{.HostConfig.LogConfig.Config}}")).toBe(
    `${128 * 2 ** 20} map[max-file:5 max-size:10m]`,
  );
  // The tool of Hermes itself, with the settings of the running agent.
  const search = await exec(
    "work",
    "/command/s6-setuidgid",
    "hermes",
    "/command/s6-envdir",
    "-fn",
    "--",
    "/run/s6/container_environment",
    ...["env", "HOME=/opt/data", "/opt/hermes/.venv/bin/python", "-c", SEARCH],
  );
  expect({ ...search, stderr: "" }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("by the stand-in"),
  });
  await project.isVerified();
  // Nobody else is on the sidecar's network.
  await engine.docker("run", "--detach", "--name", "stranger", server);
  expect(
    (await exec("stranger", "curl", "-s", "--max-time", "3", "http://work-search:8080/healthz")).code,
  ).not.toBe(0);
});

const SEARCH = `
from hermes_cli.env_loader import load_hermes_dotenv
load_hermes_dotenv()
from tools.web_tools import web_search_tool
print(web_search_tool("anything", 1))
`;

describe("a workspace", () => {
  const asHermes = (...command: string[]) => exec("work", "/command/s6-setuidgid", "hermes", ...command);

  test("a new volume is the runtime user's, Hermes' file tools write there, and an upgrade keeps what they wrote", async () => {
    const asked = { workspace: { volume: "project" } };
    await project.deployed({ ...asked, release: "v2026.7.20" });
    await project.hasNoChanges("work");
    expect((await exec("work", "stat", "-c", "%U:%G", "/workspace")).stdout).toBe("hermes:hermes\n");
    const written = await asHermes("env", "HOME=/opt/data", "/opt/hermes/.venv/bin/python", "-c", WRITE);
    expect({ ...written, stderr: "" }).toMatchObject({ code: 0, stdout: "True False /workspace\n" });
    expect(await asHermes("sh", "-c", "echo mine > /workspace/file")).toMatchObject({ code: 0 });
    await project.deployed({ ...asked, release: "v2026.7.30" });
    expect((await exec("work", "cat", "/workspace/file")).stdout).toBe("mine\n");
    await project.hasNoChanges("work");
  });
});

/** What Hermes itself says: where its file tools may write, and where commands start. */
const WRITE = `
import os
from agent.file_safety import is_write_denied
from hermes_cli.config import load_config
print(not is_write_denied("/workspace/file"), not is_write_denied("/srv/file"), load_config()["terminal"]["cwd"])
`;
