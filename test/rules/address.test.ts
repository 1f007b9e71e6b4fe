/** Addresses that a container can't call: its own, and its host's without an entry. */
import { CapRoverProvider, DashboardAuth, HermesTarget, LocalModel } from "../../lib";
import { type AgentProps, agent, newApp, newStack, refusalOf, rulesOf, secretOf } from "../agents";

const rulesAgainst = (props: AgentProps) => rulesOf(refusalOf(() => agent(newStack(), props)));
const custom = (baseUrl: string): AgentProps => ({ model: { provider: "custom", name: "m", baseUrl } });
const mcp = (server: NonNullable<AgentProps["config"]>[string]): AgentProps => ({
  config: { mcp_servers: { files: server } },
});
const HOST = { "host.docker.internal": "host-gateway" };

describe("an address of the container itself", () => {
  test.each<[string, AgentProps]>([
    ["localhost", custom("http://localhost:11434/v1")],
    ["a name in capitals", custom("http://LOCALHOST:11434/v1")],
    ["a name below localhost", custom("http://models.localhost/v1")],
    ["127.0.0.1", custom("http://127.0.0.1:8000/v1")],
    ["another address of that network", custom("http://127.0.1.1:8000/v1")],
    ["a short form", custom("http://127.1:8000/v1")],
    ["::1", custom("http://[::1]:8000/v1")],
    ["an IPv4 address in IPv6", custom("http://[::ffff:127.0.0.1]:8000/v1")],
    ["0.0.0.0", custom("http://0.0.0.0:8000/v1")],
    ["the default of lmstudio", { model: { provider: "lmstudio", name: "m" } }],
    ["a tool's server", { env: { SEARXNG_URL: "http://localhost:8080" } }],
    ["a proxy", { env: { HTTPS_PROXY: "http://127.0.0.1:3128" } }],
    ["a proxy without a scheme", { env: { https_proxy: "localhost:3128" } }],
    [
      "a machine to log in to",
      { config: { terminal: { backend: "ssh", ssh_host: "localhost", ssh_user: "a" } } },
    ],
    [
      "an MCP server through a program, as prop",
      { mcpServers: { a: { command: "mcp-remote", args: ["http://localhost:3000/sse"] } } },
    ],
    ["a database", { env: { STORE: "postgres://localhost:5432/agent" } }],
    ["an MCP server", mcp({ url: "http://localhost:3000/mcp" })],
    [
      "an MCP server through a program",
      mcp({ command: "npx", args: ["mcp-remote", "http://localhost:3000/sse"] }),
    ],
    [
      "a provider of config",
      { config: { custom_providers: [{ name: "lab", base_url: "http://localhost:1/v1" }] } },
    ],
    ["a port that config fills in", mcp({ url: "http://localhost:${PORT}/mcp" })],
    [
      "a name that extraHosts gives to it",
      { ...custom("http://models.lan:8000/v1"), extraHosts: { "models.lan": "127.0.0.1" } },
    ],
  ])("is refused: %s", (_, props) => {
    expect(rulesAgainst(props).filter((rule) => rule.startsWith("address"))).toEqual([
      "address-of-container",
    ]);
  });

  test("is refused as the issuer of logins", () => {
    const stack = newStack();
    const dashboard = DashboardAuth.oidc(stack, "auth", {
      issuer: "http://localhost:8080/realms/x",
      clientId: "hermes",
      publicUrl: "http://localhost:9119",
    });
    const { problems } = refusalOf(() => agent(stack, { dashboard }));
    expect(problems).toMatchObject([{ prop: "dashboard.issuer", rule: "address-of-container" }]);
  });

  test.each<[string, AgentProps]>([
    ["another container", custom("http://vllm:8000/v1")],
    ["an address of the network", custom("http://192.168.1.20:8000/v1")],
    ["a name that only begins so", custom("http://localhost.example:8000/v1")],
    [
      "a name that extraHosts gives away",
      { ...custom("http://localhost:8000/v1"), extraHosts: { localhost: "192.168.1.20" } },
    ],
    [
      "lmstudio elsewhere",
      { model: { provider: "lmstudio", name: "m", baseUrl: "http://desk.lan:1234/v1" } },
    ],
    [
      "lmstudio elsewhere by its variable",
      { model: { provider: "lmstudio", name: "m" }, env: { LM_BASE_URL: "http://desk.lan:1234/v1" } },
    ],
    ["a list of hosts without proxy", { env: { NO_PROXY: "localhost,127.0.0.1", no_proxy: "localhost" } }],
    ["an address to listen on", { env: { MY_WEBHOOK_HOST: "127.0.0.1", MY_BIND: "http://0.0.0.0:80" } }],
    ["an origin of web pages", { config: { dashboard: { allowed_origins: ["http://localhost:3000"] } } }],
    [
      "a redirect of a login",
      { env: { HERMES_SPOTIFY_REDIRECT_URI: "http://127.0.0.1:43827/spotify/callback" } },
    ],
    [
      "text that mentions one",
      { config: { agent: { environment_hint: "the app is on http://localhost:3000 there" } } },
    ],
    ["a host name alone", { env: { REDIS_HOST: "localhost" } }],
    ["a file", { env: { NOTES: "file:///opt/data/notes" } }],
    ["a socket", { env: { BUS: "unix:///run/bus" } }],
    ["a blocked name", { extraHosts: { "ads.example": "0.0.0.0" } }],
    ["one that only Terraform knows", { env: { SEARXNG_URL: "http://${var.host}:8080" } }],
  ])("is none: %s", (_, props) => expect(agent(newStack(), props)).toBeDefined());

  test("is one for a model at the port of a service that is no model: a platform's, or the dashboard's", () => {
    const stack = newStack();
    const props = {
      messaging: { webhook: { secret: secretOf(stack), port: 8000 } },
      ...custom("http://localhost:8000/v1"),
    };
    expect(rulesOf(refusalOf(() => agent(stack, props)))).toEqual(["address-of-container"]);
  });

  test("is none where the agent's own service answers", () => {
    const stack = newStack();
    const props = { apiServer: { key: secretOf(stack) }, ...mcp({ url: "http://127.0.0.1:8642/mcp" }) };
    expect(agent(stack, props)).toBeDefined();
  });
});

