/** What the merge does with each kind of thing, in the words of its user. */

import type { DeclaredJob } from "../../../lib/boot/declaration";
import {
  declared,
  declaredProfiles,
  Machine,
  ofUsers,
  reported,
  type Step,
  type Tree,
  textOf,
} from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());

type Part = Parameters<typeof declared>[0];

const boot = (part: Part = {}, values: Record<string, unknown> = {}): Step => ({
  do: "boot",
  declaration: declared(part),
  values,
});
const write = (path: string, text: string, mode?: number): Step =>
  mode === undefined ? { do: "write", path, text } : { do: "write", path, text, mode };

/** The volume at the end. */
async function volumeAfter(...steps: Step[]): Promise<Tree> {
  return (await machine.run(steps)).at(-1)?.data ?? {};
}

const soul = (text: string): Part => ({ files: { "SOUL.md": { value: text } } });

describe("a declared file", () => {
  test("a declared file wins, and what somebody had made of it is kept beside it, each version once", async () => {
    const tree = await volumeAfter(
      boot(soul("ours\n")),
      write("SOUL.md", "mine\n"),
      boot(soul("ours\n")),
      write("SOUL.md", "mine\n"),
      boot(soul("ours again\n")),
      write("SOUL.md", "other\n", 0o600),
      boot(soul("ours\n")),
    );
    const kept = Object.entries(tree).filter(([path]) => path.startsWith("SOUL.md.replaced-"));
    expect(kept.map(([path, { text }]) => [path.replace(/[0-9a-f]{8}$/, "<hash>"), text])).toEqual(
      expect.arrayContaining([
        ["SOUL.md.replaced-<hash>", "mine\n"],
        ["SOUL.md.replaced-<hash>", "other\n"],
      ]),
    );
    expect(kept).toHaveLength(2);
    expect(textOf(tree, "SOUL.md")).toBe("ours\n");
    expect(reported(tree)).toHaveLength(2);
  });

  test("a file that is no longer declared is gone, and stays if somebody changed it", async () => {
    expect(await volumeAfter(boot(soul("ours\n")), boot())).not.toHaveProperty(["SOUL.md"]);
    const changed = await volumeAfter(boot(soul("ours\n")), write("SOUL.md", "mine\n"), boot(), boot());
    expect(textOf(changed, "SOUL.md")).toBe("mine\n");
    expect(reported(changed)).toMatchObject([{ what: "left", kind: "file", name: "SOUL.md" }]);
  });

  test("a file that somebody changed and then made as it was declared once is theirs", async () => {
    const tree = await volumeAfter(
      boot(soul("ours\n")),
      write("SOUL.md", "mine\n"),
      boot(),
      write("SOUL.md", "ours\n"),
      boot(),
    );
    expect(textOf(tree, "SOUL.md")).toBe("ours\n");
  });

  test("what the image itself put on a new volume is replaced without a word", async () => {
    const seeds: Step[] = [
      { do: "seed", path: "docker/SOUL.md", text: "the image's\n" },
      { do: "seed", path: "cli-config.yaml.example", text: "# long\nmodel:\n  provider: auto\n" },
      { do: "seed", path: ".env.example", text: "A=1\nTIMEOUT=60\n" },
      write("SOUL.md", "the image's\n"),
      write("config.yaml", "# long\nmodel:\n  provider: auto\n"),
      write(".env", "A=1\nTIMEOUT=60\n"),
    ];
    const part: Part = {
      ...soul("ours\n"),
      config: [{ path: ["model", "provider"], value: "custom" }],
      env: { TIMEOUT: { value: "90" } },
    };
    const tree = await volumeAfter(...seeds, boot(part));
    expect(Object.keys(ofUsers(tree)).sort()).toEqual([".env", "SOUL.md", "config.yaml"]);
    expect(reported(tree)).toEqual([]);
    expect(textOf(tree, ".env")).toBe("A=1\nTIMEOUT=90\n");
    const changed = await volumeAfter(...seeds, write("SOUL.md", "mine\n"), boot(part));
    expect(reported(changed)).toHaveLength(1);
  });

  test("files have the modes that Hermes expects: a program can run, a value that stood apart is nobody else's", async () => {
    const tree = await volumeAfter(
      boot(
        {
          files: {
            "hooks/run": { base64: Buffer.from([0, 255]).toString("base64"), executable: true },
            "plain.md": { value: "x" },
            "secret.md": { from: "SECRET" },
          },
        },
        { SECRET: "s3cret" },
      ),
    );
    expect(tree["hooks/run"]).toMatchObject({ mode: 0o755, text: "\u0000\u00ff" });
    expect(tree["plain.md"]?.mode).toBe(0o644);
    expect(tree["secret.md"]).toMatchObject({ mode: 0o600, text: "s3cret" });
    expect(JSON.stringify(ofUsers(tree)).split("s3cret")).toHaveLength(2);
    expect(textOf(tree, ".cdktf-hermes/record.json")).not.toContain("s3cret");
    expect(tree[".cdktf-hermes/record.json"]?.mode).toBe(0o600);
    expect(tree[".cdktf-hermes/report.json"]?.mode).toBe(0o600);
  });

  test("folders that the merge made go with their last file, and those of others stay", async () => {
    const files = { "plugins/one/deep/a": { value: "a" }, "hooks/b": { value: "b" } };
    const tree = await volumeAfter({ do: "folder", path: "hooks" }, boot({ files }), boot());
    expect(Object.keys(ofUsers(tree))).toEqual(["hooks"]);
    const used = await volumeAfter(boot({ files }), write("plugins/one/mine", "mine"), boot());
    expect(textOf(used, "plugins/one/mine")).toBe("mine");
    expect(used).not.toHaveProperty(["plugins/one/deep"]);
  });
});

