import { BAD_LINES, type BadLine } from "../../lib/hermes/bad-lines";
import type { Condition, DeclaredAgent } from "../../lib/hermes/condition";
import { CONDITIONS, type ConditionId } from "../../lib/hermes/conditions";
import { PROBLEM_LINES, START_LINES } from "../../lib/hermes/container-log";
import { GOOD_LINES, type GoodLine } from "../../lib/hermes/good-lines";
import { type ModelFailureId, modelFailureIn } from "../../lib/hermes/model-failures";
import type { ContainerState, Observation, ProfileParts, ProfileState } from "../../lib/hermes/observation";
import { parseRelease } from "../../lib/hermes/releases";
import { type TerminalFailureId, terminalFailureIn } from "../../lib/hermes/terminal-failures";

const release = parseRelease("v2026.7.20");
if (release === undefined) throw new Error("the tests name no release");

const HASHES = { count: 3, hash: "one" };

const DECLARED: DeclaredAgent = {
  release,
  login: "basic",
  apiServer: true,
  platforms: { slack: ["SLACK_BOT_TOKEN"] },
  profiles: { work: { platforms: { slack: ["SLACK_BOT_TOKEN"] }, modelProvider: "zai", modelName: "glm-5" } },
  modelProvider: "openai-codex",
  endpoint: "qwen3",
  terminal: "ssh",
  managed: { variables: HASHES, config: HASHES },
};

const CONTAINER: ContainerState = {
  running: true,
  restarting: false,
  paused: false,
  restarts: 0,
  health: "healthy",
  exitCode: 0,
  outOfMemory: false,
  upSeconds: 300,
  startedMs: 0,
  declaredImage: true,
  image: "hermes:1",
  createdMs: Date.parse("2026-11-28T05:00:00Z"),
};

const APP = { instances: 1, building: false, image: "hermes:1", deployedMs: 0, nowMs: 0 };

const STARTS = { container: 1, gateway: 0, lastMs: 0 };

/** What OpenSSH 9.2 and Docker 20.10 print. */
const CLIENTS_SAY: Readonly<Record<TerminalFailureId, readonly [string, ...string[]]>> = {
  program: ["no program ssh"],
  engine: [
    "Cannot connect to the Docker daemon at tcp://machine:2376. Is the docker daemon running?",
    "error during connect: … stderr=bash: line 1: docker: command not found",
    "error during connect: … stderr=permission denied while trying to connect to the Docker daemon socket",
  ],
  stranger: [
    "Host key verification failed.",
    "Unable to negotiate with 10.0.0.2 port 22: no matching host key type found. Their offer: ssh-ed25519",
    "error during connect: … x509: certificate signed by unknown authority",
  ],
  rejected: [
    "agent@machine: Permission denied (publickey).",
    "error during connect: … has exited with exit status 255 … stderr=agent@machine: Permission denied (publickey).",
    "error during connect: … remote error: tls: bad certificate",
  ],
  unreachable: [
    "ssh: connect to host machine port 22: Connection refused",
    "ssh: Could not resolve hostname machine: Name or service not known",
    "error during connect: … dial tcp: lookup machine: no such host",
    "no answer in 12 s",
  ],
  other: ["it ended with 3"],
};

/** What comes instead of the nonce, from 0.14.0 to 0.19.0 and from a proxy before the agent. */
const FAILED_ANSWERS: Readonly<Record<ModelFailureId, readonly string[]>> = {
  noProvider: ["500: Internal server error: No inference provider configured. Run 'hermes model'"],
  login: ["hermes -z: agent failed: No Codex credentials stored. Run `hermes auth` to authenticate."],
  silent: ["no answer in 120 s", "no answer in 60 s; the proxy before the agent waited no longer"],
  unknownModel: [
    "HTTP 404: The model `gpt-9` does not exist",
    "502: The model gpt-9 does not exist (model_not_found)",
  ],
  limited: ["API call failed after 3 retries: HTTP 429: You exceeded your current quota"],
  rejected: ["HTTP 401: Incorrect API key provided", "502: HTTP 401: Incorrect API key provided"],
  empty: ["", "⚠️ No reply: the model returned empty content and there was no text to show"],
  unreachable: ["API call failed after 3 retries: Connection error."],
  broken: ["API call failed after 3 retries: HTTP 500: upstream exploded", "a proxy answered 502"],
  other: ["Hello! How can I help you today?"],
};

