/** Parts of the probe that runs in an agent's container, on a folder in the place of the data. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { MCP_LINES } from "../../lib/hermes/mcp-lines";
import { tokenProofs } from "../../lib/operations/observe";
import { temporaryFolder } from "../agents";

const PARTS = ["context", "gateway", "services", "settings", "data", "log"];
const PROBE = PARTS.map((part) =>
  readFileSync(join(__dirname, `../../lib/operations/probe/${part}.py`), "utf8"),
).join("\n\n");
const MAIN = readFileSync(join(__dirname, "../../lib/operations/probe/main.py"), "utf8");

interface Place {
  readonly asked?: object;
  /** The processes that are there. @default - all of this machine */
  readonly pids?: readonly number[];
  readonly declaration?: object;
  /** Statements before the part. */
  readonly before?: string;
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function inPlace(files: Readonly<Record<string, string>>, { asked, pids, declaration, before = "" }: Place) {
  const data = folderWith(files);
  const declared = folderWith(declaration ? { declaration: JSON.stringify(declaration) } : {});
  const processes = JSON.stringify(pids?.map((pid) => `/proc/${pid}/cmdline`));
  return {
    program: `${PROBE.replace('DATA = "/opt/data"', `DATA = ${JSON.stringify(data)}`)}
DECLARATION = ${JSON.stringify(join(declared, "declaration"))}
${pids ? `glob.glob = lambda pattern, all=glob.glob: ${processes} if pattern.startswith("/proc") else all(pattern)` : ""}
${before}
`,
    argument: JSON.stringify({ seconds: 5, startedMs: 0, given: [], mcpLines: MCP_LINES, ...asked }),
  };
}

/** Beside this process, which may be the server that the program asks. */
async function python(program: string): Promise<string> {
  const child = spawn("python3", ["-I", "-"]);
  const said = [text(child.stdout), text(child.stderr)];
  child.stdin.end(program);
  const [stdout = "", stderr] = await Promise.all(said);
  if (stdout === "") throw new Error(stderr);
  return stdout;
}

async function probed(
  part: string,
  files: Readonly<Record<string, string>>,
  place: Place = {},
): Promise<unknown> {
  const { program, argument } = inPlace(files, place);
  return JSON.parse(
    await python(`import sys; sys.argv = ["probe", ${JSON.stringify(argument)}]
${program}
try:
    print(json.dumps(${part}))
except Unseen as why:
    print(json.dumps({"unseen": str(why)}))
`),
  );
}

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

const profile = (name: string, state?: object) => ({
  [`profiles/${name}/SOUL.md`]: "Be kind.",
  ...(state && { [`profiles/${name}/gateway_state.json`]: JSON.stringify(state) }),
});

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