describe("Docker Desktop's name of the host", () => {
  test.each<[string, AgentProps]>([
    ["for a model", custom("http://host.docker.internal:8000/v1")],
    ["in capitals", custom("http://Host.Docker.Internal:8000/v1")],
    ["for a gateway", custom("http://gateway.docker.internal:8000/v1")],
    ["for a tool", { env: { SEARXNG_URL: "http://host.docker.internal:8080" } }],
    ["for an MCP server", mcp({ url: "http://host.docker.internal:3000/mcp" })],
    [
      "beside an entry of another name",
      { ...custom("http://gateway.docker.internal:1/v1"), extraHosts: HOST },
    ],
  ])("is refused without an entry: %s", (_, props) => {
    expect(rulesAgainst(props)).toEqual(["address-of-host-unknown"]);
  });

  test.each<[string, AgentProps]>([
    ["host-gateway", { ...custom("http://host.docker.internal:8000/v1"), extraHosts: HOST }],
    [
      "an address",
      {
        ...custom("http://host.docker.internal:8000/v1"),
        extraHosts: { "host.docker.internal": "172.17.0.1" },
      },
    ],
    [
      "an acknowledgement",
      {
        ...custom("http://host.docker.internal:8000/v1"),
        acknowledge: { "address-of-host-unknown": "Docker Desktop" },
      },
    ],
    ["another name of the same domain", custom("http://models.docker.internal:8000/v1")],
  ])("is accepted with %s", (_, props) => expect(agent(newStack(), props)).toBeDefined());
});

describe("the container's own name", () => {
  const target = HermesTarget.docker({ networks: [{ name: "models", aliases: ["bot"] }] });

  test.each(["hermes", "bot", "HERMES"])("is the container itself on a network of one's own: %s", (host) => {
    expect(rulesAgainst({ ...custom(`http://${host}:11434/v1`), target })).toEqual(["address-of-container"]);
  });

  test.each<[string, AgentProps]>([
    ["where the engine's default network has no names", custom("http://hermes:11434/v1")],
    ["of another container", { ...custom("http://hermes-models:11434/v1"), target }],
    [
      "that extraHosts gives away",
      { ...custom("http://bot:11434/v1"), target, extraHosts: { bot: "192.168.1.20" } },
    ],
  ])("is none: %s", (_, props) => expect(agent(newStack(), props)).toBeDefined());
});

