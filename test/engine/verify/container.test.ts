/** `verify` on containers that do not run as they should. */

import { eventually } from "../../eventually";
import { API_PORT } from "../agent";
import { Engine } from "../engine";
import { standIn } from "../images";
import { Subject } from "./subject";

const engine = new Engine();

afterEach(() => engine.reset());

const WITHOUT_SERVICES = { services: {} } as const;

/** The log as `docker logs` has it is all that there is of a container that has ended. */
const may = ["gatewayMode", "model", "answer", "gateway", "apiServer", "dashboard"];

test("a container that has ended is named, and holds again when it is started", async () => {
  const subject = await Subject.start(engine, { name: "ended" });
  await subject.ready();
  await subject.write("/opt/data/config.yaml", "model:\n  provider: custom\n  default: fake-1\n");
  await engine.docker("stop", "--time", "30", "ended");
  await subject.eventuallyFails({ container: "stopped" });
  await engine.docker("start", "ended");
  await subject.eventuallyFails({});
});

test("a container that is paused is named at once, and nothing waits for it", async () => {
  const subject = await Subject.start(engine, { name: "paused" });
  await subject.ready();
  await subject.write("/opt/data/config.yaml", "model:\n  provider: custom\n  default: fake-1\n");
  await engine.docker("pause", "paused");
  const [row] = await subject.eventuallyFails({ container: "paused" });
  expect(row?.fix).toContain("docker unpause");
  await engine.docker("unpause", "paused");
  await subject.eventuallyFails({});
});

test("the interactive CLI in a restart loop is named with its fix", async () => {
  const subject = await Subject.start(engine, {
    name: "cli",
    command: [],
    run: ["--restart", "always"],
    declared: WITHOUT_SERVICES,
  });
  // Its third restart, with the engine's waits between them.
  const failed = await subject.eventuallyFails(
    { container: "restarting", gatewayMode: "interactive" },
    { may, seconds: 240 },
  );
  expect(failed.find(({ condition }) => condition === "gatewayMode")?.fix).toContain("`gateway run`");
});

test("a container whose health check fails is named", async () => {
  const subject = await Subject.start(engine, {
    name: "ill",
    run: ["--health-cmd", "false", "--health-interval", "1s", "--health-retries", "1"],
  });
  await subject.agent.answers(API_PORT, "/health");
  await subject.eventuallyFails({ container: "unhealthy" }, { may });
});

test("a container that the kernel ended for want of memory is named", async () => {
  const subject = await Subject.start(engine, {
    name: "full",
    run: ["--memory", "64m", "--memory-swap", "64m"],
    command: ["sh", "-c", "/opt/hermes/.venv/bin/python -c 'x = bytearray(10**9)'"],
    declared: WITHOUT_SERVICES,
  });
  await eventually("the container ends", 60, async () =>
    (await subject.agent.running()) ? undefined : true,
  );
  const [row] = await subject.eventuallyFails({ container: "outOfMemory" }, { may });
  expect(row?.fix).toContain("`memoryMiB`");
});

test("another release than the declared one, in another image, is named", async () => {
  const subject = await Subject.start(engine, { name: "other" });
  await subject.ready();
  await subject.write("/opt/data/config.yaml", "model:\n  provider: custom\n  default: fake-1\n");
  const other = subject.declared({ release: "v2026.8.3", image: standIn("v2026.8.3") });
  await other.eventuallyFails({ image: "other", release: "other" });
  await subject.eventuallyFails({});
});

test("the dashboard of a release without a login is named as open", async () => {
  const subject = await Subject.start(engine, { name: "open", tag: "v2026.5.16" });
  await subject.agent.answers(API_PORT, "/health");
  await subject.root("mkdir -p /opt/data");
  await subject.eventuallyFails({ dashboard: "open" }, { may: ["model"] });
});

test("a dashboard that refuses to start without a login is named, with the line of the log", async () => {
  const subject = await Subject.start(engine, {
    name: "refusing",
    env: {
      HERMES_DASHBOARD_BASIC_AUTH_USERNAME: "",
      HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: "",
      HERMES_DASHBOARD_BASIC_AUTH_SECRET: "",
    },
  });
  await subject.agent.answers(API_PORT, "/health");
  await subject.eventuallyFails({ dashboard: "silent", "log dashboardRefuses": "line" }, { may: ["model"] });
});

test("name servers that do not answer delay nothing but the questions to the chat platforms", async () => {
  const servers = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].flatMap((server) => ["--dns", server]);
  const subject = await Subject.start(engine, {
    name: "deaf",
    run: servers,
    env: { SLACK_BOT_TOKEN: "xoxb-good", SLACK_APP_TOKEN: "xapp-good", SLACK_ALLOWED_USERS: "U1" },
    declared: { platforms: { slack: ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"] } },
  });
  await subject.agent.answers(API_PORT, "/health");
  const { state, conditions } = await subject.verify();
  expect(state).toBe("deployed");
  const result = (id: string) => conditions.find(({ condition }) => condition === id)?.result;
  expect(["release", "gateway", "apiServer", "files", "databases"].map(result)).toEqual(
    Array(5).fill("holds"),
  );
  expect(result("tokens")).not.toBe("holds");
});

test("a variable with the value of a word of Hermes' own hides nothing", async () => {
  const subject = await Subject.start(engine, { name: "words", env: { CHOSEN_PROVIDER: "openai-codex" } });
  await subject.agent.answers(API_PORT, "/health");
  await subject.write("/opt/data/config.yaml", "model:\n  provider: openai-codex\n  default: gpt-5.5\n");
  await subject.eventuallyFails({ codexLogin: "missing" });
});

test("a full disk is named, and holds again when there is room", async () => {
  const subject = await Subject.start(engine, {
    name: "disk",
    run: ["--tmpfs", "/opt/data:size=64m,mode=700,uid=10000,gid=10000"],
  });
  await subject.ready();
  await subject.write("/opt/data/config.yaml", "model:\n  provider: custom\n  default: fake-1\n");
  await subject.eventuallyFails({});
  await subject.root("dd if=/dev/zero of=/opt/data/filling bs=1M 2> /dev/null || true");
  await subject.eventuallyFails({ disk: "full" }, { may: ["log diskFull"] });
  await subject.root("rm /opt/data/filling");
  await subject.eventuallyFails({});
});
