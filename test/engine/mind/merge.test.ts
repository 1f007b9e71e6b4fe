import { SKILLS_PATH } from "../../../lib/boot/declaration";
import { eventually } from "../../eventually";
import {
  ask,
  bodyOf,
  CARRIER,
  deploy,
  EVERY_MINUTE,
  engine,
  jobsOf,
  merged,
  NAME,
  read,
  up,
} from "../mind-agent";

test("ten deploys with changes of everything declared leave what the agent and a person wrote, a pause too", async () => {
  const nightly = {
    ...EVERY_MINUTE,
    schedule: { kind: "cron", expr: "0 3 * * *", display: "0 3 * * *" },
  } as const;
  const agent = await deploy({ jobs: [nightly] });
  await up(agent);
  const write = `set -e
    mkdir -p /opt/data/skills/own /opt/data/memories
    printf -- '---\\nname: own-skill\\ndescription: x\\n---\\n' > /opt/data/skills/own/SKILL.md
    echo 'the user likes tea' > /opt/data/memories/USER.md
    hermes cron create '0 9 * * *' 'a job of the agent' --name own --deliver local
    hermes cron pause ${nightly.id}
    hermes config set display.tool_progress off`;
  expect(
    await agent.exec("/command/s6-setuidgid", "hermes", "env", "HOME=/opt/data", "sh", "-c", write),
  ).toMatchObject({ code: 0 });

  for (let n = 1; n <= 10; n++) {
    const next = await deploy({
      soul: `You are number ${n}.`,
      modelName: `fake-${n}`,
      jobs: [{ ...nightly, prompt: { value: `Prompt ${n}.` } }],
      skills: { [`skill-${n}/SKILL.md`]: { value: `---\nname: number-${n}\ndescription: x\n---\n` } },
      files: { "SOUL.md": { value: `You are number ${n}.` }, [`plugins/p${n}/notes.md`]: { value: "x" } },
    });
    await merged(next);
  }
  await up(agent);
  const asked = bodyOf(await ask(agent, "Who are you now?"));
  expect(asked).toContain("You are number 10.");
  expect(asked).toContain("own-skill");
  expect(asked).toContain("number-10");
  expect(asked).not.toMatch(/number-9|weather-of-the-program/);
  expect(await read(agent, "/opt/data/memories/USER.md")).toBe("the user likes tea\n");
  expect(await read(agent, "/opt/data/config.yaml")).toContain("tool_progress");
  expect((await agent.exec("ls", "/opt/data/plugins")).stdout.trim()).toBe("p10");
  const jobs = await jobsOf(agent);
  expect(
    jobs.map(({ id, name, prompt, enabled }) => [name === "own" ? "own" : id, prompt, enabled]).sort(),
  ).toEqual([
    [nightly.id, "Prompt 10.", false],
    ["own", "a job of the agent", true],
  ]);
  expect(
    JSON.parse(await read(agent, "/opt/data/.cdktf-hermes/report.json")).items.filter(
      ({ what }: { what: string }) => what !== "takenBack",
    ),
  ).toEqual([]);

  // What is no longer declared goes, and the pause ends with its job.
  const { jobs: _, ...without } = { jobs: [] };
  const last = await deploy({ ...without, files: {}, skills: {} });
  await merged(last);
  expect((await jobsOf(last)).map(({ name }) => name)).toEqual(["own"]);
  expect((await last.exec("ls", "/opt/data/SOUL.md", SKILLS_PATH)).stdout).toBe("");
});

test("a container that is killed in the middle of the merge finishes it at its next start", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`plugins/p/${i}.md`, { value: `text ${i}\n` }]),
  );
  const agent = await deploy({ files });
  for (let n = 0; n < 4; n++) {
    await eventually("the merge has begun", 60, async () =>
      (await agent.exec("test", "-e", `/opt/data/plugins/p/${n * 60}.md`)).code === 0 ? true : undefined,
    );
    await engine.docker("kill", NAME);
    await engine.docker("start", NAME);
  }
  await merged(agent);
  await up(agent);
  expect(
    (
      await agent.exec(
        "sh",
        "-c",
        "ls -A /opt/data/plugins/p | wc -l; cat /opt/data/plugins/p/*.md | sort -u | wc -l",
      )
    ).stdout
      .trim()
      .split(/\s+/),
  ).toEqual(["300", "300"]);
  const last = await deploy({ files: {} });
  await merged(last);
  expect((await last.exec("ls", "/opt/data/plugins")).stdout).toBe("");
});

test("a merge that hangs is cut off, the boot goes on, and no service sees what was dropped", async () => {
  const agent = await deploy();
  await up(agent);
  // A lock on the whole folder that never ends: a file system that does not answer, as far as the program can see.
  await agent.exec(
    "sh",
    "-c",
    "printf 'import time\\ntime.sleep(600)\\n' > /opt/hermes/.venv/lib/python3.11/site-packages/yaml_hangs.py; cd /opt/hermes/.venv/lib/python3.11/site-packages && mv yaml yaml.away && mv yaml_hangs.py yaml.py",
  );
  await engine.docker("stop", "--time", "60", NAME);
  await engine.docker("start", NAME);
  await eventually("the boot says that it goes on", 60, async () =>
    (await agent.logs()).includes("[cdktf-hermes] merge: stopped with code 124") ? true : undefined,
  );
  expect((await agent.exec("ls", "/run/s6/container_environment")).stdout).not.toContain(CARRIER);
});
