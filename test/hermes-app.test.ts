import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { DashboardAuth, HermesApp, HermesImage, inSecretsFile, PersistentDataVolume } from "../lib";
import {
  type AgentProps,
  agent,
  containerOf,
  containerWith,
  environmentOf,
  imageOf,
  NEWEST,
  newApp,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  synth,
  uploadOf,
  warningsOf,
} from "./support";

/** One release of each generation. */
const RELEASES = ["v2026.4.23", "v2026.5.16", "v2026.7.30", NEWEST];
const HASH = "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH";

describe.each(RELEASES)("the smallest agent of %s", (release) => {
  const container = () => containerWith({ release });

  test("mounts /opt/data from its volume", () => {
    expect(container().mounts).toEqual([{ type: "volume", source: "hermes-data", target: "/opt/data" }]);
  });

  test("sets HOME=/opt/data/home", () => {
    expect(environmentOf(container())["HOME"]).toBe("/opt/data/home");
  });

  test("runs gateway mode", () => {
    expect(container()["command"]).toEqual(["gateway", "run"]);
  });

  test("leaves the image's entrypoint, user and working directory untouched", () => {
    const made = container();
    for (const attribute of ["entrypoint", "user", "working_dir", "read_only", "privileged", "rm"])
      expect(made).not.toHaveProperty(attribute);
  });

  test("is one container, with no init of Docker's, restarted unless stopped", () => {
    expect(container()).toMatchObject({ init: false, restart: "unless-stopped" });
  });

  test("has bounded logs", () => {
    expect(container()).toMatchObject({
      log_driver: "json-file",
      log_opts: { "max-size": expect.stringMatching(/^\d+m$/), "max-file": expect.stringMatching(/^\d+$/) },
    });
  });

  test("has 1 GiB of shared memory", () => {
    expect(container()).toMatchObject({ shm_size: 1024 });
  });

  test("publishes nothing and shows no dashboard", () => {
    const made = container();
    expect(made).not.toHaveProperty("ports");
    expect(made.env.filter((line) => /DASHBOARD|API_SERVER/.test(line))).toEqual([]);
  });

  test("keeps the data when the container goes", () => {
    expect(container()).toMatchObject({ remove_volumes: false });
  });
});

describe("the health check sees a dead gateway behind a live container", () => {
  const testOf = (release: string, props: AgentProps = {}) =>
    containerWith({ release, ...props }).healthcheck?.test.join(" ");
  const loopback = (release: string) =>
    containerWith((stack) => ({
      release,
      dashboard: DashboardAuth.loopback(stack, "auth"),
    })).healthcheck?.test.join(" ");

  test.each(RELEASES)("by the API server's /health where there is one: %s", (release) => {
    const made = containerWith((stack) => ({ release, apiServer: { key: secretOf(stack) } }));
    expect(made.healthcheck?.test).toEqual(
      expect.arrayContaining(["curl", "-q", "http://127.0.0.1:8642/health"]),
    );
  });

  test.each(RELEASES)("by gateway_running of the dashboard's status: %s", (release) => {
    expect(loopback(release)).toMatch(/127\.0\.0\.1:9119\/api\/status.*gateway_running.*true/);
  });

  test("by the heartbeat file from v2026.7.20 on", () => {
    expect(testOf("v2026.7.20")).toContain("/opt/data/state/gateway.heartbeat");
    expect(testOf(NEWEST)).toContain("/opt/data/state/gateway.heartbeat");
  });

  test("by s6's own view on earlier s6 releases", () => {
    expect(testOf("v2026.5.28")).toContain("s6-svstat");
    expect(testOf("v2026.7.7.2")).toContain("s6-svstat");
  });

  test.each([
    "v2026.4.23",
    "v2026.5.16",
  ])("not at all where nothing exists, and then nothing waits: %s", (release) => {
    const made = containerWith({ release });
    expect(made).not.toHaveProperty("healthcheck");
    expect(made).not.toHaveProperty("wait");
  });

  test("asks the port and the address that the API server listens on", () => {
    const url = (host: string) =>
      containerWith((stack) => ({
        apiServer: { key: secretOf(stack), host, port: 9000 },
        publish: { apiServer: false },
      })).healthcheck?.test.at(-1);
    expect(url("0.0.0.0")).toBe("http://127.0.0.1:9000/health");
    expect(url("127.0.0.1")).toBe("http://127.0.0.1:9000/health");
    expect(url("172.18.0.5")).toBe("http://172.18.0.5:9000/health");
    expect(url("::")).toBe("http://[::1]:9000/health");
    expect(url("fd00::5")).toBe("http://[fd00::5]:9000/health");
  });
});