describe("the model of a profile", () => {
  /** The API server of a gateway that serves all, and of one of its own. */
  let api: Server;
  let port: number;
  const asked: string[] = [];
  beforeAll(async () => {
    api = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      let body = "";
      request.on("data", (part) => {
        body += String(part);
      });
      request.on("end", () => {
        const content = /exactly: (\w+)/.exec(body)?.[1];
        response.end(JSON.stringify({ choices: [{ message: { content } }] }));
      });
    });
    await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
    port = (api.address() as AddressInfo).port;
  });
  afterAll(() => api.close());
  beforeEach(() => {
    asked.length = 0;
  });

  const QUESTION = { nonce: "nonce77", askSeconds: 20, ask: true };
  const RUNS = { before: "profile_runs = lambda name: True" };
  const FILES = {
    ...profile("work"),
    ".env": "API_SERVER_KEY=key-of-default\n",
    "profiles/work/.env": "API_SERVER_KEY=key-of-work\n",
  };

  test("is asked through its own API server, with its own key", async () => {
    const profiles = { work: { ownGateway: true, apiPort: port, tokens: [] } };
    const place = { ...RUNS, asked: { ...QUESTION, apiPort: 9, profiles } };
    expect(await probed('answer("work")', FILES, place)).toEqual({
      by: "gateway",
      exact: true,
      text: "nonce77",
    });
    expect(asked).toEqual(["/v1/chat/completions Bearer key-of-work"]);
  });

  test("is asked through the gateway that serves all, below its path and with the agent's key", async () => {
    const profiles = { work: { ownGateway: false, tokens: [] } };
    const place = { ...RUNS, asked: { ...QUESTION, apiPort: port, profiles } };
    expect(await probed('answer("work")', FILES, place)).toMatchObject({ by: "gateway", exact: true });
    expect(asked).toEqual(["/p/work/v1/chat/completions Bearer key-of-default"]);
  });

  test("is asked by a process of its own where no API server answers for it", async () => {
    const profiles = { work: { ownGateway: true, tokens: [] } };
    const before = `${RUNS.before}
HERMES = "/bin/echo"
runtime_user = lambda: pwd.getpwuid(os.getuid())`;
    const place = { before, asked: { ...QUESTION, apiPort: port, profiles } };
    expect(await probed('answer("work")', FILES, place)).toEqual({
      by: "cli",
      exact: false,
      text: "-p work -z Reply with exactly: nonce77 -t todo",
    });
    expect(asked).toEqual([]);
  });

  test("is not asked while its gateway does not run", async () => {
    const profiles = { work: { ownGateway: true, apiPort: port, tokens: [] } };
    expect(await probed('answer("work")', FILES, { pids: [], asked: { ...QUESTION, profiles } })).toEqual({
      unseen: "its gateway does not run",
    });
  });

  test("is not asked where a question would copy the default profile's login", async () => {
    const profiles = { work: { ownGateway: true, apiPort: port, tokens: [] } };
    const files = {
      ...FILES,
      "profiles/work/config.yaml": "model: {provider: openai-codex, default: gpt-5.5}\n",
    };
    expect(await probed('answer("work")', files, { ...RUNS, asked: { ...QUESTION, profiles } })).toEqual({
      unseen: expect.stringContaining("no Codex login of its own"),
    });
    expect(asked).toEqual([]);
  });

  test("is read from the profile's own config.yaml", async () => {
    const files = {
      ...FILES,
      "config.yaml": "model: {provider: zai, default: glm-5}\n",
      "profiles/work/config.yaml": "model: {provider: openrouter, default: qwen3}\n",
    };
    expect(await probed('[model(), model(home_of("work"))]', files)).toEqual([
      { provider: "zai", name: "glm-5", written: true },
      { provider: "openrouter", name: "qwen3", written: true },
    ]);
  });

  test("and its tokens are in the answer of the whole probe, beside those of the default one, without a secret", async () => {
    const rows = tokenProofs(["slack"]).map((row) => ({ ...row, url: `http://127.0.0.1:${port}/slack` }));
    const secret = "xoxb-secret-of-work";
    const files = {
      ...FILES,
      "profiles/work/.env": `API_SERVER_KEY=key-of-work\nSLACK_BOT_TOKEN=${secret}\nSLACK_APP_TOKEN=xapp-secret-of-work\n`,
      "profiles/work/config.yaml": "model: {provider: zai, default: glm-5, api_key: literal-of-work}\n",
      "profiles/work/gateway_state.json": JSON.stringify({
        platforms: { slack: { state: "retrying", error_message: `no ${secret} and literal-of-work` } },
      }),
    };
    const { program, argument } = inPlace(files, {
      ...RUNS,
      asked: {
        ...QUESTION,
        tokens: rows,
        logPatterns: [],
        volumeWins: [],
        profiles: { work: { ownGateway: true, apiPort: port, tokens: rows } },
      },
    });
    const said = await python(`import sys; sys.argv = ["probe", ${JSON.stringify(argument)}]
${program}
runtime_user = lambda: pwd.getpwuid(os.getuid())
${MAIN}`);
    const seen = JSON.parse(said.trim().split("\n").at(-1) ?? "");
    expect(seen).toMatchObject({
      tokens: { SLACK_BOT_TOKEN: { accepted: false, error: "the container does not have it" } },
      profiles: [
        {
          name: "work",
          model: { provider: "zai", name: "glm-5" },
          answer: { by: "gateway", exact: true },
          tokens: { SLACK_BOT_TOKEN: { accepted: true }, SLACK_APP_TOKEN: { accepted: true } },
          platforms: { slack: { state: "retrying", errorMessage: "no *** and ***" } },
        },
      ],
    });
    expect(asked).toContain(`/slack Bearer ${secret}`);
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
