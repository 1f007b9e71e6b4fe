import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Construct } from "constructs";
import { CapRoverProvider, DashboardAuth, HermesTarget, type PublishProps } from "../lib";
import { bootScript } from "../lib/boot/boot-script";
import {
  type AgentProps,
  agent,
  containerWith,
  environmentOf,
  NEWEST,
  newStack,
  refusalOf,
  secretOf,
  synth,
  uploadOf,
} from "./agents";

/** One release of each generation. */
const RELEASES = ["v2026.4.23", "v2026.5.16", "v2026.7.30", NEWEST];

describe.each(RELEASES)("the smallest agent of %s", (release) => {
  const container = () => containerWith({ release });

  test("the smallest agent mounts /opt/data from its volume", () => {
    expect(container().mounts).toEqual([{ type: "volume", source: "hermes-data", target: "/opt/data" }]);
  });

  test("the smallest agent has HOME=/opt/data/home", () => {
    expect(environmentOf(container())["HOME"]).toBe("/opt/data/home");
  });

  test("the smallest agent runs gateway mode", () => {
    expect(container()["command"]).toEqual(["gateway", "run"]);
  });

  test("the smallest agent keeps the image's entrypoint, user and working directory", () => {
    const made = container();
    for (const attribute of ["entrypoint", "user", "working_dir", "read_only", "privileged", "rm"])
      expect(made).not.toHaveProperty(attribute);
  });

  test("the smallest agent is one container, without Docker's init, restarted unless stopped", () => {
    expect(container()).toMatchObject({ init: false, restart: "unless-stopped" });
  });

  test("the smallest agent has bounded logs", () => {
    expect(container()).toMatchObject({
      log_driver: "json-file",
      log_opts: { "max-size": expect.stringMatching(/^\d+m$/), "max-file": expect.stringMatching(/^\d+$/) },
    });
  });

  test("the smallest agent has 1 GiB of shared memory", () => {
    expect(container()).toMatchObject({ shm_size: 1024 });
  });

  test("the smallest agent publishes nothing and has no dashboard", () => {
    const made = container();
    expect(made).not.toHaveProperty("ports");
    expect(made.env.filter((line) => /DASHBOARD|API_SERVER/.test(line))).toEqual([]);
  });

  test("the smallest agent's data stays when the container is removed", () => {
    expect(container()).toMatchObject({ remove_volumes: false });
  });
});

describe("the health check notices a dead gateway in a running container", () => {
  const testOf = (release: string, props: AgentProps = {}) =>
    containerWith({ release, ...props }).healthcheck?.test.join(" ");
  const loopback = (release: string) =>
    containerWith((stack) => ({
      release,
      dashboard: DashboardAuth.loopback(stack, "auth"),
    })).healthcheck?.test.join(" ");

  test.each(
    RELEASES,
  )("the health check asks the API server's /health if there is an API server: %s", (release) => {
    const made = containerWith((stack) => ({ release, apiServer: { key: secretOf(stack) } }));
    expect(made.healthcheck?.test).toEqual(
      expect.arrayContaining(["curl", "-q", "http://127.0.0.1:8642/health"]),
    );
  });

  test.each(RELEASES)("the health check reads gateway_running of the dashboard's status: %s", (release) => {
    expect(loopback(release)).toMatch(/127\.0\.0\.1:9119\/api\/status.*gateway_running.*true/);
  });

  test("the health check reads the heartbeat file from v2026.7.20 on", () => {
    expect(testOf("v2026.7.20")).toContain("/opt/data/state/gateway.heartbeat");
    expect(testOf(NEWEST)).toContain("/opt/data/state/gateway.heartbeat");
  });

  test("the health check asks s6 on earlier s6 releases", () => {
    expect(testOf("v2026.5.28")).toContain("s6-svstat");
    expect(testOf("v2026.7.7.2")).toContain("s6-svstat");
  });

  test.each([
    "v2026.4.23",
    "v2026.5.16",
  ])("without anything to check there is no health check, and an apply does not wait: %s", (release) => {
    const made = containerWith({ release });
    expect(made).not.toHaveProperty("healthcheck");
    expect(made).not.toHaveProperty("wait");
  });

  test("the health check asks the port and the address that the API server listens on", () => {
    const url = (host: string) =>
      containerWith((stack) => ({
        apiServer: { key: secretOf(stack), host, port: 9000 },
        target: HermesTarget.docker({ publish: { apiServer: false } }),
      })).healthcheck?.test.at(-1);
    expect(url("0.0.0.0")).toBe("http://127.0.0.1:9000/health");
    expect(url("127.0.0.1")).toBe("http://127.0.0.1:9000/health");
    expect(url("172.18.0.5")).toBe("http://172.18.0.5:9000/health");
    expect(url("::")).toBe("http://[::1]:9000/health");
    expect(url("fd00::5")).toBe("http://[fd00::5]:9000/health");
  });
});