describe("what stands in the way", () => {
  const everything: Part = {
    files: { "SOUL.md": { value: "ours" }, "plugins/p/a": { value: "ours" } },
    config: [{ path: ["a", "b"], value: 1 }],
    env: { TOKEN: { value: "ours" } },
    jobs: [
      {
        id: "aaaabbbbcccc",
        name: "n",
        prompt: { value: "p" },
        schedule: daily("0 9 * * *"),
        deliver: "local",
        skills: [],
      },
    ],
  };

  test.each([
    "SOUL.md",
    "config.yaml",
    ".env",
    "cron",
    "cron/jobs.json",
    "cron/.jobs.lock",
    "plugins",
    "plugins/p",
    ".cdktf-hermes",
    ".cdktf-hermes/record.json",
    ".cdktf-hermes/report.json",
    ".SOUL.md.cdktf-hermes",
    "config.replaced.yaml",
  ])("a symbolic link at %s is never followed, and nothing else is hindered", async (path) => {
    for (const to of ["OUTSIDE", "OUTSIDE/file", "OUTSIDE/absent"]) {
      const results = await machine.run([
        { do: "link", path, to },
        boot(everything),
        boot(everything),
        boot(),
      ]);
      for (const { outside } of results) {
        expect(Object.keys(outside)).toEqual(["file"]);
        expect(outside["file"]).toMatchObject({ text: "outside\n", mode: 0o644 });
      }
      const tree = results[1]?.data ?? {};
      const merged = [
        textOf(tree, "SOUL.md") === "ours",
        textOf(tree, "plugins/p/a") === "ours",
        textOf(tree, ".env")?.includes("TOKEN=ours"),
        textOf(tree, "config.yaml")?.includes("b: 1"),
        textOf(tree, "cron/jobs.json")?.includes("aaaabbbbcccc"),
      ];
      expect(merged.filter((done) => !done).length).toBeLessThanOrEqual(1);
    }
  });

  test.each([
    "SOUL.md",
    "config.yaml",
    ".env",
    "cron/jobs.json",
    "cron/.jobs.lock",
    ".cdktf-hermes/record.json",
  ])("a pipe or a folder at %s does not hang the boot, and is left alone", async (path) => {
    for (const kind of ["fifo", "folder"] as const) {
      const tree = await volumeAfter({ do: kind, path }, boot(everything));
      expect(tree[path]).not.toHaveProperty("text");
      expect(textOf(tree, "plugins/p/a")).toBe("ours");
      expect(reported(tree)).toContainEqual(expect.objectContaining({ what: "refused" }));
    }
  });

  test.each([
    ["config.yaml", "a: [1\nb"],
    ["config.yaml", "- a list\n"],
    ["config.yaml", "\u00ff\u00fe"],
    ["config.yaml", "a: &x {b: 2}\nc: *x\n"],
    ["cron/jobs.json", '{"jobs": [{"id": '],
    ["cron/jobs.json", '{"jobs": "none"}'],
    ["cron/jobs.json", "null"],
  ])("a broken %s is left as it is and reported, and everything else is merged: %j", async (path, text) => {
    const tree = await volumeAfter(write(path, text), boot(everything), boot(everything));
    expect(textOf(tree, path)).toBe(text);
    expect(textOf(tree, "SOUL.md")).toBe("ours");
    expect(reported(tree)).toMatchObject([{ what: "refused", name: path }]);
    const mended = await volumeAfter(
      write(path, text),
      boot(everything),
      { do: "remove", path },
      boot(everything),
    );
    expect(reported(mended)).toEqual([]);
    expect(textOf(mended, path)).toBeDefined();
  });

  test("a value that did not arrive changes nothing, and is reported by its place", async () => {
    const part: Part = {
      files: { "SOUL.md": { from: "GONE" } },
      env: { TOKEN: { from: "GONE" } },
      config: [{ path: ["a"], from: "GONE" }],
    };
    const values = { GONE: "here" };
    const tree = await volumeAfter(boot(part, values), boot(part));
    expect([textOf(tree, "SOUL.md"), textOf(tree, ".env"), textOf(tree, "config.yaml")]).toEqual([
      "here",
      "TOKEN=here\n",
      'a: "here"\n',
    ]);
    expect(reported(tree).map(({ what, name }) => [what, name])).toEqual(
      expect.arrayContaining([
        ["refused", "SOUL.md"],
        ["refused", "TOKEN"],
        ["refused", "a"],
      ]),
    );
    // It is still the program's own.
    expect(Object.keys(ofUsers(await volumeAfter(boot(part, values), boot(part), boot()))).sort()).toEqual([
      ".env",
      "config.yaml",
    ]);
  });

  test.each([
    "../outside/x",
    "/etc/x",
    "a//b",
    "a/../../b",
    "",
    "profiles/work/SOUL.md",
    ".env",
    ".cdktf-hermes/x",
  ])("a path that no program should declare is refused: %j", async (path) => {
    const [result] = await machine.run([boot({ files: { [path]: { value: "x" } } })]);
    expect(Object.keys(ofUsers(result?.data ?? {}))).toEqual([]);
    expect(Object.keys(result?.outside ?? {})).toEqual(["file"]);
    expect(result?.log).toContain("refused file");
  });

  test("a declaration of a later version changes nothing", async () => {
    const later = { ...declared(soul("later")), version: 2 };
    const [result] = await machine.run(JSON.parse(JSON.stringify([{ do: "boot", declaration: later }])));
    expect(result?.data).toEqual({});
    expect(result?.log).toContain("version 2");
  });
});

