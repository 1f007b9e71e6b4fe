/** An agent's mind on the real engine with the real Hermes, by the Docker target and Terraform. */
import { API_PORT } from "./agent";
import { mindTests } from "./mind-project";

const minds = mindTests();

const mind = (soul: string) => `
  soul: { text: ${JSON.stringify(soul)} },
  skills: [join(__dirname, "skills")],
  crons: { weekly: { schedule: "0 8 * * 1", prompt: "Write release notes.", skills: ["release-notes"] } },
  files: { "workspace/AGENTS.md": { text: "Never push to main.\\n" } },
  config: { skills: { disabled: ["pokemon"] } },
`;

const id = () => minds.engine.docker("inspect", "--format", "{{.Id}}", "iris");

test("the example is deployed, the second plan is empty, and a changed soul replaces the container, which then answers with it", async () => {
  const { deployed } = minds;
  const { agent, project } = deployed;
  await deployed.deploy(mind("You are Iris of the first deploy."));
  expect(await project.changes("agent")).toBeUndefined();
  await agent.answers(API_PORT, "/health");
  const first = await deployed.prompt();
  expect(first).toContain("You are Iris of the first deploy.");
  expect(first).toContain("release-notes");
  expect(await deployed.read("/opt/data/workspace/AGENTS.md")).toBe("Never push to main.\n");
  expect(await deployed.read("/opt/data/config.yaml")).toContain("pokemon");
  const { jobs } = JSON.parse(await deployed.read("/opt/data/cron/jobs.json"));
  expect(jobs).toEqual([expect.objectContaining({ name: "weekly", skills: ["release-notes"] })]);

  // What the agent writes itself stays.
  await agent.exec("sh", "-c", "mkdir -p /opt/data/skills/own && echo mine > /opt/data/skills/own/note");
  const before = await id();
  await deployed.deploy(mind("You are Nova of the second deploy."));
  expect(await id()).not.toBe(before);
  expect(await project.changes("agent")).toBeUndefined();
  await agent.answers(API_PORT, "/health");
  const second = await deployed.prompt();
  expect(second).toContain("You are Nova of the second deploy.");
  expect(second).not.toContain("Iris of the first");
  expect(await deployed.read("/opt/data/skills/own/note")).toBe("mine\n");
});
