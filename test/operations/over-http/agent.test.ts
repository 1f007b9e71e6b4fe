/** Each way in which an agent on CapRover can be bad, and is seen to be from outside. */
import type { HermesState } from "cdktf-hermes/testing";
import type { Condition } from "../../../lib/hermes/condition";
import { CONDITIONS, type ConditionId } from "../../../lib/hermes/conditions";
import { exitCodeOf } from "../../../lib/operations/verify";
import { failures, MODEL, Scene, SECRETS, unseen, VARIABLES } from "./scene";

const NEWEST = "v2026.7.30";
/** Without readiness: a failing model is a 502. */
const EARLIER = "v2026.6.19";

const scenes = new Map<string, Scene>();
beforeAll(async () => {
  for (const release of [NEWEST, EARLIER]) scenes.set(release, await Scene.start(release));
}, 120_000);
afterAll(() => Promise.all([...scenes.values()].map(({ captain }) => captain.stop())));

function sceneOf(release: string, state: HermesState = {}): Scene {
  const scene = scenes.get(release);
  if (scene === undefined) throw new Error(`no scene of ${release}`);
  scene.become(state);
  return scene;
}

/** What nobody can see from outside, in every case. */
const NEVER_SEEN = ["tokens SLACK_APP_TOKEN", "tokens SLACK_BOT_TOKEN", "databases", "files"];

test.each([
  NEWEST,
  EARLIER,
])("a working agent of %s holds each condition that can be seen from outside", async (release) => {
  const verified = await sceneOf(release).verify();
  expect({ state: verified.state, failures: failures(verified) }).toEqual({
    state: "deployed",
    failures: {},
  });
  expect(Object.keys(unseen(verified)).sort()).toEqual([...NEVER_SEEN].sort());
  const held = verified.conditions
    .filter(({ result }) => result === "holds")
    .map(({ condition }) => condition);
  expect(new Set(held)).toEqual(new Set(SEEN));
  expect(exitCodeOf([verified], false)).toBe(0);
});

const SEEN: readonly ConditionId[] = [
  ...([
    "app",
    "release",
    "gateway",
    "gatewayMode",
    "log",
    "apiServer",
    "dashboard",
    "dashboardLogin",
  ] as const),
  ...([
    "platforms",
    "model",
    "answer",
    "config",
    "shadowed",
    "disk",
    "cron",
    "mcp",
    "context",
    "profiles",
  ] as const),
];

type Failing = Readonly<Record<string, RegExp>>;