describe("the record", () => {
  test("what a later version put into the record stays, and what this version knows is taken back", async () => {
    const first = await volumeAfter(boot(soul("ours")));
    const record = JSON.parse(textOf(first, ".cdktf-hermes/record.json") ?? "");
    record.version = 7;
    record.news = { of: "later" };
    record.homes.default.files["later.md"] = { hash: "x", since: 1 };
    record.homes.default.sounds = { ping: ["aa"] };
    record.homes.later = { kind: "other" };
    const tree = await volumeAfter(
      write("SOUL.md", "ours"),
      write(".cdktf-hermes/record.json", JSON.stringify(record), 0o600),
      write("profiles/later/SOUL.md", "x"),
      write("later.md", "x"),
      boot(),
    );
    const kept = JSON.parse(textOf(tree, ".cdktf-hermes/record.json") ?? "");
    expect(kept).toMatchObject({
      version: 7,
      news: { of: "later" },
      homes: {
        default: { files: { "later.md": { hash: "x" } }, sounds: { ping: ["aa"] } },
        later: { kind: "other" },
      },
    });
    expect(tree).not.toHaveProperty(["SOUL.md"]);
    expect(textOf(tree, "later.md")).toBe("x");
  });

  test.each([
    "",
    "{",
    "[]",
    '{"homes": []}',
    '{"homes": {"default": {"files": 1}}}',
  ])("a broken record takes nothing back, is kept, and a new one begins: %j", async (text) => {
    const tree = await volumeAfter(
      boot(soul("ours")),
      write(".cdktf-hermes/record.json", text),
      boot(),
      boot({ files: { b: { value: "b" } } }),
      boot(),
    );
    expect(textOf(tree, "SOUL.md")).toBe("ours");
    expect(tree).not.toHaveProperty(["b"]);
    const kept = Object.entries(tree).filter(([path]) => path.includes("record.json.replaced-"));
    expect(kept.map(([, entry]) => entry.text)).toEqual([text]);
  });

  test("with nothing declared and nothing recorded the volume is not touched", async () => {
    expect(await volumeAfter(write("config.yaml", "a: 1\n"), boot())).toEqual(
      await volumeAfter(write("config.yaml", "a: 1\n"), { do: "remove", path: "x", look: true }),
    );
  });
});