describe("an apply waits until the agent is healthy", () => {
  test("longer than Docker itself needs to call it unhealthy", () => {
    expect(containerWith({})).toMatchObject({ wait: true, wait_timeout: 430 });
    const timings = { intervalSeconds: 10, timeoutSeconds: 3, retries: 4, startPeriodSeconds: 60 };
    expect(containerWith({ healthCheck: timings })).toMatchObject({ wait: true, wait_timeout: 125 });
  });

  test("at a short interval, so that it does not wait for nothing", () => {
    expect(containerWith({}).healthcheck).toMatchObject({ interval: "5s", start_period: "3m0s" });
  });

  test("and not when the check is acknowledged away", () => {
    const made = containerWith({
      healthCheck: false,
      acknowledge: { "health-check-off": "watched elsewhere" },
    });
    expect(made).not.toHaveProperty("healthcheck");
    expect(made).not.toHaveProperty("wait");
  });
});

describe("the stop grace", () => {
  test.each([undefined, 20, 45, 600])("is above the sum of the two s6 waits: %s", (stopGraceSeconds) => {
    const made = containerWith(stopGraceSeconds === undefined ? {} : { stopGraceSeconds });
    const environment = environmentOf(made);
    const waits = Number(environment["S6_KILL_GRACETIME"]) + Number(environment["S6_SERVICES_GRACETIME"]);
    const grace = stopGraceSeconds ?? 60;
    expect(waits).toBeGreaterThan(5000);
    expect(grace * 1000).toBeGreaterThan(waits);
    expect(made).toMatchObject({ destroy_grace_seconds: grace, stop_timeout: grace });
  });

  test("has no s6 waits on releases without s6", () => {
    expect(containerWith({ release: "v2026.5.16" }).env.join()).not.toContain("S6_");
  });

  test("is refused below what a teardown needs", () => {
    expect(refusalOf(() => agent(newStack(), { stopGraceSeconds: 19 })).message).toContain(
      "stopGraceSeconds = 19",
    );
  });
});

describe("the API server", () => {
  test.each(RELEASES)("off means no key and nothing else: %s", (release) => {
    expect(JSON.stringify(containerWith({ release }))).not.toContain("API_SERVER");
  });

  test("on listens on all addresses of the container and is published on 127.0.0.1 of the host", () => {
    const made = containerWith((stack) => ({ apiServer: { key: secretOf(stack) } }));
    expect(environmentOf(made)).toMatchObject({ API_SERVER_HOST: "0.0.0.0", API_SERVER_PORT: "8642" });
    expect(made.ports).toEqual([{ internal: 8642, external: 8642, ip: "127.0.0.1" }]);
    expect(made.env.join()).not.toContain("API_SERVER_ENABLED");
  });

  test("passes on origins, name and port", () => {
    const made = containerWith((stack) => ({
      apiServer: {
        key: secretOf(stack),
        port: 9000,
        modelName: "hermes",
        corsOrigins: ["https://a.example", "https://b.example"],
      },
      publish: { apiServer: { port: 80, address: "127.0.0.2" } },
    }));
    expect(environmentOf(made)).toMatchObject({
      API_SERVER_CORS_ORIGINS: "https://a.example,https://b.example",
      API_SERVER_MODEL_NAME: "hermes",
      API_SERVER_PORT: "9000",
    });
    expect(made.ports).toEqual([{ internal: 9000, external: 80, ip: "127.0.0.2" }]);
  });

  test("is left to the container's networks when its port is false", () => {
    const made = containerWith((stack) => ({
      apiServer: { key: secretOf(stack) },
      publish: { apiServer: false },
    }));
    expect(made).not.toHaveProperty("ports");
  });
});