test.each(
  Object.entries(FAILED_ANSWERS).flatMap(([id, texts]) => texts.map((text) => [text, id] as const)),
)("the answer %p of a model is explained as %s", (text, id) => {
  expect(modelFailureIn(text)).toBe(id);
});

test.each(
  Object.entries(CLIENTS_SAY).flatMap(([id, texts]) => texts.map((text) => [text, id] as const)),
)("what a client of the terminal says, %p, is explained as %s", (text, id) => {
  expect(terminalFailureIn(text)).toBe(id);
});

test("a terminal that nothing can ask is said with the reason, and the container's own is none", () => {
  const find = (terminal: DeclaredAgent["terminal"]) =>
    CONDITIONS.terminal.find({}, { ...DECLARED, ...(terminal && { terminal }) });
  for (const backend of ["modal", "daytona", "singularity"] as const)
    expect(find(backend)).toEqual([{ of: backend, unseen: expect.stringMatching(/\w/) }]);
  expect(find("local")).toEqual([]);
  expect(find("docker")).toEqual([{ of: "docker", unseen: "it can't be seen from there" }]);
});

/** The default profile and the profile `work` both. */
function ofBoth(parts: ProfileParts): Observation {
  return { ...parts, profiles: [{ name: "work", runs: true, ...parts }] };
}

const ITEM = { profile: "work", kind: "setting", name: "display.skin" } as const;

/** For each condition what a good agent shows, and what shows each failure. */
const CASES: Readonly<
  Record<ConditionId, { readonly good: Observation; readonly bad: Readonly<Record<string, Observation>> }>
