/** What the merge does with profiles. */
import { boot, declaredProfiles, Machine, reported, type Step, textOf, volumeOf, write } from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());
const volumeAfter = (...steps: Step[]) => volumeOf(machine, steps);

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

  test("a profile that a person starts after it was taken out stays up, also if it had never been started", async () => {
    const removed: Step = { do: "remove", path: STATE };
    const tree = await volumeAfter(
      both,
      removed,
      boot(),
      write(STATE, '{"desired_state":"running"}'),
      boot(),
    );
    expect(JSON.parse(textOf(tree, STATE) ?? "")).toEqual({ desired_state: "running" });
  });

  test("a profile that comes back into the program starts again, with what was kept", async () => {
    const tree = await volumeAfter(both, boot(), both);
    expect(JSON.parse(textOf(tree, STATE) ?? "")).toEqual({ desired_state: "running" });
    expect(textOf(tree, "profiles/work/.env")).toBe("TOKEN=of-work\n");
    expect(reported(tree)).toEqual([]);
  });

  test("a declared profile that a person has deleted is made anew, and starts", async () => {
    const tree = await volumeAfter(both, { do: "remove", path: "profiles/work" }, both);
    expect(textOf(tree, "profiles/work/SOUL.md")).toBe("worker\n");
    expect(textOf(tree, "profiles/work/.env")).toBe("TOKEN=of-work\n");
    expect(JSON.parse(textOf(tree, STATE) ?? "")).toEqual({ desired_state: "running" });
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

  test.each(["profiles", "profiles/work"])("a symbolic link at %s leads no file elsewhere", async (path) => {
    const results = await machine.run([{ do: "link", path, to: "OUTSIDE" }, both, boot()]);
    for (const { outside } of results) expect(Object.keys(outside)).toEqual(["file"]);
    expect(reported(results[1]?.data ?? {})).toContainEqual(
      expect.objectContaining({ what: "refused", profile: "work" }),
    );
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