describe("lines of .env", () => {
  const token: Part = { env: { TOKEN: { value: "new" }, OFF: null } };

  test.each([
    ["nothing", "", "TOKEN=new\n"],
    ["other lines", "# a\n\nOTHER='x'  # y", "# a\n\nOTHER='x'  # y\nTOKEN=new\n"],
    ["the value itself", "export TOKEN='new' # mine\nA=1\n", "export TOKEN='new' # mine\nA=1\n"],
    ["another value", "A=1\nTOKEN=old\nB=2\n", "A=1\nMASK\nTOKEN=new\nB=2\n"],
    ["an export", "  export TOKEN = old\r\nB=2\r\n", "MASK\nTOKEN=new\nB=2\r\n"],
    ["a quoted value of several lines", 'TOKEN="a\nOTHER=1\n"\nB=2\n', "MASK\nTOKEN=new\nB=2\n"],
    ["its name inside another value", "A='\nTOKEN=old\n'\n", "A='\nTOKEN=old\n'\nTOKEN=new\n"],
    ["several lines", "TOKEN=one\nA=1\nTOKEN=two\n", "MASK\nA=1\nTOKEN=new\n"],
    ["several lines, the last with the value", "TOKEN=one\nTOKEN=new\n", "MASK\nTOKEN=new\n"],
    ["quotes that do not end", 'TOKEN="old\nA=1\n', "MASK\nTOKEN=new\nA=1\n"],
    ["a comment with its name", "#TOKEN=old\n", "#TOKEN=old\nTOKEN=new\n"],
    ["a longer name", "MY_TOKEN=old\nTOKEN_2=x\n", "MY_TOKEN=old\nTOKEN_2=x\nTOKEN=new\n"],
    ["a line that is switched off", "OFF=\nTOKEN=new\n", "MASK-OFF\nTOKEN=new\n"],
    ["bytes that are no text", "A=\u00ff\u0000\n", "A=\u00ff\u0000\nTOKEN=new\n"],
    ["a mark at the beginning", "\u00ef\u00bb\u00bfTOKEN=old\n", "\u00ef\u00bb\u00bfMASK\nTOKEN=new\n"],
  ])("with %s, the declared value stands there once and everything else stays", async (_, text, expected) => {
    const tree = await volumeAfter(write(".env", text), boot(token), boot(token));
    const mask = (name: string) => `# ${name}=*** (cdktf-hermes replaced the line that was here)`;
    expect(textOf(tree, ".env")).toBe(
      expected.replace("MASK-OFF", mask("OFF")).replace("MASK", mask("TOKEN")),
    );
    expect(tree[".env"]?.mode).toBe(0o600);
  });

  test("a rotated key arrives, without a trace of the earlier one", async () => {
    const tree = await volumeAfter(
      boot({ env: { TOKEN: { value: "first-key" } } }),
      boot({ env: { TOKEN: { value: "second-key" } } }),
    );
    expect(textOf(tree, ".env")).toBe("TOKEN=second-key\n");
    expect(JSON.stringify(tree)).not.toContain("first-key");
  });

  test("a line that is no longer declared goes, unless somebody changed it", async () => {
    const gone = await volumeAfter(write(".env", "A=1\n"), boot(token), boot());
    expect(textOf(gone, ".env")).toBe("A=1\n");
    const changed = await volumeAfter(boot(token), write(".env", "TOKEN=mine\n"), boot(), boot());
    expect(textOf(changed, ".env")).toBe("TOKEN=mine\n");
    expect(reported(changed)).toMatchObject([{ what: "left", kind: "variable", name: "TOKEN" }]);
  });

  test("the value of an earlier line is neither in the log nor in the report", async () => {
    const [, result] = await machine.run([write(".env", "TOKEN=s3cret\nOFF=t0psecret\n"), boot(token)]);
    expect(JSON.stringify(result)).not.toMatch(/s3cret|t0psecret/);
  });

  const awkward = ["", " x ", "a#b", "a #b", "it's", '"q"', "a\\nb", "\\", "$HOME", "ü😀", "a=b", "'"];

  test.each(awkward)("python-dotenv reads the value that was declared: %j", async (value) => {
    const declaredOnce = boot({ env: { TOKEN: { value } } });
    const tree = await volumeAfter(declaredOnce, declaredOnce);
    expect(tree[".env"]?.variables).toEqual({ TOKEN: value });
    expect(textOf(tree, ".env")?.split("\n")).toHaveLength(2);
  });

  test.each([
    "a\nb",
    "a\rb",
    "\u0000",
    "${HOME}",
  ])("a value that no line can have is refused, and nothing is written: %j", async (value) => {
    const [result] = await machine.run([boot({ env: { TOKEN: { value } } })]);
    expect(result?.data).not.toHaveProperty([".env"]);
    expect(result?.log).toContain("refused variable TOKEN");
  });
});