const BAD: readonly (readonly [string, HermesState, Failing])[] = [
  [
    "has no gateway process",
    { gateway: "dead" },
    { gateway: /no gateway process/, apiServer: /does not answer/ },
  ],
  [
    "has a gateway that gave up",
    { gateway: "startup_failed", exitReason: "all platforms failed" },
    { gateway: /gave up at its start/, apiServer: /does not answer/ },
  ],
  ["has a stopped gateway", { gateway: "stopped" }, { gateway: /has stopped/, apiServer: /does not answer/ }],
  [
    "is not connected to Slack",
    { platforms: { slack: { state: "retrying", errorMessage: "failed to connect" } } },
    { "platforms slack": /does not take the connection/ },
  ],
  [
    "shares its bot with another process",
    { platforms: { slack: { state: "fatal", errorCode: "telegram_polling_conflict" } } },
    { "platforms slack": /another process receives/ },
  ],
  [
    "shares its token with another gateway",
    { platforms: { slack: { state: "retrying", errorCode: "slack-app-token_lock" } } },
    { "platforms slack": /another gateway on this data/ },
  ],
  ["has not got its tokens", { platforms: {} }, { "platforms slack": /tokens did not arrive/ }],
  ["has a model that rejects the key", { model: { ...MODEL, does: "401" } }, { answer: /rejects the key/ }],
  [
    "has a model that nobody knows",
    { model: { ...MODEL, does: "404" } },
    { answer: /does not know the model/ },
  ],
  ["has used up its credit", { model: { ...MODEL, does: "429" } }, { answer: /no credit is left/ }],
  ["has a model that fails", { model: { ...MODEL, does: "500" } }, { answer: /error of its own/ }],
  [
    "has a model that says nothing",
    { model: { ...MODEL, does: "answers nothing" } },
    { answer: /with nothing/ },
  ],
  ["has a model that chatters", { model: { ...MODEL, does: "chatters" } }, { answer: /something else/ }],
  ["has a model that hangs", { model: { ...MODEL, does: "hangs" } }, { answer: /no answer in time/ }],
  [
    "has another API key on its volume",
    { volumeVariables: { API_SERVER_KEY: "another-key-0123456789" } },
    { apiServer: /does not take the declared key/, shadowed: /volume's `.env`/ },
  ],
  [
    "has another password on its volume",
    { volumeVariables: { HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: "another password" } },
    { dashboardLogin: /does not take the user's password/ },
  ],
  [
    "has a token on its volume",
    { volumeVariables: { SLACK_BOT_TOKEN: "stale" } },
    { shadowed: /volume's `.env`/ },
  ],
  ["has a broken config.yaml", { config: "model: [\nname: x" }, { config: /can't be read/ }],
  ["has a config.yaml with a list in it", { config: "- one\n- two\n" }, { config: /can't be read/ }],
  ["has a full disk", { diskPercent: 95 }, { disk: /nearly full/ }],
  [
    "has a job that failed",
    { jobs: [{ name: "nightly", lastStatus: "error", lastError: "no model configured" }] },
    { cron: /scheduled job failed/ },
  ],
  [
    "has an MCP server that does not start",
    { agentLog: ["WARNING tools.mcp_tool: Failed to connect to MCP server 'files': no such file"] },
    { mcp: /MCP server could not be started/ },
  ],
  [
    "has a profile whose gateway has died",
    { profiles: { work: { runs: false, state: { desired_state: "running", gateway_state: "running" } } } },
    { "profiles work": /profile's gateway does not run/ },
  ],
  [
    "has a profile whose gateway gave up",
    { profiles: { work: { runs: false, state: { gateway_state: "startup_failed" } } } },
    { "profiles work": /gave up at its start/ },
  ],
  [
    "crashes again and again",
    { agentLog: ["ERROR gateway.run: Gateway (re)started 5 times in 120s — backing off 60s"] },
    { "log backingOff": /crashes again and again/ },
  ],
  [
    "has a SOUL.md that Hermes leaves out",
    { agentLog: ["WARNING agent.prompt: Context file SOUL.md blocked: prompt_injection"] },
    { context: /prompt injection/ },
  ],
  [
    "has a SOUL.md that Hermes cuts",
    { agentLog: ["WARNING agent.prompt: Context file SOUL.md TRUNCATED: 90000 chars"] },
    { context: /too long/ },
  ],
  ["hangs", { hangs: true }, { dashboard: /does not answer/, apiServer: /does not answer/ }],
];

describe.each([NEWEST, EARLIER])("of %s", (release) => {
  test.each(BAD)("an agent that %s is found bad, with the cause and a fix", async (_, state, failing) => {
    const verified = await sceneOf(release, state).verify();
    const found = failures(verified);
    expect(Object.keys(found).sort()).toEqual(Object.keys(failing).sort());
    for (const [condition, cause] of Object.entries(failing)) expect(found[condition]).toMatch(cause);
    for (const row of verified.conditions) if (row.result === "fails") expect(row.fix).toMatch(/\S/);
    expect(exitCodeOf([verified], false)).toBe(1);
  });
});

test("an agent without a model is found bad, by its configuration and by its answer", async () => {
  const scene = sceneOf(NEWEST);
  delete scene.state.model;
  expect(failures(await scene.verify())).toEqual({
    model: "no model is configured",
    answer: "no model is configured",
  });
});

const LEGITIMATE: readonly (readonly [string, HermesState])[] = [
  ["a config.yaml with a key that stands twice", { config: "model: a\nmodel: b\n" }],
  [
    "a config.yaml in YAML 1.1",
    { config: "display:\n  compact: yes\n  port: 0o17\nbase: &b {a: 1}\nmore:\n  <<: *b\n" },
  ],
  ["an empty config.yaml", { config: "" }],
  ["a config.yaml with comments alone", { config: "# nothing yet\n" }],
  ["a disk that is 89 % full", { diskPercent: 89 }],
  [
    "a job that is switched off, and failed",
    { jobs: [{ name: "old", lastStatus: "error", enabled: false }] },
  ],
  ["jobs that ran well, and one that never ran", { jobs: [{ name: "a", lastStatus: "ok" }, { name: "b" }] }],
  [
    "variables on its volume that the program does not give",
    { volumeVariables: { OPENROUTER_API_KEY: "own" } },
  ],
  ["an empty line on its volume", { volumeVariables: { SOME_SETTING: "" } }],
  [
    "an MCP server that connected later",
    {
      agentLog: [
        "WARNING tools.mcp_tool: Failed to connect to MCP server 'files': no such file",
        "INFO tools.mcp_tool: MCP server 'files' (stdio): registered 2 tool(s): a, b",
      ],
    },
  ],
  ["a profile that runs", { profiles: { work: { runs: true, state: { desired_state: "running" } } } }],
  [
    "a profile that somebody has stopped",
    { profiles: { work: { runs: false, state: { desired_state: "stopped" } } } },
  ],
  ["a profile that never ran", { profiles: { work: { runs: false } } }],
  ["further platforms", { platforms: { slack: { state: "connected" }, matrix: { state: "retrying" } } }],
  [
    "usual lines in its log",
    { agentLog: ["INFO gateway.run: ✓ slack connected", "INFO cron: ticker started"] },
  ],
];

test.each(LEGITIMATE)("an agent with %s is not found bad", async (_, state) => {
  expect(failures(await sceneOf(NEWEST, state).verify())).toEqual({});
});

test("a failure before the gateway's last start no longer counts", async () => {
  const scene = sceneOf(NEWEST, {
    agentLog: [
      "ERROR: Failed to connect to MCP server 'files': no such file",
      "INFO gateway.run: Starting Hermes Gateway...",
      "INFO gateway.run: ✓ slack connected",
    ],
  });
  expect(failures(await scene.verify())).toEqual({});
});

test("a declared profile that the agent does not have is found missing", async () => {
  const profile = { ownGateway: true, services: {}, secrets: [], platforms: {} };
  const verified = await sceneOf(NEWEST).verify({ manifest: { profiles: { work: profile } } });
  expect(failures(verified)).toEqual({ "profiles work": expect.stringMatching(/the boot has not made it/) });
});

describe("a declared profile", () => {
  const WORK = {
    ownGateway: true,
    services: {},
    secrets: [],
    platforms: { slack: ["SLACK_BOT_TOKEN"] },
    model: { provider: "zai", name: "glm-5" },
  } as const;
  const seenOf = async (state: HermesState, profile: object = {}) =>
    sceneOf(NEWEST, state).verify({ manifest: { profiles: { work: { ...WORK, ...profile } } } });

  test("with the declared model holds, and what can't be seen from outside says why", async () => {
    const verified = await seenOf({ profiles: { work: { runs: true, model: WORK.model } } });
    expect(failures(verified)).toEqual({});
    expect(verified.conditions).toContainEqual(
      expect.objectContaining({ condition: "model", of: "work", result: "holds", seen: "zai glm-5" }),
    );
    expect(unseen(verified)).toMatchObject({
      "answer work": "from outside it would want the key of the profile's own API server",
      "platforms work.slack": "the gateway's state was not seen",
      "tokens work.SLACK_BOT_TOKEN": "nothing can ask from inside the container",
    });
    expect(exitCodeOf([verified], false)).toBe(0);
  });

  test.each<[string, object, string, RegExp]>([
    ["somebody has given another model", { provider: "zai", name: "glm-4" }, "other", /another model/],
    ["nobody has given a model", {}, "none", /no model is configured/],
  ])("that %s is found bad", async (_, model, __, cause) => {
    const verified = await seenOf({ profiles: { work: { runs: true, model: { ...EMPTY, ...model } } } });
    expect(failures(verified)).toEqual({ "model work": expect.stringMatching(cause) });
  });
  const EMPTY = { provider: "", name: "" };

  test("without a login says that the login is missing", async () => {
    const verified = await sceneOf(NEWEST).verify({
      secrets: { apiKey: SECRETS.apiKey },
      manifest: { profiles: { work: WORK } },
    });
    expect(unseen(verified)["model work"]).toMatch(/the password of the dashboard's user is not in/);
  });
});

test("the fix is a command to type on the node of the app", async () => {
  const { conditions } = await sceneOf(NEWEST, { gateway: "stopped" }).verify();
  expect(conditions.find(({ condition }) => condition === "gateway")?.fix).toBe(
    "docker exec -it $(docker ps -q -f 'name=^(srv-captain--)?hermes[.]') hermes gateway start (in a shell of the node that runs the app)",
  );
});

describe("secrets", () => {
  test("no secret of the agent is in a result, also where the agent prints it", async () => {
    const leaks = Object.values({ ...VARIABLES, ...SECRETS }).filter((value) => value.length > 9);
    const said = leaks.join(" ");
    const verified = await sceneOf(NEWEST, {
      platforms: { slack: { state: "retrying", errorMessage: `rejected ${said}` } },
      jobs: [{ name: "nightly", lastStatus: "error", lastError: `no ${said}` }],
      agentLog: [`ERROR: Permission denied: /opt/data/${SECRETS.dashboardPassword} ${SECRETS.apiKey}`],
    }).verify();
    expect(Object.keys(failures(verified))).toEqual(expect.arrayContaining(["cron", "platforms slack"]));
    for (const secret of Object.values(SECRETS)) expect(JSON.stringify(verified)).not.toContain(secret);
  });

  test.each([
    [
      "the dashboard's password",
      { apiKey: SECRETS.apiKey },
      ["context", "dashboardLogin", "mcp", "profiles", "shadowed"],
    ],
    ["the API server's key", { dashboardPassword: SECRETS.dashboardPassword }, ["answer"]],
    [
      "any secret",
      {},
      ["answer", "config", "context", "cron", "dashboardLogin", "disk", "mcp", "profiles", "shadowed"],
    ],
  ])("without %s nothing is found bad, what needs it is not looked at, and the exit code is 2", async (_, secrets, hidden) => {
    const verified = await sceneOf(NEWEST).verify({ secrets });
    expect(failures(verified)).toEqual({});
    const names = Object.keys(unseen(verified)).filter((name) => !NEVER_SEEN.includes(name));
    expect(names.sort()).toEqual(hidden);
    expect(exitCodeOf([verified], false)).toBe(2);
  });

  test("a wrong password is found bad, and nothing behind the login counts as seen", async () => {
    const verified = await sceneOf(NEWEST).verify({
      secrets: { ...SECRETS, dashboardPassword: "wrong password" },
    });
    expect(failures(verified)).toEqual({ dashboardLogin: expect.stringMatching(/does not take/) });
    expect(unseen(verified)["shadowed"]).toBe("the dashboard did not take the password");
  });

  test("without the question to the model its answer is not looked at, and the exit code is 0", async () => {
    const verified = await sceneOf(NEWEST).verify({ ask: false });
    expect(Object.keys(unseen(verified))).toContain("answer");
    expect(exitCodeOf([verified], false)).toBe(0);
  });
});

describe("the table of conditions", () => {
  const isProduced = (id: string, cause: string) =>
    BAD.some(([, , failing]) =>
      Object.entries(failing).some(([name, said]) => name.split(" ")[0] === id && said.test(cause)),
    );
  /** What the cases above do not produce, and where else it is, or why it can't be. */
  const ELSEWHERE: Readonly<Record<string, string>> = {
    "profiles missing": "a case of its own below",
    "app stopped": "place.test.ts",
    "app several": "restarts.test.ts",
    "app nothing": "place.test.ts",
    "app restarting": "restarts.test.ts",
    "release other": "place.test.ts",
    "gateway loop": "restarts.test.ts",
    "gateway hung": "the heartbeat is a file, which nothing shows from outside",
    "gatewayMode interactive": "restarts.test.ts",
    "log line": "its cause is that of the line",
    "apiServer stranger": "place.test.ts",
    "apiServer open": "no release serves its API without a key",
    "dashboard stranger": "place.test.ts",
    "dashboard open": "place.test.ts",
    "model none": "a case of its own above",
    "model other": "a case of its own above",
    "answer noProvider": "a case of its own above",
    "answer login": "the sandbox has no login that could be missing",
    "answer unreachable": "the sandbox's model has no address",
    "cron stopped": "the age of the scheduler's file, which nothing shows from outside",
  };
  const failuresFromOutside = Object.entries<Condition>(CONDITIONS).flatMap(([id, { outside, bad }]) =>
    outside === undefined
      ? []
      : Object.entries(bad).map(([failure, { cause }]) => [id, failure, cause] as const),
  );

  test.each(
    failuresFromOutside,
  )("the failure %s %s is produced from outside, or it is said where else", (id, failure, cause) => {
    expect(isProduced(id, cause) !== `${id} ${failure}` in ELSEWHERE).toBe(true);
  });

  test("nothing is said to be elsewhere that is no failure seen from outside", () => {
    const known = failuresFromOutside.map(([id, failure]) => `${id} ${failure}`);
    expect(Object.keys(ELSEWHERE).filter((failure) => !known.includes(failure))).toEqual([]);
  });
});