> = {
  container: {
    good: { container: CONTAINER },
    bad: {
      stopped: { container: { ...CONTAINER, running: false, exitCode: 1 } },
      restarting: { container: { ...CONTAINER, restarting: true } },
      outOfMemory: { container: { ...CONTAINER, running: false, exitCode: 137, outOfMemory: true } },
      paused: { container: { ...CONTAINER, paused: true } },
      unhealthy: { container: { ...CONTAINER, health: "unhealthy" } },
    },
  },
  app: {
    good: { app: APP },
    bad: {
      stopped: { app: { ...APP, instances: 0 } },
      several: { app: { ...APP, instances: 2 } },
      nothing: { app: { ...APP, image: "" } },
      restarting: { app: APP, appStarts: { ...STARTS, container: 5 } },
    },
  },
  image: {
    good: { container: CONTAINER },
    bad: { other: { container: { ...CONTAINER, declaredImage: false } } },
  },
  release: { good: { version: "0.19.0" }, bad: { other: { version: "0.18.2" } } },
  gateway: {
    good: { gateway: { alive: true, state: "running", recentStarts: 1 } },
    bad: {
      dead: { gateway: { alive: false, state: "running" } },
      failed: { gateway: { alive: false, state: "startup_failed", exitReason: "api_server_port_in_use" } },
      loop: { gateway: { alive: true, state: "running", recentStarts: 9 } },
      hung: { gateway: { alive: true, state: "running", heartbeatSeconds: 700 } },
      stopped: { gateway: { alive: false, state: "stopped" } },
    },
  },
  profiles: {
    good: { profiles: [{ name: "work", runs: true, wanted: true, state: "running" }] },
    bad: {
      down: { profiles: [{ name: "work", runs: false, wanted: true, state: "running" }] },
      failed: { profiles: [{ name: "work", runs: false, wanted: false, state: "startup_failed" }] },
      missing: { profiles: [] },
    },
  },
  gatewayMode: { good: { logLines: {} }, bad: { interactive: { logLines: { interactive: "Goodbye!" } } } },
  log: { good: { logLines: {} }, bad: { line: { logLines: { permission: "Permission denied" } } } },
  apiServer: {
    good: { apiServer: { health: 200, withoutKey: 401, withKey: 200 } },
    bad: {
      silent: { apiServer: { health: 0 } },
      stranger: { apiServer: { health: 200, hermes: false, withoutKey: 200 } },
      open: { apiServer: { health: 200, withoutKey: 200, withKey: 200 } },
      key: { apiServer: { health: 200, withoutKey: 401, withKey: 401 } },
    },
  },
  dashboard: {
    good: { dashboard: { root: 302, location: "/login", config: 401, authRequired: true } },
    bad: {
      silent: { dashboard: { root: 502, config: 502 } },
      stranger: { dashboard: { root: 200, config: 200, hermes: false } },
      open: { dashboard: { root: 200, config: 200 } },
    },
  },
  dashboardLogin: {
    good: { dashboardLogin: { accepted: true } },
    bad: { rejected: { dashboardLogin: { accepted: false, said: "Invalid credentials" } } },
  },
  platforms: {
    good: ofBoth({ platforms: { slack: { state: "connected" } } }),
    bad: {
      absent: { platforms: {} },
      retrying: { platforms: { slack: { state: "retrying", errorMessage: "failed to connect" } } },
      conflict: { platforms: { slack: { state: "fatal", errorCode: "telegram_polling_conflict" } } },
      locked: { platforms: { slack: { state: "retrying", errorCode: "slack-app-token_lock" } } },
    },
  },
  tokens: {
    good: ofBoth({ tokens: { SLACK_BOT_TOKEN: { accepted: true } } }),
    bad: {
      rejected: { tokens: { SLACK_BOT_TOKEN: { accepted: false, error: "invalid_auth" } } },
      unreachable: { tokens: { SLACK_BOT_TOKEN: { accepted: false, unreachable: true } } },
    },
  },
  model: {
    good: ofBoth({ model: { provider: "zai", name: "glm-5" } }),
    bad: { none: { model: {} }, other: { model: { provider: "zai", name: "glm-4", written: true } } },
  },
  endpoint: {
    good: { endpoint: { status: 200, models: ["other", "qwen3:latest"] } },
    bad: {
      unreachable: { endpoint: { status: 0, error: "Connection refused" } },
      rejected: { endpoint: { status: 401 } },
      absent: { endpoint: { status: 200, models: ["llama3", "qwen3:8b"] } },
    },
  },
  terminal: {
    good: { terminal: { reached: true } },
    bad: Object.fromEntries(
      Object.entries(CLIENTS_SAY).map(([id, [said]]) => [id, { terminal: { reached: false, said } }]),
    ),
  },
  answer: {
    good: ofBoth({ answer: { by: "gateway", exact: true } }),
    bad: Object.fromEntries(
      Object.entries(FAILED_ANSWERS).map(([id, [text = ""]]) => [
        id,
        { answer: { by: "gateway", exact: false, text } },
      ]),
    ),
  },
  codexLogin: {
    good: { codexLogin: { state: "logged-in" } },
    bad: {
      missing: { codexLogin: { state: "missing" } },
      ended: { codexLogin: { state: "logged-out", loginAgain: true } },
      unreadable: { codexLogin: { state: "unreadable" } },
      broken: { codexLogin: { state: "broken" } },
    },
  },
  config: {
    good: { config: { present: true, parses: true } },
    bad: { broken: { config: { present: true, parses: false, error: "ParserError in line 3" } } },
  },
  managed: {
    good: { managed: { variables: HASHES, config: HASHES } },
    bad: {
      missing: { managed: { variables: { count: 0, hash: "none" }, config: HASHES } },
      broken: { managed: { variables: HASHES, config: { ...HASHES, error: "ParserError" } } },
    },
  },
  merge: {
    good: { merge: { finished: true, atMs: 0, items: [] } },
    bad: {
      unfinished: { merge: { finished: false, atMs: 0, items: [] } },
      refused: {
        merge: { finished: true, items: [{ ...ITEM, what: "refused", reason: "its value can't" }] },
      },
    },
  },
  shadowed: {
    good: { shadowed: [] },
    bad: { shadowed: { shadowed: [{ name: "SLACK_BOT_TOKEN", file: ".env" }] } },
  },
  files: {
    good: { files: [] },
    bad: {
      foreign: { files: [{ path: "auth.json", problem: "foreign-owner", uid: 0, mode: "600" }] },
      locked: { files: [{ path: "config.yaml", problem: "locked", uid: 10000, mode: "0" }] },
      open: { files: [{ path: ".env", problem: "open-to-others", uid: 10000, mode: "644" }] },
    },
  },
  databases: {
    good: { databases: [{ path: "state.db", check: "ok" }] },
    bad: { malformed: { databases: [{ path: "state.db", check: "database disk image is malformed" }] } },
  },
  disk: {
    good: { disk: { usedPercent: 40, freeMiB: 9000 } },
    bad: { full: { disk: { usedPercent: 96, freeMiB: 100 } } },
  },
  cron: {
    good: { cron: { jobs: 2, failed: {} } },
    bad: {
      failed: { cron: { jobs: 2, failed: { report: "no model configured" } } },
      stopped: { cron: { jobs: 2, failed: {}, tickerSeconds: 900 } },
    },
  },
  mcp: {
    good: { mcp: { servers: ["github"], failed: {} } },
    bad: { failed: { mcp: { servers: ["github"], failed: { github: "no such file" } } } },
  },
  context: {
    good: { agentLog: {} },
    bad: {
      blocked: { agentLog: { contextBlocked: "Context file SOUL.md blocked: prompt_injection" } },
      cut: { agentLog: { contextCut: "Context file SOUL.md TRUNCATED: 90000 chars" } },
    },
  },
};

