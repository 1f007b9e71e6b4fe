import { Agent, API_ENVIRONMENT, API_KEY, API_PORT, DASHBOARD_PORT } from "./agent";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { STAND_INS, type StandInTag, standIn } from "./images";
import { eventually } from "./run";

const engine = new Engine();
const ANSWER = "The fake model says hello, to whom it may concern.";
const BASIC_LOGIN = {
  HERMES_DASHBOARD: "1",
  HERMES_DASHBOARD_HOST: "0.0.0.0",
  HERMES_DASHBOARD_BASIC_AUTH_USERNAME: "ada",
  HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: "correct horse battery",
  HERMES_DASHBOARD_BASIC_AUTH_SECRET: "a-session-secret-of-32-characters",
};

const tags = Object.keys(STAND_INS).filter((tag): tag is StandInTag => tag in STAND_INS);
const supervised = tags.filter((tag) => ["s6", "dispatch"].includes(STAND_INS[tag].generation));
const unsupervised = tags.filter((tag) => !supervised.includes(tag));

afterEach(() => engine.reset());

describe.each(tags)("%s", (tag) => {
  const { generation, hermesVersion } = STAND_INS[tag];
  const hermes = supervised.includes(tag) ? ["hermes"] : ["/opt/hermes/.venv/bin/hermes"];

  test(`has the real Hermes Agent ${hermesVersion}`, async () => {
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
    expect((await agent.exec(...hermes, "--version")).stdout).toContain(`v${hermesVersion}`);
  });

  test("runs the gateway as the user hermes, under its generation's PID 1, and answers /health", async () => {
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
    await agent.answers(API_PORT, "/health");
    const first = { entrypoint: "hermes", tini: "tini", s6: "s6-svscan", dispatch: "s6-svscan" }[generation];
    expect((await agent.exec("cat", "/proc/1/comm")).stdout.trim()).toBe(first);
    const gateways = await agent.exec("ps", "-o", "user=", "-C", "hermes");
    expect(new Set(gateways.stdout.trim().split("\n"))).toEqual(new Set(["hermes"]));
    const key = { headers: { authorization: `Bearer ${API_KEY}` } };
    expect((await agent.fetch(API_PORT, "/v1/models", key)).status).toBe(200);
    expect((await agent.fetch(API_PORT, "/v1/models")).status).toBe(401);
  });

  test("without a command becomes the interactive program, and ends for want of a terminal", async () => {
    const agent = await Agent.start(engine, tag, { name: "agent", command: [] });
    await eventually("the container ends", 60, async () =>
      (await agent.inspect("{{.State.Running}}")) === "false" ? true : undefined,
    );
    expect(await agent.inspect("{{.State.ExitCode}}")).toBe("1");
    expect(await agent.logs()).toContain("It looks like Hermes isn't configured yet");
  });

  test("answers a one-shot prompt with the model of config.yaml", async () => {
    const model = await FakeModel.start(ANSWER, engine.gateway);
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
    await agent.answers(API_PORT, "/health");
    await agent.exec("sh", "-c", `cat > /opt/data/config.yaml <<'END'\n${model.configYaml}END`);
    const asHermes = ["--user", "hermes", "agent", ...hermes];
    const { code, stdout } = await engine.tryDocker(["exec", ...asHermes, "-z", "Say hello"]);
    expect({ code, answer: stdout.trim() }).toEqual({ code: 0, answer: ANSWER });
    expect(model.chats.map(({ body }) => body)).toContainEqual(expect.objectContaining({ stream: true }));
    await model.stop();
  });

  test("stops within the grace when it is idle", async () => {
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
    await agent.answers(API_PORT, "/health");
    const code = await agent.stop(30);
    // 137 would be the kill after the grace.
    expect(code).toBe(supervised.includes(tag) ? 143 : 1);
  });

  test("keeps its data in the volume when the container is replaced", async () => {
    const run = ["--volume", "agent-data:/opt/data"];
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT, run });
    await agent.answers(API_PORT, "/health");
    await agent.exec("sh", "-c", "echo mine > /opt/data/workspace/file");
    await engine.docker("rm", "--force", "agent");
    const next = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT, run });
    await next.answers(API_PORT, "/health");
    expect((await next.exec("cat", "/opt/data/workspace/file")).stdout).toBe("mine\n");
  });

  test("has npm for further layers", async () => {
    const npm = ["run", "--rm", "--user", "root", "--entrypoint", "npm", standIn(tag)];
    await expect(engine.docker(...npm, "view", "@openai/codex", "name")).resolves.toBe("@openai/codex");
  });
});