describe("an apply waits until the agent is healthy", () => {
  test("an apply waits longer than Docker needs to call the agent unhealthy", () => {
    expect(containerWith({})).toMatchObject({ wait: true, wait_timeout: 430 });
    const timings = { intervalSeconds: 10, timeoutSeconds: 3, retries: 4, startPeriodSeconds: 60 };
    expect(containerWith({ healthCheck: timings })).toMatchObject({ wait: true, wait_timeout: 125 });
  });

  test("the check's interval is short, so that an apply does not wait longer than needed", () => {
    expect(containerWith({}).healthcheck).toMatchObject({ interval: "5s", start_period: "3m0s" });
  });

  test("an apply does not wait if the missing health check is acknowledged", () => {
    const made = containerWith({
      healthCheck: false,
      acknowledge: { "health-check-off": "watched elsewhere" },
    });
    expect(made).not.toHaveProperty("healthcheck");
    expect(made).not.toHaveProperty("wait");
  });
});

describe("the stop grace", () => {
  test.each([
    undefined,
    20,
    45,
    600,
  ])("the stop grace is longer than the sum of all waits of a stop: %s", (stopGraceSeconds) => {
    const made = containerWith(stopGraceSeconds === undefined ? {} : { stopGraceSeconds });
    const environment = environmentOf(made);
    const gateways = Number(environment["S6_SERVICES_GRACETIME"]);
    const dashboard = Number(/echo (\d+) > \S+timeout-kill/.exec(bootScript())?.[1]);
    const grace = stopGraceSeconds ?? 75;
    expect(gateways).toBeGreaterThanOrEqual(5000);
    expect(grace * 1000).toBeGreaterThan(dashboard + gateways + Number(environment["S6_KILL_GRACETIME"]));
    expect(made).toMatchObject({ destroy_grace_seconds: grace, stop_timeout: grace });
  });

  test.each([
    ["v2026.5.28", 45],
    ["v2026.8.18", 45],
    ["v2026.8.27", 75],
    [NEWEST, 75],
  ])("the default stop grace is long enough for what a stop of %s waits for", (release, grace) => {
    const made = containerWith({ release });
    expect(made).toMatchObject({ destroy_grace_seconds: grace, stop_timeout: grace });
    expect(environmentOf(made)["S6_SERVICES_GRACETIME"]).toBe(String((grace - 15) * 1000));
  });

  test("releases without s6 get no s6 waits and no boot script", () => {
    const made = containerWith({ release: "v2026.5.16" });
    expect(made.env.join()).not.toContain("S6_");
    expect(made).not.toHaveProperty("upload");
  });

  test.each([
    ["v2026.6.19", undefined, { restart_drain_timeout: 20 }],
    ["v2026.7.30", undefined, undefined],
    ["v2026.8.18", undefined, { cron_drain_timeout: 20 }],
    [NEWEST, undefined, undefined],
    [NEWEST, 20, { cron_drain_timeout: 0 }],
  ])("Hermes' own waits are cut where they do not fit into the stop: %s with %s s", (release, stopGraceSeconds, agent) => {
    const made = containerWith({ release, ...(stopGraceSeconds && { stopGraceSeconds }) });
    const config = uploadOf(made, "/etc/hermes/config.yaml");
    expect(config === undefined ? undefined : JSON.parse(config).agent).toEqual(agent);
  });

  test("a wait that the user sets stays as it is", () => {
    const made = containerWith({ release: "v2026.8.18", config: { agent: { cron_drain_timeout: 3 } } });
    expect(JSON.parse(uploadOf(made, "/etc/hermes/config.yaml") ?? "")).toEqual({
      agent: { cron_drain_timeout: 3 },
    });
  });

  test("a stop grace below what a teardown needs is refused", () => {
    expect(refusalOf(() => agent(newStack(), { stopGraceSeconds: 19 })).message).toContain(
      "stopGraceSeconds = 19",
    );
  });
});

