/** What the record of the last merge is good for. */
import { boot, Machine, type Part, reported, type Step, textOf, volumeOf, write } from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());
const volumeAfter = (...steps: Step[]) => volumeOf(machine, steps);

const soul = (text: string): Part => ({ files: { "SOUL.md": { value: text } } });

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
    '{"homes": {"default": {"left": [1]}}}',
    '{"homes": {"default": {"harmless": {"files": 1}}}}',
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
    const first = await volumeAfter(boot(soul("ours")), write(".cdktf-hermes/record.json", text), boot());
    expect(reported(first)).toMatchObject([
      {
        what: "refused",
        name: ".cdktf-hermes/record.json",
        reason: expect.stringMatching(/nothing is taken back/),
      },
    ]);
  });

  test("parts of the record that another version wrote otherwise hinder nothing", async () => {
    const part: Part = { files: { "a/b.md": { value: "ours" } } };
    const first = JSON.parse(textOf(await volumeAfter(boot(part)), ".cdktf-hermes/record.json") ?? "");
    const results = ["x", 7, [1, null], { later: 1 }].map(async (folders) => {
      const homes = { default: { ...first.homes.default, folders } };
      const record = write(".cdktf-hermes/record.json", JSON.stringify({ ...first, homes }), 0o600);
      const next: Part = { files: { "a/b.md": { value: "next" }, "c/d.md": { value: "new" } } };
      return volumeAfter(boot(part), record, boot(next));
    });
    for (const result of results) {
      const tree = await result;
      expect([textOf(tree, "a/b.md"), textOf(tree, "c/d.md"), reported(tree)]).toEqual(["next", "new", []]);
    }
  });

  test("with nothing declared and nothing recorded the volume is not touched", async () => {
    expect(await volumeAfter(write("config.yaml", "a: 1\n"), boot())).toEqual(
      await volumeAfter(write("config.yaml", "a: 1\n"), { do: "remove", path: "x", look: true }),
    );
  });
});