describe.each(supervised)("%s, supervised", (tag) => {
  test("drops a root's docker exec of hermes to the user hermes", async () => {
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
    await agent.answers(API_PORT, "/health");
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

  test("starts a killed gateway again", async () => {
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
    await agent.answers(API_PORT, "/health");
    const pid = () =>
      agent
        .exec("/command/s6-svstat", "-o", "pid", "/run/service/gateway-default")
        .then((r) => r.stdout.trim());
    const first = await pid();
    await agent.exec("kill", "-KILL", first);
    await eventually("another gateway runs", 30, async () => {
      const next = await pid();
      return next !== first && next !== "-1" ? true : undefined;
    });
    await agent.answers(API_PORT, "/health");
  });

  test("gives root's files of known names to hermes at the next start, and refuses symbolic links", async () => {
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
    await agent.answers(API_PORT, "/health");
    await agent.exec(
      "sh",
      "-c",
      "umask 077; echo '{}' > /opt/data/auth.json; ln -s /etc/shadow /opt/data/.env",
    );
    await engine.docker("restart", "agent");
    await agent.answers(API_PORT, "/health");
    expect((await agent.exec("stat", "-c", "%U %a", "/opt/data/auth.json")).stdout).toBe("hermes 600\n");
    expect((await agent.exec("stat", "-c", "%U", "/etc/shadow")).stdout).toBe("root\n");
    expect(await agent.logs()).toContain(
      "refusing to change ownership through symlinked path /opt/data/.env",
    );
  });

  test("has a dashboard behind a login that outlives a restart", async () => {
    const agent = await Agent.start(engine, tag, {
      name: "agent",
      env: { ...API_ENVIRONMENT, ...BASIC_LOGIN },
    });
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
    const answer = await login(BASIC_LOGIN.HERMES_DASHBOARD_BASIC_AUTH_PASSWORD);
    expect(answer.status).toBe(200);
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    await engine.docker("restart", "agent");
    await agent.answers(DASHBOARD_PORT, "/api/status");
    expect((await agent.fetch(DASHBOARD_PORT, "/api/auth/me", { headers: { cookie } })).status).toBe(200);
    expect((await agent.fetch(DASHBOARD_PORT, "/api/auth/me")).status).toBe(401);
  });

  test("refuses to run under another PID 1, or does without supervision", async () => {
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT, run: ["--init"] });
    if (STAND_INS[tag].generation === "dispatch") {
      await agent.answers(API_PORT, "/health");
      expect(await agent.logs()).toContain("container entrypoint is not PID 1");
    } else {
      await engine.docker("wait", "agent");
      expect(await agent.inspect("{{.State.ExitCode}}")).toBe("100");
      expect(await agent.logs()).toContain("s6-overlay-suexec: fatal: can only run as pid 1");
    }
  });

  test("kills a busy agent at the end of the supervisor's grace", async () => {
    const model = await FakeModel.start(ANSWER, engine.gateway);
    model.silent = true;
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
    await agent.answers(API_PORT, "/health");
    await agent.exec("sh", "-c", `cat > /opt/data/config.yaml <<'END'\n${model.configYaml}END`);
    await engine.docker("restart", "agent");
    await agent.answers(API_PORT, "/health");
    const chat = agent.fetch(API_PORT, "/v1/chat/completions", {
      method: "POST",
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "x", messages: [{ role: "user", content: "Say hello" }] }),
    });
    await eventually("the model is asked", 60, async () => (model.chats.length > 0 ? true : undefined));
    expect(await agent.stop(60)).toBe(143);
    await expect(chat).rejects.toThrow();
    await model.stop();
  });
});

describe.each(unsupervised)("%s, unsupervised", (tag) => {
  test("has no hermes on the path of docker exec", async () => {
    const agent = await Agent.start(engine, tag, { name: "agent", env: API_ENVIRONMENT });
    expect((await agent.exec("hermes", "--version")).stderr).toContain("executable file not found");
  });
});