describe("ports stay on 127.0.0.1 unless asked", () => {
  const both = (publish: AgentProps = {}) =>
    containerWith((stack) => ({
      apiServer: { key: secretOf(stack, "key") },
      dashboard: DashboardAuth.basic(stack, "auth", {
        username: "ada",
        passwordHash: secretOf(stack, "hash"),
        sessionSecret: secretOf(stack, "session"),
      }),
      ...publish,
    })).ports;

  test("both by default, in the order of their numbers", () => {
    expect(both()).toEqual([
      { internal: 8642, external: 8642, ip: "127.0.0.1" },
      { internal: 9119, external: 9119, ip: "127.0.0.1" },
    ]);
  });

  test("elsewhere when asked", () => {
    expect(
      both({ publish: { dashboard: { address: "0.0.0.0", port: 80 }, apiServer: { port: 81 } } }),
    ).toEqual([
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
    expect(() => both({ publish: { apiServer: { address } } })).toThrow("publish.apiServer");
  });
});

describe("secrets", () => {
  const everySecret = (release: string) =>
    containerWith((stack) => ({
      release,
      apiServer: { key: secretOf(stack, "api_key") },
      dashboard: DashboardAuth.basic(stack, "auth", {
        username: "ada",
        passwordHash: secretOf(stack, "hash"),
        sessionSecret: secretOf(stack, "session"),
      }),
      messaging: {
        slack: {
          botToken: secretOf(stack, "bot"),
          appToken: secretOf(stack, "app"),
          allowedUsers: ["U1", "U2"],
        },
        telegram: { botToken: secretOf(stack, "telegram"), allowedUsers: ["1"] },
        discord: { botToken: secretOf(stack, "discord"), allowedUsers: ["2"] },
      },
      secrets: { OPENROUTER_API_KEY: secretOf(stack, "router") },
    }));
  const names = [
    "API_SERVER_KEY",
    "DISCORD_BOT_TOKEN",
    HASH,
    "HERMES_DASHBOARD_BASIC_AUTH_SECRET",
    "OPENROUTER_API_KEY",
    "SLACK_APP_TOKEN",
    "SLACK_BOT_TOKEN",
    "TELEGRAM_BOT_TOKEN",
  ];

  test.each([
    "v2026.6.19",
    "v2026.7.30",
    NEWEST,
  ])("travel by the managed file from v2026.6.19 on: %s", (release) => {
    const made = everySecret(release);
    const file = uploadOf(made, "/etc/hermes/.env") ?? "";
    expect([...file.matchAll(/^([A-Z_]+)='/gm)].map(([, name]) => name).sort()).toEqual([...names].sort());
    expect(Object.keys(environmentOf(made)).filter((name) => names.includes(name))).toEqual([]);
  });

  test.each(["v2026.6.5"])("travel by the environment before: %s", (release) => {
    const made = everySecret(release);
    expect(made).not.toHaveProperty("upload");
    expect(Object.keys(environmentOf(made))).toEqual(expect.arrayContaining(names));
  });

  test("are tested by Terraform before the container changes, each one", () => {
    const messages = everySecret(NEWEST).lifecycle?.precondition.map((check) => check.error_message) ?? [];
    for (const prop of [
      "apiServer.key must have at least 16",
      "passwordHash must be a scrypt hash",
      "sessionSecret must have at least 16",
      "messaging.slack.botToken must be Slack's",
      "messaging.slack.appToken must be Slack's",
      "messaging.telegram.botToken must be one non-empty line",
      "messaging.discord.botToken must be one non-empty line",
      "secrets.OPENROUTER_API_KEY must be one non-empty line",
    ])
      expect(messages).toContainEqual(expect.stringContaining(`agents/hermes: ${prop}`));
  });

  test("are asked for by the release's own limit", () => {
    const limit = (release: string) =>
      containerWith((stack) => ({ release, apiServer: { key: secretOf(stack) } }))
        .lifecycle?.precondition.map((check) => check.error_message)
        .find((message) => message.includes("characters"));
    expect(limit("v2026.6.19")).toContain("at least 8 ");
    expect(limit("v2026.7.1")).toContain("at least 16 ");
  });

  test("stand in neither plan nor state with a file of the host", () => {
    const made = containerWith({
      secretsFile: "/srv/hermes/secrets.env",
      apiServer: { key: inSecretsFile },
      secrets: { OPENROUTER_API_KEY: inSecretsFile },
    });
    expect(made.mounts).toContainEqual({
      type: "bind",
      source: "/srv/hermes/secrets.env",
      target: "/etc/hermes/.env",
      read_only: true,
    });
    expect(made).not.toHaveProperty("upload");
    expect(made).not.toHaveProperty("lifecycle");
    expect(JSON.stringify(made.env)).not.toMatch(/API_SERVER_KEY|OPENROUTER/);
  });

  test("have one place each: a name is refused that a prop carries already", () => {
    const stack = newStack();
    const refused = refusalOf(() =>
      agent(stack, {
        model: {
          provider: "custom",
          name: "m",
          baseUrl: "http://vllm:8000/v1",
          apiKey: secretOf(stack, "a"),
        },
        secrets: { HERMES_MODEL_API_KEY: secretOf(stack, "b") },
      }),
    );
    expect(rulesOf(refused)).toEqual(["env-owned"]);
  });
});

describe("the model", () => {
  const pinned = (props: AgentProps): unknown =>
    JSON.parse(uploadOf(containerWith(props), "/etc/hermes/config.yaml") ?? "null");

  test("is pinned by the managed config.yaml", () => {
    expect(pinned({ model: { provider: "openai-codex", name: "gpt-5" } })).toEqual({
      model: { provider: "openai-codex", default: "gpt-5" },
    });
  });

  test("may be any OpenAI-compatible server, its key by reference", () => {
    const made = containerWith((stack) => ({
      model: { provider: "custom", name: "m", baseUrl: "http://vllm:8000/v1", apiKey: secretOf(stack) },
    }));
    expect(uploadOf(made, "/etc/hermes/config.yaml")).toContain('"api_key": "$${HERMES_MODEL_API_KEY}"');
    expect(uploadOf(made, "/etc/hermes/.env")).toMatch(/^HERMES_MODEL_API_KEY='/);
  });

  test("wins over the same keys of config and leaves the others", () => {
    const config = { model: { default: "other", max_tokens: 5 }, agent: { verbose: true } };
    expect(pinned({ model: { provider: "openai-codex", name: "gpt-5" }, config })).toEqual({
      model: { provider: "openai-codex", default: "gpt-5", max_tokens: 5 },
      agent: { verbose: true },
    });
  });

  test("is not pinned unless asked", () => {
    expect(containerWith({})).not.toHaveProperty("upload");
  });
});

describe("a proxy in front", () => {
  test("is trusted by uvicorn's variable, and by the setting from v0.21.6 on", () => {
    const made = (release: string) =>
      containerWith({ release, trustedProxies: ["172.17.0.0/16", "10.0.0.1"] });
    expect(environmentOf(made("v2026.7.30"))["FORWARDED_ALLOW_IPS"]).toBe("172.17.0.0/16,10.0.0.1");
    expect(made("v2026.7.30")).not.toHaveProperty("upload");
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
    expect(Object.values(synth(stack).output ?? {})).toEqual([{ value: commands }]);
    return commands;
  };

  test("names the next commands through the shim from the s6 generation on", () => {
    expect(commandsOf(NEWEST)).toMatchObject({
      setup: "docker exec -it hermes hermes setup",
      codexLogin: "docker exec -it hermes hermes auth add openai-codex",
      oneShotTest: 'docker exec hermes hermes -z "Reply with exactly: ok"',
      chat: "docker exec -it hermes hermes",
      logs: "docker logs --follow --tail 100 hermes",
    });
  });

  test("drops root itself before", () => {
    expect(commandsOf("v2026.5.16")["setup"]).toBe(
      "docker exec -it -u hermes hermes /opt/hermes/.venv/bin/hermes setup",
    );
  });

  test("offers no choice of model where one is pinned", () => {
    expect(agent(newStack(), {}).commands).toHaveProperty("chooseModel");
    const model = { provider: "openai-codex", name: "gpt-5" };
    expect(agent(newStack(), { model }).commands).not.toHaveProperty("chooseModel");
  });

  test("is one for each agent, by its own name", () => {
    const stack = newStack();
    agent(stack, {}, "alice");
    agent(new Construct(stack, "team"), {}, "bob");
    const names = Object.keys(synth(stack).output ?? {});
    expect(names).toHaveLength(2);
    expect(names).toContain("alice_commands");
  });
});

describe("what one agent has no other one of the engine gets", () => {
  test("a volume, also from another stack or by another construct", () => {
    const app = newApp();
    agent(newStack(app, "one"), {}, "a1");
    const other = newStack(app, "two");
    const data = new PersistentDataVolume(other, "data", { name: "a1-data" });
    const refused = refusalOf(() => agent(other, { data }, "a2"));
    expect(rulesOf(refused)).toEqual(["data-shared"]);
    expect(refused.message).toContain("one/a1 has it already");
  });

  test("one data construct for two agents", () => {
    const stack = newStack();
    const data = new PersistentDataVolume(stack, "data", { name: "shared" });
    agent(stack, { data }, "a1");
    expect(rulesOf(refusalOf(() => agent(stack, { data }, "a2")))).toEqual(["data-shared"]);
  });

  test.each([
    ["/srv/a", "/srv/a"],
    ["/srv/a", "/srv/a/"],
    ["/srv/a", "/srv//a"],
    ["/srv/a", "/srv/a/inner"],
    ["/srv/a/inner", "/srv/a"],
  ])("a host path, or one inside the other: %s, %s", (one, two) => {
    const stack = newStack();
    const at = (id: string, hostPath: string) => new PersistentDataVolume(stack, id, { hostPath });
    agent(stack, { data: at("d1", one) }, "a1");
    expect(rulesOf(refusalOf(() => agent(stack, { data: at("d2", two) }, "a2")))).toEqual(["data-shared"]);
  });

  test("neighbours are no conflict", () => {
    const stack = newStack();
    for (const hostPath of ["/srv/a", "/srv/ab", "/srv/b"])
      agent(
        stack,
        { data: new PersistentDataVolume(stack, hostPath.slice(5), { hostPath }) },
        `agent-${hostPath.slice(5)}`,
      );
  });

  test("a host path that is a bind-backed volume elsewhere", () => {
    const stack = newStack();
    const driverOptions = { type: "none", o: "bind", device: "/srv/a" };
    agent(stack, { data: new PersistentDataVolume(stack, "d1", { name: "vol-a", driverOptions }) }, "a1");
    const data = new PersistentDataVolume(stack, "d2", { hostPath: "/srv/a" });
    expect(rulesOf(refusalOf(() => agent(stack, { data }, "a2")))).toEqual(["data-shared"]);
  });

  test("one Terraform value as path of two; not the same name of two stacks' own variables", () => {
    const app = newApp();
    const stack = newStack(app, "one");
    const path = new TerraformVariable(stack, "path", { type: "string" });
    const at = (scope: Construct, id: string, hostPath: string) =>
      new PersistentDataVolume(scope, id, { hostPath });
    agent(stack, { data: at(stack, "d1", path.stringValue) }, "a1");
    expect(rulesOf(refusalOf(() => agent(stack, { data: at(stack, "d2", path.stringValue) }, "a2")))).toEqual(
      ["data-shared"],
    );
    const other = newStack(app, "two");
    agent(other, { data: at(other, "d", "${var.path}") }, "a3");
  });

  test("a port of the host, whatever the address says of every interface", () => {
    const stack = newStack();
    const with_ = (id: string, address: string, port: number) =>
      agent(stack, { apiServer: { key: secretOf(stack) }, publish: { apiServer: { address, port } } }, id);
    with_("a1", "127.0.0.1", 8642);
    with_("a2", "127.0.0.2", 8642);
    with_("a3", "127.0.0.1", 8643);
    expect(rulesOf(refusalOf(() => with_("a4", "127.0.0.1", 8642)))).toEqual(["port-taken"]);
    expect(rulesOf(refusalOf(() => with_("a5", "0.0.0.0", 8643)))).toEqual(["port-taken"]);
  });

  test("a port that its own other service has", () => {
    const stack = newStack();
    const refused = refusalOf(() =>
      agent(stack, {
        apiServer: { key: secretOf(stack) },
        dashboard: DashboardAuth.oidc(stack, "auth", { issuer: "https://id.example", clientId: "hermes" }),
        publish: { dashboard: { port: 8642 } },
      }),
    );
    expect(rulesOf(refused)).toEqual(["port-taken"]);
  });
});

describe("odd but legal use", () => {
  test("an agent may stand deep inside constructs of the user's own", () => {
    const stack = newStack();
    agent(new Construct(new Construct(stack, "team"), "blue"), {}, "hermes");
    expect(containerOf(stack)["name"]).toBe("hermes");
  });

  test("undefined means left out", () => {
    const stack = newStack();
    const nothing = { dashboard: undefined, apiServer: undefined, env: undefined, acknowledge: undefined };
    const data = new PersistentDataVolume(stack, "data", { name: "hermes-data" });
    Reflect.construct(HermesApp, [stack, "hermes", { image: imageOf(stack), data, ...nothing }]);
    expect(containerOf(stack)).toEqual(containerWith({}));
  });

  test("an agent outside of any stack is refused with its path", () => {
    const app = newApp();
    expect(() => agent(app, { image: imageOf(app) }, "lost")).toThrow(/lost/);
  });

  test.each([
    "a",
    "my agent",
    "größe",
    "-x",
    "a/b",
  ])("an id that is no container name asks for one: %j", (id) => {
    const refused = refusalOf(() => agent(newStack(), { data: data() }, id));
    expect(refused.problems).toEqual([expect.objectContaining({ prop: "name" })]);
    agent(newStack(), { name: "fine", data: data() }, id);
    function data() {
      return new PersistentDataVolume(newStack(), "data", { name: "hermes-data" });
    }
  });

  test("nothing warns of the normal shape", () => {
    const stack = newStack();
    agent(stack);
    expect(warningsOf(stack.node.root)).toEqual([]);
  });

  test("no release but upstream's is assumed for a private image", () => {
    const stack = newStack();
    const image = HermesImage.registry(stack, "image", {
      repository: "ghcr.io/acme/hermes",
      tag: "sha-0123456",
      release: "v2026.5.16",
    });
    expect(agent(stack, { image }).commands["setup"]).toContain("-u hermes");
  });
});
