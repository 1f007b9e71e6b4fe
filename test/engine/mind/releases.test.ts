/**
 * The merge with the Python of each release, and what the release's own code then reads. By name, since it installs four
 * releases of Hermes from PyPI; the boot around it is `mind-merge.test.ts`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import {
  DECLARATION_VERSION,
  type Declaration,
  type ProfileDeclaration,
} from "../../../lib/boot/declaration";
import { USER_PROGRAM } from "../../../lib/boot/merge-programs";
import { must } from "../run";

const CACHE = join(homedir(), ".cache", "cdktf-hermes-engine", "releases");

/** Python of an environment with that release. */
async function pythonOf(version: string): Promise<string> {
  const folder = join(CACHE, version);
  const done = join(folder, "done");
  if (!existsSync(done)) {
    mkdirSync(CACHE, { recursive: true });
    await must("python3", ["-m", "venv", "--clear", folder]);
    const install = ["install", "--quiet", `hermes-agent==${version}`];
    await must(join(folder, "bin", "pip"), install, { timeoutSeconds: 500 });
    writeFileSync(done, "");
  }
  return join(folder, "bin", "python");
}

/** What Hermes itself reads of its home: settings, variables, jobs, and the agent's identity. */
const READ = `import json, os, pathlib
home = pathlib.Path(os.environ["HERMES_HOME"])
from hermes_cli.env_loader import load_hermes_dotenv
load_hermes_dotenv(hermes_home=home)
from hermes_cli.config import load_config
from cron.jobs import get_due_jobs, load_jobs
from agent.prompt_builder import load_soul_md
config = load_config()
get_due_jobs()
print("\\n" + json.dumps({
    "model": config["model"],
    "progress": config["display"].get("tool_progress"),
    "disabled": config["skills"].get("disabled"),
    "variables": [os.environ.get("API_SERVER_KEY"), os.environ.get("SLACK_ALLOW_ALL_USERS"), os.environ.get("OWN")],
    "jobs": [[job["name"], job["prompt"], job["schedule"]["expr"], job["enabled"], job["next_run_at"] is not None] for job in load_jobs()],
    "soul": load_soul_md(),
}))
`;

/** What the agent and a person do in between, by Hermes' own code. */
const LIVE = `import os
from cron.jobs import create_job, load_jobs, pause_job
create_job("a job of the agent", "0 9 * * *", name="own", deliver="local")
[declared] = [job for job in load_jobs() if job["name"] == "daily"]
pause_job(declared["id"])
from hermes_cli.config import set_config_value
set_config_value("display.tool_progress", "off")
with open(os.path.join(os.environ["HERMES_HOME"], ".env"), "a") as file:
    file.write("OWN=of-a-person\\n")
`;

const SEED = "# A comment that stays.\nmodel:\n  provider: auto  # of the image\nskills:\n  disabled: []\n";

function declarationOf(n: number): Declaration {
  const profile: ProfileDeclaration = {
    config: [
      { path: ["model", "provider"], value: "custom" },
      { path: ["model", "default"], value: `model-${n}` },
      { path: ["skills", "disabled"], value: ["pokemon"] },
    ],
    env: { API_SERVER_KEY: { from: "KEY" }, SLACK_ALLOW_ALL_USERS: { value: "false" } },
    files: { "SOUL.md": { value: `You are number ${n}.\n` } },
    jobs: [
      {
        id: "c0ffee000001",
        name: "daily",
        prompt: { value: `Prompt ${n}.` },
        schedule: { kind: "cron", expr: "0 3 * * *", display: "0 3 * * *" },
        deliver: { value: "local" },
        skills: [],
      },
    ],
    skills: {},
    ownGateway: false,
  };
  return { version: DECLARATION_VERSION, profiles: { default: profile }, secretFiles: {}, dropped: [] };
}

test.each([
  "0.16.0",
  "0.17.0",
  "0.18.2",
  "0.19.0",
])("%s reads what is declared, and what it wrote itself stays", async (version) => {
  const python = await pythonOf(version);
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  const data = join(folder, "data");
  mkdirSync(data);
  writeFileSync(join(data, "config.yaml"), SEED);
  const env = { PATH: process.env["PATH"], HERMES_HOME: data, HOME: folder };
  const run = (args: readonly string[], input = "") => {
    const { status, stdout, stderr } = spawnSync(python, args, { cwd: folder, env, input, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };
  const boot = (n: number) => {
    writeFileSync(join(folder, "declaration.json"), JSON.stringify(declarationOf(n)));
    const values = JSON.stringify({ KEY: `it's "key" ${n} # no comment` });
    return run(["-I", "-B", "-c", USER_PROGRAM, join(folder, "declaration.json"), data], values);
  };
  const read = () => JSON.parse(run(["-c", READ]).trim().split("\n").at(-1) ?? "");
  const expected = (n: number) => ({
    model: expect.objectContaining({ provider: "custom", default: `model-${n}` }),
    disabled: ["pokemon"],
    soul: `You are number ${n}.`,
  });
  try {
    expect(boot(1)).toContain("done");
    expect(read()).toMatchObject({
      ...expected(1),
      variables: [`it's "key" 1 # no comment`, "false", null],
      jobs: [["daily", "Prompt 1.", "0 3 * * *", true, true]],
    });
    run(["-c", LIVE]);
    for (let n = 2; n <= 10; n++) expect(boot(n)).toContain("done");
    const last = read();
    expect(last).toMatchObject({
      ...expected(10),
      variables: [`it's "key" 10 # no comment`, "false", "of-a-person"],
    });
    // Hermes' own writer leaves out the quotes, for which YAML reads false.
    expect(["off", false]).toContain(last.progress);
    expect(last.jobs.map(([name, prompt, , enabled]: unknown[]) => [name, prompt, enabled]).sort()).toEqual([
      ["daily", "Prompt 10.", false],
      ["own", "a job of the agent", true],
    ]);
    // With a snapshot a job stops when the model changes.
    const { jobs } = JSON.parse(readFileSync(join(data, "cron", "jobs.json"), "utf8"));
    const [declared] = jobs.filter(({ name }: { name: string }) => name === "daily");
    expect(declared.model_snapshot ?? null).toBeNull();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