const ROWS = Object.entries<Condition>(CONDITIONS);

test.each(ROWS)("the condition %s holds for a good agent", (id, condition) => {
  const found = condition.find(caseOf(id).good, DECLARED);
  expect(found.length).toBeGreaterThan(0);
  for (const finding of found) expect(Object.keys(finding)).toContain("good");
});

test.each(
  ROWS.flatMap(([id, condition]) => Object.keys(condition.bad).map((bad) => [id, bad, condition] as const)),
)("the condition %s fails as %s, with a cause and a fix", (id, bad, condition) => {
  const seen = caseOf(id).bad[bad];
  expect(seen).toBeDefined();
  const found = condition.find(seen ?? {}, DECLARED);
  expect(found).toContainEqual(expect.objectContaining({ bad, seen: expect.stringMatching(/\S/) }));
  expect(condition.bad[bad]?.cause).toMatch(/\S/);
});

test.each(
  ROWS,
)("the condition %s says why when nothing could look, and is never taken to hold", (_, condition) => {
  // A login is tried only from outside.
  for (const finding of condition.find({}, DECLARED))
    expect(finding).toEqual(expect.objectContaining({ unseen: expect.stringMatching(/\S/) }));
});

test("conditions of what an agent does not have are left out", () => {
  const bare: DeclaredAgent = { release, apiServer: false, platforms: {} };
  for (const id of ["apiServer", "dashboard", "platforms", "tokens", "codexLogin", "managed"] as const)
    expect(CONDITIONS[id].find(caseOf(id).good, bare)).toEqual([]);
});

