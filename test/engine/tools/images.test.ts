import { eventually } from "../../eventually";
import { Agent, API_ENVIRONMENT, API_KEY, API_PORT, DASHBOARD_PORT } from "../agent";
import { Engine } from "../engine";
import { FakeModel } from "../fake-model";
import { STAND_INS, type StandInTag, standIn } from "../images";

const engine = new Engine();
const ANSWER = "The fake model says hello, to whom it may concern.";
const PASSWORD = "correct horse battery";
const BASIC_LOGIN = {
  HERMES_DASHBOARD: "1",
  HERMES_DASHBOARD_HOST: "0.0.0.0",
  HERMES_DASHBOARD_BASIC_AUTH_USERNAME: "ada",
  HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: PASSWORD,
  HERMES_DASHBOARD_BASIC_AUTH_SECRET: "a-session-secret-of-32-characters",
};
const WITH_KEY = { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" };
const CHAT = {
  method: "POST",
  headers: WITH_KEY,
  body: JSON.stringify({ model: "any", messages: [{ role: "user", content: "Say hello" }] }),
};

/** Two tags of one image need one test. */
const tags = Object.keys(STAND_INS)
  .filter((tag): tag is StandInTag => tag in STAND_INS)
  .filter((tag): tag is StandInTag => tag !== "v2026.7.30");
const supervised = tags.filter((tag) => ["s6", "dispatch"].includes(STAND_INS[tag].generation));
const unsupervised = tags.filter((tag) => !supervised.includes(tag));

let model: FakeModel;
let agent: Agent;

/** An agent with the fake model, the API server and, if the release has a login for it, the dashboard. */
async function startAgent(tag: StandInTag): Promise<void> {
  model = await FakeModel.start(ANSWER, engine.gateway);
  const env = { ...API_ENVIRONMENT, ...(supervised.includes(tag) ? BASIC_LOGIN : {}) };
  const seed = `printf '%s' "$CONFIG" > /data/config.yaml && chown -R 10000:10000 /data`;
  const shell = ["run", "--rm", "--user", "root", "--volume", "agent-data:/data", "--entrypoint", "sh"];
  await engine.docker(...shell, "--env", `CONFIG=${model.configYaml}`, standIn(tag), "-c", seed);
  agent = await Agent.start(engine, tag, { name: "agent", env, run: ["--volume", "agent-data:/opt/data"] });
  await agent.answers(API_PORT, "/health");
}

async function stopAgent(): Promise<void> {
  await engine.reset();
  await model.stop();
}

describe.each(tags)("%s", (tag) => {
  const { generation, hermesVersion } = STAND_INS[tag];
  const hermes = supervised.includes(tag) ? "hermes" : "/opt/hermes/.venv/bin/hermes";

  beforeAll(() => startAgent(tag));
  afterAll(stopAgent);

  test(`the image has the real Hermes Agent ${hermesVersion}`, async () => {
    expect((await agent.exec(hermes, "--version")).stdout).toContain(`v${hermesVersion}`);
  });

  test("the image has its generation's PID 1", async () => {
    const first = { entrypoint: "hermes", tini: "tini", s6: "s6-svscan", dispatch: "s6-svscan" }[generation];
    expect((await agent.exec("cat", "/proc/1/comm")).stdout.trim()).toBe(first);
  });

  test("the image runs Hermes only as the user hermes", async () => {
    const users = (await agent.exec("ps", "-o", "user=", "-C", "hermes")).stdout.trim().split("\n");
    expect(new Set(users)).toEqual(new Set(["hermes"]));
  });

  test("the image's agent answers only API clients with the key", async () => {
    expect((await agent.fetch(API_PORT, "/v1/models", { headers: WITH_KEY })).status).toBe(200);
    expect((await agent.fetch(API_PORT, "/v1/models")).status).toBe(401);
  });

  test("the image's agent answers a chat through the API server with the model of config.yaml", async () => {
    const answer = await agent.fetch(API_PORT, "/v1/chat/completions", CHAT);
    await expect(answer.json()).resolves.toMatchObject({ choices: [{ message: { content: ANSWER } }] });
    expect(model.chats.map(({ body }) => body)).toContainEqual(expect.objectContaining({ stream: true }));
  });

  test("the image's agent answers a one-shot prompt", async () => {
    const exec = ["exec", "--user", "hermes", "--env", "HOME=/opt/data", "agent", hermes, "-z", "Say hello"];
    const { code, stdout } = await engine.tryDocker(exec);
    expect({ code, answer: stdout.trim() }).toEqual({ code: 0, answer: ANSWER });
  });

  test("the image has npm for further layers", async () => {
    const npm = ["run", "--rm", "--user", "root", "--entrypoint", "npm", standIn(tag)];
    await expect(engine.docker(...npm, "view", "@openai/codex", "name")).resolves.toBe("@openai/codex");
  });

  test("an idle agent of the image stops within the grace, and its data is in the next container", async () => {
    await agent.exec("sh", "-c", "echo mine > /opt/data/workspace/file");
    // 137 would mean a kill after the grace.
    expect(await agent.stop(30)).toBe(supervised.includes(tag) ? 0 : 1);
    await engine.docker("rm", "agent");
    const run = ["--volume", "agent-data:/opt/data"];
    agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT, run });
    await agent.answers(API_PORT, "/health");
    expect((await agent.exec("cat", "/opt/data/workspace/file")).stdout).toBe("mine\n");
  });

  test("without a command the image starts the interactive program, which ends because there is no terminal", async () => {
    const bare = await Agent.start(engine, tag, { name: "bare", command: [] });
    await eventually("the container ends", 60, async () => ((await bare.running()) ? undefined : true));
    expect(await bare.inspect("{{.State.ExitCode}}")).toBe("0");
    const logs = await bare.logs();
    expect(logs).toContain("Input is not a terminal (fd=0)");
    expect(logs).toContain("Goodbye!");
  });
});

