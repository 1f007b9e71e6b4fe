/** Boots that are killed at each step. */
import type { DeclaredJob } from "../../../lib/boot/declaration";
import { declaredProfiles, Machine, reported, type Step, type Tree, volumeOf, write } from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());
const volumeAfter = (...steps: Step[]) => volumeOf(machine, steps);

const daily = (expr: string): DeclaredJob["schedule"] => ({ kind: "cron", expr, display: expr });

describe("a boot that is killed", () => {
  const job = {
    id: "aaaabbbbcccc",
    name: "n",
    prompt: { value: "p" },
    schedule: daily("0 9 * * *"),
    deliver: { value: "local" },
    skills: [],
  };
  const first = declaredProfiles({
    default: {
      files: { "SOUL.md": { value: "one" }, "plugins/p/a": { value: "a" } },
      config: [{ path: ["a", "b"], value: 1 }],
      env: { TOKEN: { value: "t1" }, OFF: null },
      jobs: [job],
    },
    work: { ownGateway: true, env: { TOKEN: { value: "w1" } } },
    home: { ownGateway: true, config: [{ path: ["a"], value: 1 }], files: { "SOUL.md": { value: "three" } } },
  });
  const second = declaredProfiles({
    default: {
      files: { "SOUL.md": { value: "two" }, "hooks/h": { value: "h" } },
      config: [{ path: ["a", "c"], value: 2 }],
      env: { TOKEN: { value: "t2" } },
    },
    play: { ownGateway: true },
  });
  const edits = [
    write("SOUL.md", "mine"),
    write("config.yaml", "# c\na:\n  b: 7\n"),
    write(".env", "OFF=1\nTOKEN=mine\n"),
  ];
  const comparable = (tree: Tree) => {
    const { [".cdktf-hermes/report.json"]: report, ...rest } = tree;
    // What was taken back is told at least by the log of the boot that did it.
    return {
      ...rest,
      report: reported({ ".cdktf-hermes/report.json": report ?? { mode: 0 } }).filter(
        ({ what }) => what !== "takenBack",
      ),
    };
  };

  test.each([
    ["at the first boot of a new volume", []],
    ["at the first boot of a volume with a person's own files", edits],
    ["after a deploy that changed everything", [{ do: "boot", declaration: second }]],
    ["after a deploy and a person's changes", [{ do: "boot", declaration: second }, ...edits]],
  ] as [
    string,
    Step[],
  ][])("a boot that is killed at any step %s is finished by the next one", async (_, steps) => {
    const whole = await volumeAfter(...steps, { do: "boot", declaration: first });
    const killed = await machine.everyKill(steps, first);
    expect(killed.length).toBeGreaterThan(25);
    for (const { kill, data } of killed) expect([kill, comparable(data)]).toEqual([kill, comparable(whole)]);
  });

  test("a token that another profile gets is in no boot in the homes of both", async () => {
    const of = (name: string) =>
      declaredProfiles({ default: {}, [name]: { ownGateway: true, env: { TOKEN: { value: "t" } } } });
    const killed = await machine.everyKill([{ do: "boot", declaration: of("work") }], of("play"));
    for (const { kill, between } of killed) {
      const having = ["work", "play"].filter((name) =>
        between[`profiles/${name}/.env`]?.text?.includes("TOKEN=t"),
      );
      expect([kill, having.length < 2]).toEqual([kill, true]);
    }
  });

  test.each([
    ["swap their tokens", { work: "one", play: "two" }, { work: "two", play: "one" }],
    ["hand their tokens on", { default: "a", work: "b", play: "c" }, { default: "b", work: "c", play: "a" }],
    ["take the token of one that gets none", { work: "one", play: null }, { play: "one", work: null }],
    ["take the token of one that says nothing of it", { work: "one" }, { play: "one", work: undefined }],
  ] as const)("when profiles %s, no moment of a boot leaves one token with two of them", async (_, from, to) => {
    const of = (tokens: Readonly<Record<string, string | null | undefined>>) =>
      declaredProfiles({
        default: {},
        ...Object.fromEntries(
          Object.entries(tokens).map(([name, value]) => [
            name,
            {
              ownGateway: true,
              env:
                value === undefined
                  ? {}
                  : { TOKEN: value === null ? null : { value }, DEBUG: { value: "1" } },
            },
          ]),
        ),
      });
    const tokensIn = (tree: Tree) =>
      Object.entries(tree)
        .flatMap(([path, { variables }]) =>
          path.endsWith(".env") && variables?.["TOKEN"] ? [[path, variables["TOKEN"]]] : [],
        )
        .sort();
    const killed = await machine.everyKill([{ do: "boot", declaration: of(from) }], of(to));
    const whole = await volumeAfter({ do: "boot", declaration: of(to) });
    for (const { kill, between, data } of killed) {
      const held = tokensIn(between).map(([, token]) => token);
      expect([kill, new Set(held).size]).toEqual([kill, held.length]);
      expect([kill, tokensIn(data)]).toEqual([kill, tokensIn(whole)]);
      expect([kill, reported(data).filter(({ what }) => what !== "takenBack")]).toEqual([kill, []]);
    }
  });

  test("a deploy after a boot that was killed leaves nothing of what that one began", async () => {
    const killed = await machine.everyKill([...edits, { do: "boot", declaration: second }], first, second);
    const whole = comparable(await volumeAfter(...edits, { do: "boot", declaration: second }));
    for (const { kill, data } of killed) {
      const { ".cdktf-hermes/record.json": _, "config.yaml": config, "cron/jobs.json": jobs, ...rest } = data;
      for (const path of ["SOUL.md", "hooks/h"])
        expect([kill, rest[path]]).toEqual([kill, Object(whole)[path]]);
      expect([kill, rest[".env"]?.text?.replace(/^# .*\n/gm, "").replace("OFF=1\n", "")]).toEqual([
        kill,
        "TOKEN=t2\n",
      ]);
      expect([kill, "plugins" in rest]).toEqual([kill, false]);
      // The person's own value stays if the first deploy did not come to it.
      const replaced = JSON.stringify(rest["config.replaced.yaml"]?.yaml ?? []).includes('"value":7');
      const allowed = [{ a: { b: 7, c: 2 } }, ...(replaced ? [{ a: { c: 2 } }] : [])];
      expect([kill, allowed]).toEqual([kill, expect.arrayContaining([config?.yaml])]);
      expect(jobs?.text ?? '{"jobs": []}').toContain('"jobs": []');
    }
  });
});
