/** What a program declares of the agent's data, on the real Hermes: identity, skills, settings, keys and scheduled jobs. */
import { bootFromVariable, bootScript } from "../../lib/boot/boot-script";
import {
  DECLARATION_VERSION,
  type Declaration,
  type DeclaredJob,
  type ProfileDeclaration,
  SKILLS_PATH,
} from "../../lib/boot/declaration";
import { eventually } from "../eventually";
import { Agent, API_ENVIRONMENT, API_KEY, API_PORT } from "./agent";
import { Engine } from "./engine";
import { FakeModel, type ModelRequest } from "./fake-model";

const engine = new Engine();
const TAG = "v2026.7.30";
const NAME = "agent";
const VOLUME = "agent-data";
const CARRIER = "CDKTF_HERMES_VALUE_KEY";

let model: FakeModel;

beforeAll(async () => {
  model = await FakeModel.start("The model's answer.", engine.gateway);
});
afterAll(() => model.stop());
afterEach(() => engine.reset());

const EVERY_MINUTE: DeclaredJob = {
  id: "c0ffee000001",
  name: "every minute",
  prompt: { value: "Say that the declared job runs." },
  schedule: { kind: "cron", expr: "* * * * *", display: "* * * * *" },
  deliver: "local",
  skills: [],
};

interface Mind extends Partial<ProfileDeclaration> {
  readonly soul?: string;
  readonly modelName?: string;
}

function declarationOf({ soul = "You are the first.", modelName = "fake-1", ...part }: Mind): Declaration {
  const profile: ProfileDeclaration = {
    config: [
      { path: ["model", "provider"], value: "custom" },
      { path: ["model", "base_url"], value: model.baseUrl },
      { path: ["model", "default"], value: modelName },
      // Hermes does not read it from the managed scope.
      { path: ["skills", "external_dirs"], value: [`${SKILLS_PATH}/default`] },
    ],
    env: { API_SERVER_KEY: { from: CARRIER } },
    files: { "SOUL.md": { value: soul } },
    jobs: [],
    skills: {
      "weather/SKILL.md": {
        value: "---\nname: weather-of-the-program\ndescription: Says how the weather is.\n---\nLook out.\n",
      },
    },
    ownGateway: false,
    ...part,
  };
  return {
    version: DECLARATION_VERSION,
    profiles: { default: profile },
    secretFiles: {},
    dropped: [CARRIER],
  };
}

/** Deploys as CapRover does: a new container, with the boot in a variable, on the volume of the previous one. */
async function deploy(mind: Mind = {}, key: string = API_KEY): Promise<Agent> {
  await engine.tryDocker(["rm", "--force", NAME]);
  const declaration = declarationOf(mind);
  return Agent.start(engine, TAG, {
    name: NAME,
    env: {
      API_SERVER_HOST: API_ENVIRONMENT.API_SERVER_HOST,
      [CARRIER]: JSON.stringify(key),
      ...bootFromVariable(bootScript({ merge: { declaration, dropped: declaration.dropped } })),
    },
    run: ["--volume", `${VOLUME}:/opt/data`],
  });
}

const MERGED = "[cdktf-hermes] merge: done";

/** Waits longer than other tests: it runs beside them, and a boot with jobs and skills is more work. */
async function up(agent: Agent): Promise<void> {
  await eventually("the API server answers", 180, async () =>
    (await agent.fetch(API_PORT, "/health").catch(() => undefined))?.ok ? true : undefined,
  );
}

async function merged(agent: Agent, times = 1): Promise<void> {
  await eventually(`the merge is done ${times} times`, 180, async () =>
    (await agent.logs()).split(MERGED).length > times ? true : undefined,
  );
}

async function ask(agent: Agent, text: string): Promise<ModelRequest> {
  const before = model.chats.length;
  const response = await agent.fetch(API_PORT, "/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "any", messages: [{ role: "user", content: text }] }),
  });
  expect(await response.text()).toContain(model.answer);
  const asked = model.chats[before];
  if (asked === undefined) throw new Error("the model was not asked");
  return asked;
}

async function read(agent: Agent, path: string): Promise<string> {
  return (await agent.exec("cat", path)).stdout;
}

async function jobsOf(agent: Agent): Promise<Record<string, unknown>[]> {
  return JSON.parse(await read(agent, "/opt/data/cron/jobs.json")).jobs;
}

const bodyOf = ({ body }: ModelRequest) => JSON.stringify(body);

test("identity, skill, model and key of the program reach the agent, and its job runs and follows a changed model", async () => {
  const agent = await deploy({ jobs: [EVERY_MINUTE] });
  await up(agent);
  const asked = await ask(agent, "Who are you?");
  expect(bodyOf(asked)).toContain("You are the first.");
  expect(bodyOf(asked)).toContain("weather-of-the-program");
  expect(Object(asked.body).model).toBe("fake-1");

  // The variable that carried the key is in no process, and the files are the runtime user's.
  const look = `for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ 2>/dev/null | grep -c ^${CARRIER}=; done | sort -u; ls -A /run/s6/container_environment | grep -c VALUE_KEY`;
  expect((await agent.exec("env", "-i", "/bin/sh", "-c", look)).stdout.trim().split("\n")).toEqual([
    "0",
    "0",
  ]);
  const owners = await agent.exec(
    ...["stat", "-c", "%n %U %a", "/opt/data/SOUL.md", "/opt/data/.env", "/opt/data/config.yaml"],
    ...[
      "/opt/data/cron/jobs.json",
      "/opt/data/.cdktf-hermes/record.json",
      `${SKILLS_PATH}/default/weather/SKILL.md`,
    ],
  );
  expect(owners.stdout.trim().split("\n")).toEqual([
    "/opt/data/SOUL.md hermes 644",
    "/opt/data/.env hermes 600",
    "/opt/data/config.yaml hermes 640",
    "/opt/data/cron/jobs.json hermes 600",
    "/opt/data/.cdktf-hermes/record.json hermes 600",
    `${SKILLS_PATH}/default/weather/SKILL.md root 644`,
  ]);

  const ran = (name: string) =>
    eventually(`the job asks ${name}`, 150, async () =>
      model.chats.some(
        (chat) => bodyOf(chat).includes("the declared job runs") && Object(chat.body).model === name,
      )
        ? true
        : undefined,
    );
  await ran("fake-1");
  const changed = await deploy({ jobs: [EVERY_MINUTE], modelName: "fake-2" });
  await ran("fake-2");
  let last: unknown;
  await eventually(
    "the job's run is recorded as good",
    90,
    async () => {
      [last] = await jobsOf(changed);
      return Object(last).last_status === "ok" ? true : undefined;
    },
    () => JSON.stringify(last),
  );
  expect((await jobsOf(changed)).map(({ id }) => id)).toEqual([EVERY_MINUTE.id]);
});

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
