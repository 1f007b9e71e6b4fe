/** Parts of the probe that runs in an agent's container, on a folder in the place of the data. */
import { spawn } from "node:child_process";
import { type Place, probed, profile } from "./probing";

const gateways: number[] = [];
afterAll(() => {
  for (const pid of gateways) process.kill(-pid, "SIGKILL");
});
/** A process whose words are those of a gateway. */
function gatewayOf(words: readonly string[] = [], env: Readonly<Record<string, string>> = {}): number {
  const all = ["-c", "sleep 600; :", "hermes", ...words, "gateway", "run", "--replace"];
  const { pid } = spawn("sh", all, { env: { ...process.env, ...env }, stdio: "ignore", detached: true });
  if (pid === undefined) throw new Error("it did not start");
  gateways.push(pid);
  return pid;
}

describe("profiles", () => {
  test.each<[string, object | undefined, object]>([
    ["is meant to run", { desired_state: "running" }, { wanted: true }],
    [
      "is meant to run, and was left draining",
      { gateway_state: "draining" },
      { wanted: true, state: "draining" },
    ],
    [
      "was stopped",
      { desired_state: "stopped", gateway_state: "running" },
      { wanted: false, state: "running" },
    ],
    ["gave up", { gateway_state: "startup_failed" }, { wanted: false, state: "startup_failed" }],
    ["never ran", undefined, { wanted: false }],
    ["has a state file that holds something else", [1], { wanted: false }],
  ])("a profile without a process that %s is told as such", async (_, state, told) => {
    expect(await probed("profiles()", profile("work", state), { pids: [] })).toEqual([
      { name: "work", runs: false, platforms: {}, ...told },
    ]);
  });

  test("a profile with a process of its own runs, and the process of another one is not taken for it", async () => {
    const pids = [gatewayOf(["-p", "own"])];
    const state = { desired_state: "running" };
    const found = await probed(
      "profiles()",
      { ...profile("own", state), ...profile("other", state) },
      { pids },
    );
    expect(found).toEqual([
      { name: "other", runs: false, wanted: true, platforms: {} },
      { name: "own", runs: true, wanted: true, platforms: {} },
    ]);
  });

  const SERVED = {
    ...profile("work", { desired_state: "running", platforms: { slack: { state: "fatal" } } }),
    "gateway_state.json": JSON.stringify({ served_profiles: ["default", "work"] }),
  };

  test("a profile that the default profile's gateway serves runs, with what its log says last of each platform", async () => {
    const log = [
      "2999-01-01 00:00:01 WARNING gateway.run: ✗ slack failed to connect (profile: work)",
      "2999-01-01 00:00:02 INFO gateway.run: ✓ slack reconnected (profile: work)",
      "2999-01-01 00:00:03 WARNING gateway.run: ✗ slack failed to connect (profile: works)",
      "2999-01-01 00:00:04 ERROR gateway.run: ✗ matrix error (profile: work): timed out",
    ];
    const files = { ...SERVED, "logs/gateway.log": log.join("\n") };
    expect(await probed("profiles()", files, { pids: [gatewayOf()] })).toEqual([
      {
        name: "work",
        runs: true,
        wanted: true,
        served: true,
        platforms: { slack: { state: "connected" }, matrix: { state: "retrying" } },
      },
    ]);
  });

  test("a gateway that has died serves nobody, whatever it has left", async () => {
    expect(await probed("profiles()", SERVED, { pids: [] })).toMatchObject([{ name: "work", runs: false }]);
  });

  test("what is no profile to the boot is none: no SOUL.md, another name, the default one", async () => {
    const files = {
      "profiles/empty/config.yaml": "{}",
      "profiles/Bad/SOUL.md": "x",
      "profiles/default/SOUL.md": "x",
    };
    expect(await probed("profiles()", files, { pids: [] })).toEqual([]);
  });
});

describe("the default profile's gateway, without a supervisor,", () => {
  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ["-p", ["-p", "work"], {}],
    ["--profile", ["--profile", "work"], {}],
    ["--profile=", ["--profile=work"], {}],
    ["its home", [], { HERMES_HOME: "/opt/data/profiles/work" }],
  ])("is not the process of a profile that is named by %s", async (_, words, env) => {
    const other = gatewayOf(words, env);
    const own = gatewayOf(["-p", "default"]);
    expect(await probed("gateway_pid()", {}, { pids: [other] })).toBe(null);
    expect(await probed("gateway_pid()", {}, { pids: [other, own] })).toBe(own);
  });
});

describe("the report of the merge at boot", () => {
  const DECLARED = { profiles: { default: { config: [{ path: ["a"], value: 1 }] } } };
  const STARTED = Date.parse("2026-11-28T05:00:00.700Z");
  const report = (at: string, items: readonly object[] = []) => ({
    ".cdktf-hermes/report.json": JSON.stringify({ version: 1, at, items }),
  });
  const look = (files: Readonly<Record<string, string>>, place: Place = {}) =>
    probed("merge()", files, { declaration: DECLARED, asked: { startedMs: STARTED }, ...place });

  test("that was written in this start counts, with what it names", async () => {
    const item = {
      what: "refused",
      profile: "work",
      kind: "file",
      name: ".env",
      since: "…",
      reason: "a link",
    };
    expect(await look(report("2026-11-28T05:00:00+00:00", [item, { what: "else" }]))).toEqual({
      finished: true,
      atMs: Date.parse("2026-11-28T05:00:00Z"),
      items: [{ what: "refused", profile: "work", kind: "file", name: ".env", reason: "a link" }],
    });
  });

  test.each([
    ["of an earlier start", report("2026-11-28T04:59:59+00:00")],
    ["that is missing", {}],
    ["that can't be read", { ".cdktf-hermes/report.json": "[1]" }],
  ])("%s tells that the merge did not finish", async (_, files) => {
    expect(await look(files)).toMatchObject({ finished: false });
  });

  test("is waited for while the container boots", async () => {
    const asked = { startedMs: Date.now() };
    expect(await look(report("2026-11-28T04:59:59+00:00"), { asked })).toEqual({
      unseen: "the boot has not finished yet",
    });
  });

  test("is not missed where nothing is declared", async () => {
    const declaration = { profiles: { default: { config: [], env: {}, files: {}, jobs: [] } } };
    expect(await look({}, { declaration })).toEqual({ finished: true, items: [] });
  });
});