test("a missing allow list is no failure of an agent without chat platforms", () => {
  const seen = { logLines: { nobodyAllowed: "No env user allowlists configured" } };
  expect(CONDITIONS.log.find(seen, { ...DECLARED, platforms: {} })).toEqual([{ good: "no known failure" }]);
  expect(CONDITIONS.log.find(seen, DECLARED)).toEqual([expect.objectContaining({ bad: "line" })]);
});

const shown = Object.entries<BadLine>(BAD_LINES).flatMap(([id, { shownBy }]) =>
  shownBy === undefined ? [] : [[id, shownBy] as const],
);

test.each(
  shown,
)("the line %s does not count while the condition %s holds, and counts otherwise", (id, condition) => {
  const logLines = { [id]: "as it was printed" };
  const { good, bad } = caseOf(condition);
  const [failure = {}] = Object.values(bad);
  expect(CONDITIONS.log.find({ ...good, logLines }, DECLARED)).toEqual([{ good: "no known failure" }]);
  for (const seen of [failure, {}])
    expect(CONDITIONS.log.find({ ...seen, logLines }, DECLARED)).toContainEqual(
      expect.objectContaining({ bad: "line", of: id }),
    );
});

test("a login for Codex matters to an agent whose volume chooses Codex, and to no other", () => {
  const { modelProvider: _, ...bare } = DECLARED;
  const codexLogin = { state: "missing" } as const;
  const chosen = { codexLogin, model: { provider: "openai-codex", name: "gpt-5.5" } };
  expect(CONDITIONS.codexLogin.find(chosen, bare)).toEqual([expect.objectContaining({ bad: "missing" })]);
  expect(CONDITIONS.codexLogin.find({ codexLogin, model: { provider: "zai" } }, DECLARED)).toEqual([]);
});

test.each([
  ["restarts again and again", { restarts: 4, upSeconds: 20 }, "bad"],
  ["restarted often, and runs for an hour since", { restarts: 4, upSeconds: 3600 }, "good"],
  ["restarted once with the machine", { restarts: 1, upSeconds: 20 }, "good"],
])("a container that %s is judged so", (_, state, kind) => {
  const [found] = CONDITIONS.container.find({ container: { ...CONTAINER, ...state } }, DECLARED);
  expect(Object.keys(found ?? {})).toContain(kind);
});

test.each<[string, Partial<ProfileState>, string]>([
  ["that somebody has stopped", { wanted: false, state: "stopped" }, "good"],
  ["that never ran", { wanted: false }, "good"],
  ["that the default profile's gateway serves", { runs: true, wanted: true }, "good"],
  ["that runs although nobody wants it", { runs: true, wanted: false, state: "running" }, "good"],
  ["of which nothing says whether it is meant to run", {}, "unseen"],
  ["that is meant to run and has left no state", { wanted: true }, "bad"],
  ["that died while it drained", { wanted: true, state: "draining" }, "bad"],
])("a profile %s is judged so", (_, state, kind) => {
  const undeclared = { ...DECLARED, profiles: {} };
  const found = CONDITIONS.profiles.find({ profiles: [{ name: "work", runs: false, ...state }] }, undeclared);
  expect(found).toEqual([expect.objectContaining({ of: "work", [kind]: expect.anything() })]);
});

test("which image runs since when is said, on Docker and on CapRover", () => {
  const [onDocker] = CONDITIONS.image.find({ container: CONTAINER }, DECLARED);
  expect(onDocker).toEqual({ good: "hermes:1, since 2026-11-28T05:00Z" });
  const app = { ...APP, deployedMs: CONTAINER.createdMs };
  expect(CONDITIONS.app.find({ app }, DECLARED)).toEqual([{ good: "hermes:1, since 2026-11-28T05:00Z" }]);
  expect(CONDITIONS.app.find({ app }, { ...DECLARED, imageByCi: true })).toEqual([
    { good: "hermes:1, since 2026-11-28T05:00Z, left to its CI" },
  ]);
});

test("an image that can't be compared with the declared one is named, and is no failure", () => {
  const found = CONDITIONS.image.find({ container: { ...CONTAINER, declaredImage: undefined } }, DECLARED);
  expect(found).toEqual([{ unseen: expect.stringContaining("hermes:1") }]);
});