describe.each(supervised)("%s, supervised", (tag) => {
  beforeAll(() => startAgent(tag));
  afterAll(stopAgent);

  test("the image's dashboard has a login that survives a restart", async () => {
    await agent.answers(DASHBOARD_PORT, "/api/status");
    const page = await agent.fetch(DASHBOARD_PORT, "/", { redirect: "manual" });
    expect([page.status, page.headers.get("location")]).toEqual([302, "/login?next=%2F"]);
    const login = (password: string) =>
      agent.fetch(DASHBOARD_PORT, "/auth/password-login", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ provider: "basic", username: "ada", password }),
      });
    expect((await login("wrong")).status).toBe(401);
    const answer = await login(PASSWORD);
    expect(answer.status).toBe(200);
    const cookies = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
    await engine.docker("restart", "--time", "30", "agent");
    await agent.answers(DASHBOARD_PORT, "/api/status");
    const me = (headers: { readonly [name: string]: string }) =>
      agent.fetch(DASHBOARD_PORT, "/api/auth/me", { headers });
    expect((await me({ cookie: cookies.join("; ") })).status).toBe(200);
    expect((await me({})).status).toBe(401);
  });

  test("the image restarts a killed gateway", async () => {
    const pid = async () =>
      (await agent.exec("/command/s6-svstat", "-o", "pid", "/run/service/gateway-default")).stdout.trim();
    const first = await pid();
    expect((await agent.exec("kill", "-KILL", first)).code).toBe(0);
    await eventually("another gateway runs", 30, async () => {
      const next = await pid();
      return next !== first && next !== "-1" ? true : undefined;
    });
    await agent.answers(API_PORT, "/health");
  });

  test("a docker exec of hermes as root runs as the user hermes", async () => {
    const added = await agent.exec(
      "hermes",
      "auth",
      "add",
      "openrouter",
      "--api-key",
      "sk-test",
      "--label",
      "x",
    );
    expect(added.code).toBe(0);
    expect((await agent.exec("stat", "-c", "%U %a", "/opt/data/auth.json")).stdout).toBe("hermes 600\n");
  });

  test("at the next start hermes gets root's files with known names, but no symbolic links", async () => {
    const make =
      "cd /opt/data; umask 077; rm -f auth.json; echo '{}' > auth.json; touch /root/own; ln -s /root/own processes.json";
    await agent.exec("sh", "-c", make);
    await engine.docker("restart", "--time", "30", "agent");
    await agent.answers(API_PORT, "/health");
    expect((await agent.exec("stat", "-c", "%U %a", "/opt/data/auth.json")).stdout).toBe("hermes 600\n");
    expect((await agent.exec("stat", "-c", "%U", "/root/own")).stdout).toBe("root\n");
    expect(await agent.logs()).toContain("refusing to change ownership through symlinked path");
  });

  test("a busy agent is killed at the end of the supervisor's grace", async () => {
    model.silent = true;
    const asked = model.chats.length;
    const dropped = expect(agent.fetch(API_PORT, "/v1/chat/completions", CHAT)).rejects.toThrow(
      "fetch failed",
    );
    await eventually("the model is asked", 60, async () => (model.chats.length > asked ? true : undefined));
    expect(await agent.stop(60)).toBe(0);
    await dropped;
  });

  test("under another PID 1 the image refuses to run, or runs without supervision", async () => {
    const other = await Agent.start(engine, tag, { name: "other", env: API_ENVIRONMENT, run: ["--init"] });
    if (STAND_INS[tag].generation === "dispatch") {
      await other.answers(API_PORT, "/health");
      expect(await other.logs()).toContain("container entrypoint is not PID 1");
    } else {
      await engine.docker("wait", "other");
      expect(await other.inspect("{{.State.ExitCode}}")).toBe("100");
      expect(await other.logs()).toContain("s6-overlay-suexec: fatal: can only run as pid 1");
    }
  });
});

test.each(unsupervised)("%s has no hermes on the path of docker exec", async (tag) => {
  await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
  const { code, stdout, stderr } = await engine.tryDocker(["exec", "agent", "hermes", "--version"]);
  expect(code).toBeGreaterThanOrEqual(126);
  expect(stdout + stderr).toContain("executable file not found");
  await engine.reset();
});