function daily(expr: string): DeclaredJob["schedule"] {
  return { kind: "cron", expr, display: expr };
}

describe("scheduled jobs", () => {
  const job = (more: Partial<DeclaredJob> = {}): Part => ({
    jobs: [
      {
        id: "aaaabbbbcccc",
        name: "daily",
        prompt: { value: "say hi" },
        schedule: daily("0 9 * * *"),
        deliver: "local",
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
      { job: "aaaabbbbcccc", value: { prompt: "mine" } },
    ]);
  });

  test.each<[string, Step]>([
    ["its prompt", edit(["prompt"], "mine")],
    ["its model", edit(["model"], "gpt")],
  ])("a job that is no longer declared stays if somebody changed %s", async (_, change) => {
    const tree = await volumeAfter(boot(job()), change, boot(), boot());
    expect(jobsOf(tree)).toHaveLength(1);
    expect(reported(tree)).toMatchObject([{ what: "left", kind: "job", name: "aaaabbbbcccc" }]);
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

describe("profiles", () => {
  const work = {
    ownGateway: true,
    files: { "SOUL.md": { value: "worker\n" } },
    env: { TOKEN: { value: "of-work" } },
  };
  const both: Step = { do: "boot", declaration: declaredProfiles({ default: {}, work }) };
  const STATE = "profiles/work/gateway_state.json";

  test("a profile has its folder, and its gateway starts at the first boot only", async () => {
    const tree = await volumeAfter(both);
    expect(textOf(tree, "profiles/work/SOUL.md")).toBe("worker\n");
    expect(textOf(tree, "profiles/work/.env")).toBe("TOKEN=of-work\n");
    expect(JSON.parse(textOf(tree, STATE) ?? "")).toEqual({ desired_state: "running" });
    expect([tree["profiles"]?.mode, tree["profiles/work"]?.mode, tree["profiles/work/.env"]?.mode]).toEqual([
      0o700, 0o700, 0o600,
    ]);
    const stopped = await volumeAfter(both, write(STATE, '{"desired_state":"stopped","pid":1}'), both);
    expect(textOf(stopped, STATE)).toBe('{"desired_state":"stopped","pid":1}');
  });

  test("a profile without a declared identity has a neutral one, so that the supervisor knows it", async () => {
    const bare: Step = { do: "boot", declaration: declaredProfiles({ work: {} }) };
    const neutral = textOf(await volumeAfter(bare), "profiles/work/SOUL.md");
    expect(neutral).toMatch(/assistant/);
    expect(textOf(await volumeAfter(both, bare), "profiles/work/SOUL.md")).toBe(neutral);
    expect(
      textOf(await volumeAfter(both, write("profiles/work/SOUL.md", "mine"), bare), "profiles/work/SOUL.md"),
    ).toBe("mine");
    const named = await volumeAfter(bare, both);
    expect(textOf(named, "profiles/work/SOUL.md")).toBe("worker\n");
    expect(reported(named)).toEqual([]);
  });

  test("a profile that is no longer declared is stopped and kept, without its secrets, and named", async () => {
    const tree = await volumeAfter(
      both,
      write(STATE, '{"desired_state":"running","gateway_state":"running"}'),
      write("profiles/work/memories/m.md", "m"),
      boot(),
    );
    expect(JSON.parse(textOf(tree, STATE) ?? "")).toEqual({
      desired_state: "stopped",
      gateway_state: "running",
    });
    expect(textOf(tree, "profiles/work/SOUL.md")).toBe("worker\n");
    expect(textOf(tree, "profiles/work/memories/m.md")).toBe("m");
    expect(textOf(tree, "profiles/work/.env")).toBe("");
    expect(reported(tree)).toContainEqual(expect.objectContaining({ what: "kept", name: "work" }));
  });

  test("a profile that a person starts again after it was taken out of the program stays up", async () => {
    const tree = await volumeAfter(both, boot(), write(STATE, '{"desired_state":"running"}'), boot());
    expect(JSON.parse(textOf(tree, STATE) ?? "")).toEqual({ desired_state: "running" });
  });

  test("a profile that comes back into the program starts again, with what was kept", async () => {
    const tree = await volumeAfter(both, boot(), both);
    expect(JSON.parse(textOf(tree, STATE) ?? "")).toEqual({ desired_state: "running" });
    expect(textOf(tree, "profiles/work/.env")).toBe("TOKEN=of-work\n");
    expect(reported(tree)).toEqual([]);
  });

  test("a profile of a person's own is never touched", async () => {
    const own = [
      write("profiles/mine/SOUL.md", "me"),
      write("profiles/mine/gateway_state.json", '{"desired_state":"running"}'),
    ];
    const tree = await volumeAfter(...own, both, boot());
    expect(textOf(tree, "profiles/mine/gateway_state.json")).toBe('{"desired_state":"running"}');
    expect(JSON.stringify(reported(tree))).not.toContain("mine");
  });

  test.each([
    "Bad",
    "../x",
    "a b",
    "",
    "hermes",
    "tmp",
  ])("a profile with a bad name is refused: %j", async (name) => {
    const [result] = await machine.run([{ do: "boot", declaration: declaredProfiles({ [name]: work }) }]);
    expect(Object.keys(result?.data ?? {}).filter((path) => path.startsWith("profiles"))).toEqual([]);
    expect(result?.log).toContain("its name is not allowed");
  });
});

describe("a boot that is killed", () => {
  const job = {
    id: "aaaabbbbcccc",
    name: "n",
    prompt: { value: "p" },
    schedule: daily("0 9 * * *"),
    deliver: "local",
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