test("a declared profile of which nothing says whether it is meant to run is meant to", () => {
  const profiles = [{ name: "work", runs: false }];
  expect(CONDITIONS.profiles.find({ profiles }, DECLARED)).toEqual([
    expect.objectContaining({ bad: "down" }),
  ]);
});

describe("what is seen of a profile", () => {
  const find = (id: ConditionId, profile: Partial<ProfileState>, more: Observation = {}) =>
    CONDITIONS[id]
      .find({ ...caseOf(id).good, ...more, profiles: [{ name: "work", runs: true, ...profile }] }, DECLARED)
      .filter(({ of }) => of?.startsWith("work"));

  test.each<[ConditionId, Partial<ProfileState>, object]>([
    [
      "platforms",
      { platforms: { slack: { state: "retrying", errorMessage: "failed to connect" } } },
      { of: "work.slack", bad: "retrying" },
    ],
    ["platforms", { platforms: {} }, { of: "work.slack", bad: "absent" }],
    ["platforms", { platforms: {}, served: true }, { of: "work.slack", unseen: expect.any(String) }],
    [
      "tokens",
      { tokens: { SLACK_BOT_TOKEN: { accepted: false, error: "invalid_auth" } } },
      {
        of: "work.SLACK_BOT_TOKEN",
        bad: "rejected",
        fix: { program: expect.stringContaining("`profiles.work.messaging.slack.botToken`") },
      },
    ],
    [
      "model",
      { model: {} },
      { of: "work", bad: "none", fix: expect.objectContaining({ hermes: "-p work setup" }) },
    ],
    [
      "model",
      { model: { provider: "zai", name: "glm-4", written: true } },
      { of: "work", bad: "other", seen: "zai glm-4; declared: zai glm-5" },
    ],
    [
      "model",
      { model: { name: "one, of which it does not tell the name" } },
      { of: "work", good: expect.any(String) },
    ],
    ["answer", { answer: { by: "cli", exact: true } }, { of: "work", good: expect.stringContaining("CLI") }],
    ["answer", { answer: { by: "gateway", exact: false, text: "" } }, { of: "work", bad: "empty" }],
    ["answer", { runs: false, wanted: false }, { of: "work", unseen: "its gateway does not run" }],
  ])("is told by the condition %s under the profile's name: %j", (id, profile, finding) => {
    expect(find(id, profile)).toEqual([expect.objectContaining(finding)]);
  });

  test("a profile that is missing is named by one condition alone", () => {
    const seen = { ...ofBoth({}), profiles: [] };
    for (const id of ["platforms", "tokens", "model", "answer"] as const)
      expect(CONDITIONS[id].find(seen, DECLARED).filter(({ of }) => of?.startsWith("work"))).toEqual([]);
    expect(CONDITIONS.profiles.find(seen, DECLARED)).toEqual([
      expect.objectContaining({ of: "work", bad: "missing" }),
    ]);
  });

  test("why nothing of the profiles could be seen is said of each part", () => {
    const seen = { ...caseOf("model").good, profiles: { unseen: "no login" } };
    for (const id of ["platforms", "tokens", "model", "answer"] as const)
      expect(CONDITIONS[id].find(seen, DECLARED).filter(({ of }) => of?.startsWith("work"))).toEqual([
        { of: expect.any(String), unseen: id === "tokens" ? expect.any(String) : "no login" },
      ]);
  });
});

test("what the merge replaced, left and stopped is named, and is no failure", () => {
  const items = [
    { ...ITEM, what: "replaced" },
    { profile: "old", kind: "profile", name: "old", what: "kept" },
    { profile: "default", kind: "file", name: "workspace/AGENTS.md", what: "left" },
  ] as const;
  expect(CONDITIONS.merge.find({ merge: { finished: true, items } }, DECLARED)).toEqual([
    {
      good: "as declared; replaced setting display.skin of profile work; left, though no longer declared: file workspace/AGENTS.md; stopped and kept profile old",
    },
  ]);
});

