/** What the merge does with declared files, and with what stands in the way of them. */
import { boot, Machine, ofUsers, type Part, reported, type Step, textOf, volumeOf, write } from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());
const volumeAfter = (...steps: Step[]) => volumeOf(machine, steps);

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

  test("a declared program that can no longer run can run again, and a secret that others can read is closed", async () => {
    const part: Part = {
      files: { "hooks/run": { value: "x", executable: true }, "secret.md": { from: "SECRET" } },
    };
    const values = { SECRET: "s3cret" };
    const tree = await volumeAfter(
      boot(part, values),
      write("hooks/run", "x", 0o644),
      write("secret.md", "s3cret", 0o644),
      boot(part, values),
    );
    expect([tree["hooks/run"]?.mode, tree["secret.md"]?.mode]).toEqual([0o755, 0o600]);
  });

  test("a file can be declared where a folder was, and a folder where a file was, and nothing of it is left in the end", async () => {
    const file: Part = { files: { "plugins/one": { value: "a" } } };
    const folder: Part = { files: { "plugins/one/deep/two": { value: "b" } } };
    for (const [from, to] of [
      [file, folder],
      [folder, file],
    ]) {
      const tree = await volumeAfter(boot(from), boot(to));
      const [[path = "", content] = []] = Object.entries(to?.files ?? {});
      expect(textOf(tree, path)).toBe(Object(content).value);
      expect(reported(tree).map(({ what }) => what)).toEqual(["takenBack"]);
      expect(ofUsers(await volumeAfter(boot(from), boot(to), boot()))).toEqual({});
    }
  });

  test("with a clock that runs backwards the first and the newest of what was replaced are kept all the same", async () => {
    const texts = Array.from({ length: 14 }, (_, i) => `mine ${i}\n`);
    const tree = await volumeAfter(
      ...texts.flatMap((text, i): Step[] => [
        { do: "write", path: "SOUL.md", text, at: 1000 - i },
        boot(soul("ours\n")),
      ]),
    );
    const kept = Object.entries(tree).flatMap(([path, { text }]) =>
      path.includes(".replaced-") ? [text] : [],
    );
    expect([...kept].sort()).toEqual([texts[0], ...texts.slice(5)].sort());
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