describe("the API server", () => {
  test.each(RELEASES)("without an API server no key and no other variable is set: %s", (release) => {
    expect(JSON.stringify(containerWith({ release }))).not.toContain("API_SERVER");
  });

  test("the API server listens on all addresses of the container and is published on 127.0.0.1 of the host", () => {
    const made = containerWith((stack) => ({ apiServer: { key: secretOf(stack) } }));
    expect(environmentOf(made)).toMatchObject({ API_SERVER_HOST: "0.0.0.0", API_SERVER_PORT: "8642" });
    expect(made.ports).toEqual([{ internal: 8642, external: 8642, ip: "127.0.0.1" }]);
    expect(made.env.join()).not.toContain("API_SERVER_ENABLED");
  });

  test("the API server gets origins, name and port", () => {
    const made = containerWith((stack) => ({
      apiServer: {
        key: secretOf(stack),
        port: 9000,
        modelName: "hermes",
        corsOrigins: ["https://a.example", "https://b.example"],
      },
      target: HermesTarget.docker({ publish: { apiServer: { port: 80, address: "127.0.0.2" } } }),
    }));
    expect(environmentOf(made)).toMatchObject({
      API_SERVER_CORS_ORIGINS: "https://a.example,https://b.example",
      API_SERVER_MODEL_NAME: "hermes",
      API_SERVER_PORT: "9000",
    });
    expect(made.ports).toEqual([{ internal: 9000, external: 80, ip: "127.0.0.2" }]);
  });

  test("an API server with publish false can be reached from the container's networks only", () => {
    const made = containerWith((stack) => ({
      apiServer: { key: secretOf(stack) },
      target: HermesTarget.docker({ publish: { apiServer: false } }),
    }));
    expect(made).not.toHaveProperty("ports");
  });
});

describe("ports stay on 127.0.0.1 unless asked", () => {
  const both = (publish: PublishProps = {}) =>
    containerWith((stack) => ({
      apiServer: { key: secretOf(stack, "key") },
      dashboard: DashboardAuth.basic(stack, "auth", {
        username: "ada",
        passwordHash: secretOf(stack, "hash"),
        sessionSecret: secretOf(stack, "session"),
      }),
      target: HermesTarget.docker({ publish }),
    })).ports;

  test("both ports are published on 127.0.0.1 by default, in the order of their numbers", () => {
    expect(both()).toEqual([
      { internal: 8642, external: 8642, ip: "127.0.0.1" },
      { internal: 9119, external: 9119, ip: "127.0.0.1" },
    ]);
  });

  test("a port is published on another address if asked", () => {
    expect(both({ dashboard: { address: "0.0.0.0", port: 80 }, apiServer: { port: 81 } })).toEqual([
      { internal: 8642, external: 81, ip: "127.0.0.1" },
      { internal: 9119, external: 80, ip: "0.0.0.0" },
    ]);
  });

  test.each([
    "localhost",
    "127.0.0.01",
    "127.0.0",
    "127.0.0.1:80",
    "::::",
    "fe",
    "0x7f000001",
    "",
  ])("an address that Docker would read as every interface is refused: %j", (address) => {
    expect(() => both({ apiServer: { address } })).toThrow("publish.apiServer");
  });
});

describe("a proxy in front", () => {
  test("a proxy in front is trusted through uvicorn's variable, and through the setting from v0.21.6 on", () => {
    const made = (release: string) =>
      containerWith({ release, trustedProxies: ["172.17.0.0/16", "10.0.0.1"] });
    expect(environmentOf(made("v2026.7.30"))["FORWARDED_ALLOW_IPS"]).toBe("172.17.0.0/16,10.0.0.1");
    expect(uploadOf(made("v2026.7.30"), "/etc/hermes/config.yaml")).toBeUndefined();
    expect(environmentOf(made(NEWEST))["FORWARDED_ALLOW_IPS"]).toBe("172.17.0.0/16,10.0.0.1");
    expect(JSON.parse(uploadOf(made(NEWEST), "/etc/hermes/config.yaml") ?? "")).toEqual({
      dashboard: { trusted_proxies: ["172.17.0.0/16", "10.0.0.1"] },
    });
  });
});

