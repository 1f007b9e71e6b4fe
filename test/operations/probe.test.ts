/** Parts of the probe that runs in an agent's container, on a folder in the place of the data. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MCP_LINES } from "../../lib/hermes/mcp-lines";
import { temporaryFolder } from "../agents";

const PARTS = ["context", "gateway", "services", "settings", "data", "log"];
const PROBE = PARTS.map((part) =>
  readFileSync(join(__dirname, `../../lib/operations/probe/${part}.py`), "utf8"),
).join("\n\n");

function probed(part: string, files: Readonly<Record<string, string>>): unknown {
  const data = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(data, path)), { recursive: true });
    writeFileSync(join(data, path), text);
  }
  const program = `${PROBE.replace('DATA = "/opt/data"', `DATA = ${JSON.stringify(data)}`)}
print(json.dumps(${part}()))
`;
  const asked = { seconds: 5, startedMs: 0, given: [], mcpLines: MCP_LINES };
  const { stdout, stderr } = spawnSync("python3", ["-", JSON.stringify(asked)], {
    input: program,
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("profiles", () => {
  const processes: ChildProcess[] = [];
  afterAll(() => {
    for (const process of processes) process.kill("SIGKILL");
  });
  /** A process whose words are those of a gateway. */
  const gatewayOf = (...words: readonly string[]) =>
    processes.push(spawn("sh", ["-c", "sleep 120; :", "hermes", ...words, "gateway", "run", "--replace"]));

  const profile = (name: string, state?: object) => ({
    [`profiles/${name}/SOUL.md`]: "Be kind.",
    ...(state && { [`profiles/${name}/gateway_state.json`]: JSON.stringify(state) }),
  });

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
  ])("a profile without a process that %s is told as such", (_, state, told) => {
    expect(probed("profiles", profile("probe-work", state))).toEqual([
      { name: "probe-work", runs: false, ...told },
    ]);
  });

  test("a profile with a process of its own runs, and the process of another one is not taken for it", () => {
    gatewayOf("-p", "probe-own");
    const state = { desired_state: "running" };
    const found = probed("profiles", { ...profile("probe-own", state), ...profile("probe-other", state) });
    expect(found).toEqual([
      { name: "probe-other", runs: false, wanted: true },
      { name: "probe-own", runs: true, wanted: true },
    ]);
  });

  test("a profile that the default profile's gateway serves runs", () => {
    const files = {
      ...profile("probe-work", { desired_state: "running" }),
      "gateway_state.json": JSON.stringify({ served_profiles: ["default", "probe-work"] }),
    };
    expect(probed("profiles", files)).toEqual([{ name: "probe-work", runs: true, wanted: true }]);
  });

  test("what is no profile to the boot is none: no SOUL.md, another name, the default one", () => {
    const files = {
      "profiles/empty/config.yaml": "{}",
      "profiles/Bad/SOUL.md": "x",
      "profiles/default/SOUL.md": "x",
    };
    expect(probed("profiles", files)).toEqual([]);
  });

  test("a state file that holds something else leaves the profile as one that never ran", () => {
    const files = { ...profile("probe-work"), "profiles/probe-work/gateway_state.json": "[1]" };
    expect(probed("profiles", files)).toEqual([{ name: "probe-work", runs: false, wanted: false }]);
  });
});