test("an agent without profiles holds", () => {
  const { profiles: _, ...declared } = DECLARED;
  expect(CONDITIONS.profiles.find({ profiles: [] }, declared)).toEqual([{ good: expect.any(String) }]);
});

test("a stopped profile that the program does not declare is named as kept", () => {
  const profiles = [
    { name: "work", runs: true },
    { name: "old", runs: false, wanted: false },
  ];
  expect(CONDITIONS.profiles.find({ profiles }, DECLARED)).toContainEqual({
    of: "old",
    good: "stopped and kept; the program does not declare it",
  });
});

test("values that a profile has of its own are named, and are no failure", () => {
  const shadowed = [{ name: "SLACK_BOT_TOKEN", file: "profiles/work/.env" }];
  expect(CONDITIONS.shadowed.find({ shadowed }, DECLARED)).toEqual([
    { good: expect.stringContaining("SLACK_BOT_TOKEN in profiles/work/.env") },
  ]);
});

test("no line of a good agent is taken for a failure", () => {
  for (const good of GOOD_LOG)
    for (const [id, { pattern }] of Object.entries<BadLine>(BAD_LINES))
      expect({ good, id, found: new RegExp(pattern).test(good) }).toEqual({ good, id, found: false });
});

test.each(Object.entries(GOOD_LINES))("the good line %s is found in a good log", (_, { pattern }) => {
  expect(GOOD_LOG.some((line) => new RegExp(pattern).test(line))).toBe(true);
});

test.each(
  Object.entries(PROBLEM_LINES),
)("the failure %s, as the sandbox prints it, is a known bad line", (_, lines) => {
  const known = Object.values<BadLine>(BAD_LINES).map(({ pattern }) => new RegExp(pattern));
  expect(lines.some((line) => known.some((pattern) => pattern.test(line)))).toBe(true);
});

test.each(
  Object.entries(START_LINES),
)("each line of a start of the generation %s, as the sandbox prints it, is a known good line", (_, lines) => {
  const known = Object.values<GoodLine>(GOOD_LINES).map(({ pattern }) => new RegExp(pattern));
  for (const line of lines) expect(known.some((pattern) => pattern.test(line))).toBe(true);
});

/** As 0.14.0 to 0.19.0 print them. */
const GOOD_LOG = [
  "[stage2] Setup complete; starting user services",
  "reconcile: profile=default prior_state=none action=started",
  "→ gateway is now running under s6 supervision (auto-restart on crash, logs in docker logs)",
  "⚕ Hermes Gateway Starting...",
  "Dropping root privileges",
  "HERMES_DASHBOARD_READY port=9119",
  "  Hermes Web UI → http://0.0.0.0:9119",
  "✓ slack connected",
  "Gateway running with 1 platform(s)",
  "In-process cron scheduler started (interval=60s)",
  "No messaging platforms enabled.",
  "Gateway will continue running for cron job execution.",
  "[Api_Server] API server listening on http://0.0.0.0:8642 (model: hermes-agent)",
  "MCP server 'files' (stdio): registered 3 tool(s): mcp_files_read",
  "Dashboard binding to 0.0.0.0 with auth gate enabled. Providers: basic",
  "[cdktf-hermes] merge: replaced file SOUL.md, kept beside it",
  "[cdktf-hermes] merge: took back file workspace/AGENTS.md",
  "[cdktf-hermes] merge: left setting display.skin, changed by somebody",
  "[cdktf-hermes] merge: stopped profile work, which is no longer declared",
  "[cdktf-hermes] merge: done",
];

function caseOf(id: string) {
  const found = Object.entries(CASES).find(([name]) => name === id);
  if (found === undefined) throw new Error(`no case for ${id}`);
  return found[1];
}