describe("the output", () => {
  const commandsOf = (release: string) => {
    const stack = newStack();
    const { commands } = agent(stack, { release });
    expect(synth(stack).output).toMatchObject({ hermes_commands: { value: commands } });
    return commands;
  };

  test("the README shows the commands of both targets as the outputs have them", () => {
    const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
    const { commands } = agent(newStack(), { release: "v2026.7.30" });
    for (const [name, command] of Object.entries(commands)) {
      expect(readme).toContain(`| \`${name}\` | \`${command}\` |`);
    }
    const stack = newStack();
    new CapRoverProvider(stack, "caprover");
    const onCapRover = agent(stack, { target: HermesTarget.caprover() });
    expect(readme).toContain(`\`\`\`sh\n${onCapRover.commands["setup"]}\n\`\`\`\n`);
  });

  test("the output's commands use the shim from the s6 generation on", () => {
    expect(commandsOf(NEWEST)).toMatchObject({
      setup: "docker exec -it hermes hermes setup",
      codexLogin: "docker exec -it hermes hermes auth add openai-codex",
      oneShotTest: "docker exec hermes hermes -z 'Reply with exactly: ok'",
      chat: "docker exec -it hermes hermes",
      logs: "docker logs --follow --tail 100 hermes",
    });
  });

  test.each([
    "setup",
    "oneShotTest",
    "chat",
  ])("before v2026.7.30 the command %s says on stderr that it runs beside the gateway", (name) => {
    const old = commandsOf("v2026.7.20")[name] ?? "";
    expect(old).toMatch(/^echo '[^']* beside the gateway, on the same databases[^']*' >&2; docker exec /);
    expect(commandsOf("v2026.7.30")[name]).toBe(old.replace(/^.*>&2; /, ""));
  });

  test.each([
    "codexLogin",
    "chooseModel",
    "logs",
    "gatewayLog",
  ])("the command %s writes no database, and says nothing of it", (name) =>
    expect(commandsOf("v2026.7.20")[name]).toBe(commandsOf("v2026.7.30")[name]));

  test("the output's commands drop root themselves before the s6 generation", () => {
    expect(commandsOf("v2026.5.16")["setup"]).toMatch(
      /; docker exec -it -u hermes hermes \/opt\/hermes\/.venv\/bin\/hermes setup$/,
    );
  });

  test("the output has no command to choose a model if one is pinned", () => {
    expect(agent(newStack(), {}).commands).toHaveProperty("chooseModel");
    const model = { provider: "openai-codex", name: "gpt-5" };
    expect(agent(newStack(), { model }).commands).not.toHaveProperty("chooseModel");
  });

  test("each agent has outputs, with its own name", () => {
    const stack = newStack();
    agent(stack, {}, "alice");
    agent(new Construct(stack, "team"), {}, "bob");
    const names = Object.keys(synth(stack).output ?? {});
    expect(names).toHaveLength(6);
    expect(names).toEqual(expect.arrayContaining(["alice_commands", "alice_manifest", "alice_where"]));
  });

  test("an output says where to type the commands, and another one has the address of the agent", () => {
    const stack = newStack();
    const target = HermesTarget.docker({ publish: { apiServer: { port: 8642 } } });
    agent(stack, { apiServer: { key: secretOf(stack) }, target });
    expect(synth(stack).output).toMatchObject({
      hermes_where: { value: "on this machine" },
      hermes_url: { value: "http://127.0.0.1:8642" },
    });
  });

  test("an agent that nothing outside reaches has no output with an address", () => {
    const stack = newStack();
    agent(stack);
    expect(Object.keys(synth(stack).output ?? {})).toEqual([
      "hermes_commands",
      "hermes_manifest",
      "hermes_where",
    ]);
  });
});
