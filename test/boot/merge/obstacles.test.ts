/** What stands in the way of the merge: links, pipes, broken files, values that did not arrive. */
import type { DeclaredJob } from "../../../lib/boot/declaration";
import {
  boot,
  declared,
  Machine,
  ofUsers,
  type Part,
  reported,
  type Step,
  textOf,
  volumeOf,
  write,
} from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());
const volumeAfter = (...steps: Step[]) => volumeOf(machine, steps);

const daily = (expr: string): DeclaredJob["schedule"] => ({ kind: "cron", expr, display: expr });

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
        deliver: { value: "local" },
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
    ["cron/jobs.json", '{"jobs": {}}'],
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

  test.each([
    ["config.yaml", `${"# a comment\n".repeat(25_000)}a: {b: 7}\n`],
    [".env", "# a comment\n".repeat(100_000)],
    ["cron/jobs.json", `{"jobs": []${" ".repeat(5_000_000)}}`],
    ["SOUL.md", "x".repeat(34_000_000)],
  ])("a %s that is too long to be one is left alone and reported, and takes no time of the others", async (path, text) => {
    const tree = await volumeAfter(write(path, text), boot(everything));
    expect(textOf(tree, path) === text).toBe(true);
    expect(textOf(tree, "plugins/p/a")).toBe("ours");
    expect(reported(tree)).toMatchObject([
      { what: "refused", name: path, reason: expect.stringMatching(/^it is longer than \d+ KiB$/) },
    ]);
  });

  test.each([
    ["SOUL.md", "file"],
    ["config.yaml", "setting"],
    [".env", "variable"],
    ["cron/jobs.json", "job"],
  ])("a %s that can't be written is reported as refused, and not as replaced", async (path, kind) => {
    const name = path.split("/").at(-1);
    const results = await machine.run([
      boot(everything),
      write("SOUL.md", "mine"),
      write("config.yaml", "a:\n  b: mine\n"),
      write(".env", "TOKEN=mine\n"),
      { do: "edit", path: "cron/jobs.json", at: ["jobs", 0, "prompt"], value: "mine" },
      { do: "folder", path: path.replace(name ?? "", `.${name}.cdktf-hermes`) },
      boot(everything),
    ]);
    const { data = {}, log } = results.at(-1) ?? {};
    expect(textOf(data, path)).toContain("mine");
    const said = reported(data);
    expect(said).toContainEqual(expect.objectContaining({ what: "refused", name: path }));
    expect(said.filter((item) => item["what"] === "replaced")).toHaveLength(3);
    expect(said).not.toContainEqual(expect.objectContaining({ what: "replaced", kind }));
    expect(log).not.toContain(`replaced ${kind}`);
  });

  test("while another container merges into the same volume nothing is touched, and the next boot does it", async () => {
    const both: Step = { do: "boot", declaration: declared(everything), beside: true };
    const results = await machine.run([both, boot(everything)]);
    expect(results[0]?.log).toBe("refused everything: another container merges into this data\n");
    expect(results[0]?.data).toEqual({});
    expect(results[1]?.data).toEqual(await volumeAfter(boot(everything)));
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
    const later = { ...declared({ files: { "SOUL.md": { value: "later" } } }), version: 2 };
    const [result] = await machine.run(JSON.parse(JSON.stringify([{ do: "boot", declaration: later }])));
    expect(result?.data).toEqual({});
    expect(result?.log).toContain("version 2");
  });
});