describe("an agent whose model is the agent itself", () => {
  type Build = (stack: ReturnType<typeof newStack>) => AgentProps;
  const key = (stack: ReturnType<typeof newStack>, name = "key") => secretOf(stack, name);
  const self =
    (baseUrl: string, more: AgentProps = {}): Build =>
    (stack) => ({ apiServer: { key: key(stack) }, ...custom(baseUrl), ...more });
  const onNetwork = { target: HermesTarget.docker({ networks: [{ name: "models", aliases: ["bot"] }] }) };
  const published = {
    target: HermesTarget.docker({ publish: { apiServer: { address: "192.168.1.20", port: 80 } } }),
  };
  const caprover = {
    target: HermesTarget.caprover({
      address: { to: "dashboard" },
      apps: { apiServer: { name: "hermes-api", domains: ["api.example"] } },
    }),
  };
  const withDashboard =
    (build: Build): Build =>
    (stack) => ({
      dashboard: DashboardAuth.basic(stack, "auth", {
        username: "ada",
        passwordHash: key(stack, "hash"),
        sessionSecret: key(stack, "session"),
      }),
      ...build(stack),
    });
  const other = { model: { provider: "custom", name: "m", baseUrl: "http://vllm:8000/v1" } };
  const profiles = (of: string, main: string): Build => {
    return (stack) => ({
      release: "v2026.7.30",
      apiServer: { key: key(stack) },
      ...(main === "" ? other : custom(main)),
      profiles: {
        work: { apiServer: { key: key(stack, "work"), port: 8643 }, ...(of === "" ? other : custom(of)) },
      },
    });
  };

  const problemsOf = (build: Build) => {
    const stack = newStack();
    new CapRoverProvider(stack, "caprover");
    return refusalOf(() => agent(stack, build(stack))).problems;
  };

  test.each<[string, string, Build]>([
    ["by the loopback", "model.baseUrl", self("http://127.0.0.1:8642/v1")],
    ["by its name", "model.baseUrl", self("http://hermes:8642/v1", onNetwork)],
    ["by its alias", "model.baseUrl", self("http://bot:8642/v1", onNetwork)],
    [
      "at another port",
      "model.baseUrl",
      (stack) => ({ apiServer: { key: key(stack), port: 9000 }, ...custom("http://localhost:9000/v1") }),
    ],
    [
      "by the host",
      "model.baseUrl",
      self("http://host.docker.internal:8642/v1", { extraHosts: { "host.docker.internal": "host-gateway" } }),
    ],
    ["by the address at which it is published", "model.baseUrl", self("http://192.168.1.20/v1", published)],
    [
      "as a server of the host",
      "model.baseUrl",
      (stack) => ({
        apiServer: { key: key(stack) },
        model: LocalModel.openAiCompatible(stack, "self", { model: "m", onHost: { port: 8642 } }),
      }),
    ],
    [
      "on the host's network",
      "model.baseUrl",
      self("http://127.0.0.1:8642/v1", { target: HermesTarget.docker({ hostNetwork: true }) }),
    ],
    [
      "as a fallback",
      "fallbackModels[0].baseUrl",
      (stack) => ({
        apiServer: { key: key(stack) },
        ...other,
        fallbackModels: [{ provider: "custom", name: "n", baseUrl: "http://localhost:8642/v1" }],
      }),
    ],
    [
      "for a task of its own",
      "config.auxiliary.vision.base_url",
      (stack) => ({
        apiServer: { key: key(stack) },
        config: { auxiliary: { vision: { base_url: "http://localhost:8642/v1" } } },
      }),
    ],
    [
      "by CapRover's name",
      "model.baseUrl",
      withDashboard(self("http://srv-captain--hermes:8642/v1", caprover)),
    ],
    [
      "by the app in front of it",
      "model.baseUrl",
      withDashboard(self("http://srv-captain--hermes-api/v1", caprover)),
    ],
    ["by its domain", "model.baseUrl", withDashboard(self("https://api.example/v1", caprover))],
    ["as a profile", "profiles.work.model.baseUrl", profiles("http://localhost:8643/v1", "")],
  ])("is refused: %s", (_, prop, build) => {
    expect(problemsOf(build)).toMatchObject([{ prop, rule: "address-of-itself" }]);
  });

  test("is refused where two profiles ask each other", () => {
    const round = profiles("http://localhost:8642/v1", "http://localhost:8643/v1");
    expect(problemsOf(round)).toMatchObject([
      { prop: "model.baseUrl", rule: "address-of-itself" },
      { prop: "profiles.work.model.baseUrl", rule: "address-of-itself" },
    ]);
  });

  test.each<[string, Build]>([
    ["a profile that asks the agent", profiles("http://localhost:8642/v1", "")],
    ["the agent that asks a profile", profiles("", "http://localhost:8643/v1")],
    [
      "another port of its host",
      self("http://host.docker.internal:11434/v1", {
        extraHosts: { "host.docker.internal": "host-gateway" },
      }),
    ],
    ["another app of CapRover", withDashboard(self("http://srv-captain--ollama:11434/v1", caprover))],
    [
      "a tool that calls the agent back",
      (stack) => ({
        apiServer: { key: key(stack) },
        mcpServers: { crew: { command: "crew", env: { OPENAI_BASE_URL: "http://localhost:8642/v1" } } },
      }),
    ],
  ])("is accepted: %s", (_, build) => {
    const stack = newStack(newApp());
    new CapRoverProvider(stack, "caprover");
    expect(agent(stack, build(stack))).toBeDefined();
  });
});
