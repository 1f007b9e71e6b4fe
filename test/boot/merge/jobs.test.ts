/** What the merge does with scheduled jobs. */
import type { DeclaredJob } from "../../../lib/boot/declaration";
import { boot, Machine, type Part, reported, type Step, type Tree, textOf, volumeOf } from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());
const volumeAfter = (...steps: Step[]) => volumeOf(machine, steps);

const daily = (expr: string): DeclaredJob["schedule"] => ({ kind: "cron", expr, display: expr });

describe("scheduled jobs", () => {
  const job = (more: Partial<DeclaredJob> = {}): Part => ({
    jobs: [
      {
        id: "aaaabbbbcccc",
        name: "daily",
        prompt: { value: "say hi" },
        schedule: daily("0 9 * * *"),
        deliver: { value: "local" },
        skills: ["one"],
        ...more,
      },
    ],
  });
  const edit = (at: readonly (string | number)[], value: unknown): Step => ({
    do: "edit",
    path: "cron/jobs.json",
    at: ["jobs", 0, ...at],
    value,
  });
  const jobsOf = (tree: Tree): Record<string, unknown>[] =>
    JSON.parse(textOf(tree, "cron/jobs.json") ?? "{}").jobs;

  test("a job exists once after ten boots, without a model of its own", async () => {
    const tree = await volumeAfter(...Array.from({ length: 10 }, () => boot(job())));
    expect(jobsOf(tree)).toHaveLength(1);
    expect(jobsOf(tree)[0]).toMatchObject({
      id: "aaaabbbbcccc",
      enabled: true,
      state: "scheduled",
      next_run_at: null,
    });
    expect(Object.keys(jobsOf(tree)[0] ?? {}).filter((key) => /model|provider/.test(key))).toEqual([]);
    expect(tree["cron/jobs.json"]?.mode).toBe(0o600);
  });

  test("what only Terraform knows of a job stands in it, and follows when it changes", async () => {
    const given = job({ prompt: { from: "PROMPT" }, deliver: { from: "CHAT" }, workdir: { from: "FOLDER" } });
    const tree = await volumeAfter(
      boot(given, { PROMPT: "say hi", CHAT: "slack:C1", FOLDER: "/one" }),
      boot(given, { PROMPT: "say hi", CHAT: "slack:C2", FOLDER: "/two" }),
    );
    expect(jobsOf(tree)).toMatchObject([{ prompt: "say hi", deliver: "slack:C2", workdir: "/two" }]);
  });

  test("a schedule that somebody wrote as a text is replaced and kept", async () => {
    const tree = await volumeAfter(
      boot(job()),
      edit(["schedule"], "0 8 * * *"),
      edit(["schedule_display"], null),
      boot(job()),
    );
    expect(jobsOf(tree)).toMatchObject([{ schedule: daily("0 9 * * *") }]);
    expect(textOf(tree, "cron/jobs.replaced.yaml")).toContain("0 8 * * *");
  });

  test("run state, a pause and what Hermes added stay; a changed prompt does not move the next run", async () => {
    const tree = await volumeAfter(
      boot(job()),
      edit(["next_run_at"], "2030-01-01T09:00:00+00:00"),
      edit(["last_status"], "ok"),
      edit(["enabled"], false),
      edit(["state"], "paused"),
      edit(["from_a_later_release"], { a: 1 }),
      edit(["model_snapshot"], "old"),
      boot(job({ prompt: { value: "say bye" } })),
    );
    expect(jobsOf(tree)[0]).toMatchObject({
      prompt: "say bye",
      next_run_at: "2030-01-01T09:00:00+00:00",
      last_status: "ok",
      enabled: false,
      state: "paused",
      from_a_later_release: { a: 1 },
    });
    expect(jobsOf(tree)[0]).not.toHaveProperty("model_snapshot");
    expect(reported(tree)).toEqual([]);
  });

  test("a changed schedule lets Hermes compute the next run anew", async () => {
    const tree = await volumeAfter(
      boot(job()),
      edit(["next_run_at"], "2030-01-01T09:00:00+00:00"),
      boot(job({ schedule: daily("0 8 * * *") })),
    );
    expect(jobsOf(tree)[0]).toMatchObject({
      schedule: daily("0 8 * * *"),
      schedule_display: "0 8 * * *",
      next_run_at: null,
    });
  });

  test("a person's change of a declared field is replaced and kept, and jobs of the agent's own stay", async () => {
    const own = {
      id: "111122223333",
      name: "the agent's",
      prompt: "x",
      schedule: { kind: "interval", minutes: 5 },
    };
    const tree = await volumeAfter(
      boot(job()),
      edit(["prompt"], "mine"),
      { do: "edit", path: "cron/jobs.json", at: ["jobs", 1], value: own },
      boot(job()),
      boot(),
    );
    expect(jobsOf(tree)).toEqual([own]);
    expect(tree["cron/jobs.replaced.yaml"]?.yaml).toMatchObject([
      { job: "daily", value: { prompt: "mine" } },
    ]);
  });

  test.each<[string, Step]>([
    ["its prompt", edit(["prompt"], "mine")],
    ["its model", edit(["model"], "gpt")],
  ])("a job that is no longer declared stays if somebody changed %s", async (_, change) => {
    const tree = await volumeAfter(boot(job()), change, boot(), boot());
    expect(jobsOf(tree)).toHaveLength(1);
    expect(reported(tree)).toMatchObject([{ what: "left", kind: "job", name: "daily" }]);
  });

  test("a job that is no longer declared goes, even if it was paused or has run", async () => {
    const tree = await volumeAfter(
      boot(job()),
      edit(["enabled"], false),
      edit(["last_run_at"], "2026-01-01T00:00:00"),
      boot(),
    );
    expect(jobsOf(tree)).toEqual([]);
  });
});
