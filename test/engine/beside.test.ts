/** What stands beside an agent, deployed for real. The other ways are in `around/beside.test.ts`. */
import { besideTests } from "./beside-project";

const beside = besideTests();
const { engine, inspect, exec } = beside;
const HEALTHY = ["CMD", "curl", "-fsS", "http://127.0.0.1:8080/healthz"];

test("a sidecar and a model's server serve an agent by their names, and the next plan is empty", async () => {
  await beside.project.deployed({ modelOn: "ollama", sidecarTest: HEALTHY });
  await beside.project.hasNoChanges("images", "beside", "work");
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
  await beside.project.isVerified();
  // Nobody else is on the sidecar's network.
  await engine.docker("run", "--detach", "--name", "stranger", beside.project.server);
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
    await beside.project.deployed({ ...asked, release: "v2026.7.20" });
    await beside.project.hasNoChanges("work");
    expect((await exec("work", "stat", "-c", "%U:%G", "/workspace")).stdout).toBe("hermes:hermes\n");
    const written = await asHermes("env", "HOME=/opt/data", "/opt/hermes/.venv/bin/python", "-c", WRITE);
    expect({ ...written, stderr: "" }).toMatchObject({ code: 0, stdout: "True False /workspace\n" });
    expect(await asHermes("sh", "-c", "echo mine > /workspace/file")).toMatchObject({ code: 0 });
    await beside.project.deployed({ ...asked, release: "v2026.7.30" });
    expect((await exec("work", "cat", "/workspace/file")).stdout).toBe("mine\n");
    await beside.project.hasNoChanges("work");
  });
});

/** What Hermes itself says: where its file tools may write, and where commands start. */
const WRITE = `
import os
from agent.file_safety import is_write_denied
from hermes_cli.config import load_config
print(not is_write_denied("/workspace/file"), not is_write_denied("/srv/file"), load_config()["terminal"]["cwd"])
`;
