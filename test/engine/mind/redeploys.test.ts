/**
 * What an agent wrote itself, and the jobs of its program, over ten deploys by the real CDKTF that each change everything
 * declared around them: each replaces the container, so it is a boot too.
 */
import { eventually } from "../../eventually";
import { API_PORT } from "../agent";
import { mindTests } from "../mind-project";

jest.setTimeout(3_600_000);

const DEPLOYS = 10;
const minds = mindTests();

/** Everything but an identity, and all of it another in each deploy. */
const mind = (n: number) => `
  skills: [join(__dirname, "skills")],
  crons: {
    minutely: { schedule: "* * * * *", prompt: "Say that the job of deploy ${n} runs." },
    paused: { schedule: "* * * * *", prompt: "Say that the paused job of deploy ${n} runs." },
    ["only-${n}"]: { schedule: "0 3 * * ${n % 7}", prompt: "Prompt ${n}." },
  },
  files: { "plugins/p${n}/notes.md": { text: "${n}" }, "workspace/AGENTS.md": { text: "Rule ${n}." } },
  toolsets: ["skills", "memory", "${n % 2 ? "web" : "todo"}"],
  config: { skills: { disabled: ["pokemon-${n}"] }, display: { personality: "p${n}" } },
`;

const JOBS = "/opt/data/cron/jobs.json";
interface Job {
  readonly id: string;
  readonly name: string;
  readonly prompt: string;
  readonly enabled: boolean;
  readonly state: string;
  readonly last_status: string | null;
}

const jobsOf = async (): Promise<readonly Job[]> => JSON.parse(await minds.deployed.read(JOBS)).jobs;
const named = (jobs: readonly Job[], name: string) => jobs.filter((job) => job.name === name);

/** What jobs have asked the model, by the names of the models. */
const askedBy = (text: string) =>
  minds.model.chats
    .filter(({ body }) => JSON.stringify(body).includes(text))
    .map(({ body }) => String(Object(body).model));

const OWN = {
  "/opt/data/SOUL.md": "You are Vega, and you named yourself.\n",
  "/opt/data/skills/own/SKILL.md": "---\nname: own-skill\ndescription: Of the agent.\n---\nLook.\n",
  "/opt/data/memories/USER.md": "the user likes tea\n",
} as const;

test("what the agent wrote is there after ten deploys, and a job that runs exists once, follows the model and stays paused", async () => {
  const { deployed } = minds;
  const { agent } = deployed;
  await deployed.deploy(mind(0), "fake-0");
  await agent.answers(API_PORT, "/health");
  const [paused] = named(await jobsOf(), "paused");
  const files = Object.entries(OWN).map(
    ([path, text]) => `mkdir -p "$(dirname ${path})"; printf '%s' '${text}' > ${path}`,
  );
  const write = `set -e
${files.join("\n")}
hermes cron create '0 9 * * *' 'a job of the agent' --name own --deliver local
hermes cron pause ${paused?.id}
hermes config set display.tool_progress off`;
  const asAgent = ["/command/s6-setuidgid", "hermes", "env", "HOME=/opt/data", "sh", "-c"];
  expect(await agent.exec(...asAgent, write)).toMatchObject({ code: 0 });

  for (let n = 1; n <= DEPLOYS; n++) {
    await deployed.deploy(mind(n), `fake-${n}`);
    await agent.answers(API_PORT, "/health");
    const prompt = await deployed.prompt();
    expect(prompt).toContain("and you named yourself");
    expect(prompt).toContain("own-skill");
    expect(JSON.parse(prompt).model).toBe(`fake-${n}`);
  }

  for (const [path, text] of Object.entries(OWN))
    expect([path, await deployed.read(path)]).toEqual([path, text]);
  const config = await deployed.read("/opt/data/config.yaml");
  expect(config).toContain("tool_progress");
  expect(config).toContain(`pokemon-${DEPLOYS}`);
  expect(config).not.toContain(`pokemon-${DEPLOYS - 1}`);
  expect((await agent.exec("ls", "/opt/data/plugins")).stdout.trim()).toBe(`p${DEPLOYS}`);

  // The job runs at its time, as the last deploy says it, with the model of today.
  const text = `the job of deploy ${DEPLOYS} runs`;
  await eventually("the job of the last deploy has run", 240, async () =>
    askedBy(text).length > 0 && named(await jobsOf(), "minutely")[0]?.last_status === "ok" ? true : undefined,
  );
  expect(new Set(askedBy(text))).toEqual(new Set([`fake-${DEPLOYS}`]));
  const jobs = await jobsOf();
  expect(jobs.map(({ name }) => name).sort()).toEqual(["minutely", `only-${DEPLOYS}`, "own", "paused"]);
  expect(named(jobs, "paused")).toMatchObject([{ id: paused?.id, enabled: false, state: "paused" }]);
  expect(named(jobs, "paused")[0]?.prompt).toContain(`deploy ${DEPLOYS}`);
  expect(askedBy("the paused job of deploy").filter((name) => name !== "fake-0")).toEqual([]);
  const { items } = JSON.parse(await deployed.read("/opt/data/.cdktf-hermes/report.json"));
  expect(items.filter(({ what }: { what: string }) => what !== "takenBack")).toEqual([]);
});
