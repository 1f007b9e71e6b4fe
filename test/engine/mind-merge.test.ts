/** What a program declares of the agent's data, on the real Hermes: identity, skills, settings, keys and scheduled jobs. */
import { SKILLS_PATH } from "../../lib/boot/declaration";
import { eventually } from "../eventually";
import { ask, bodyOf, CARRIER, deploy, EVERY_MINUTE, jobsOf, model, up } from "./mind-agent";

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
