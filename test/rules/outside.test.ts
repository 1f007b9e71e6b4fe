/** What somebody writes who has read the pages only: files, names and values at their limits. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  HermesImage,
  HermesTarget,
  inSecretsFile,
  LocalModel,
  type ModelContainerProps,
  type SidecarProps,
  Terminal,
  type VllmProps,
} from "../../lib";
import {
  type AgentProps,
  agent,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  temporaryFolder,
  warningsOf,
} from "../agents";

const rulesAgainst = (props: AgentProps) => rulesOf(refusalOf(() => agent(newStack(), props)));
const problemsOf = (props: AgentProps) => refusalOf(() => agent(newStack(), props)).problems;
const HOST_KEYS = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7s0Y4rFm2gV0mJ9w0c2l6yJ2nG5fX3m1q8hT4bZk9e"];

describe("a file of this machine that never ends", () => {
  const pipe = () => {
    const path = join(temporaryFolder(), "pipe");
    execFileSync("mkfifo", [path]);
    return path;
  };

  test.each<[string, string, () => AgentProps]>([
    ["device", "files", () => ({ files: { "a.bin": { file: "/dev/zero" } } })],
    ["pipe", "files", () => ({ files: { "a.bin": { file: pipe() } } })],
    ["device", "soul", () => ({ soul: { file: "/dev/zero" } })],
  ])("a %s in %s is refused and not read", (_kind, prop, props) => {
    expect(problemsOf(props())).toMatchObject([
      {
        prop: expect.stringContaining(prop),
        problem: expect.stringContaining("is a device, a pipe or a socket"),
      },
    ]);
  });

  test("a device for an image is refused and not read", () => {
    const copy = { "/usr/local/bin/tool": { file: "/dev/zero" } };
    const refused = refusalOf(() =>
      HermesImage.wrapper(newStack(), "wrapper", { release: "v2026.7.30", baseRevision: "1", copy }),
    );
    expect(refused.message).toContain("a device, a pipe or a socket");
  });
});

test.each<[string, string]>([
  ["x".repeat(201), "file-path-invalid"],
  ["ü".repeat(101), "file-path-invalid"],
  [`${"a/".repeat(500)}b`, "file-path-invalid"],
  ["config.replaced.yaml", "file-owned"],
  ["context/notes.md.replaced-3", "file-owned"],
  [".managed", "file-owned"],
])("a path in files that the boot can't write, or writes itself, is refused: %s", (path, rule) => {
  expect(rulesAgainst({ files: { [path]: { text: "x" } } })).toEqual([rule]);
});

test.each([
  "x".repeat(200),
  `${"a/".repeat(499)}b`,
  "context/replaced-3.md",
])("a path in files that fits is accepted: %s", (path) =>
  void agent(newStack(), { files: { [path]: { text: "x" } } }));

test.each<[string, AgentProps]>([
  ["files", { files: { "AGENTS.md": { file: "/usr/bin/env" } } }],
  ["soul.file", { soul: { file: "/usr/bin/env" } }],
])("%s that is not text is refused, since Hermes leaves it out without a word", (prop, props) => {
  expect(problemsOf(props)).toMatchObject([
    { prop: expect.stringContaining(prop), rule: "context-unreadable", fix: "convert it to UTF-8" },
  ]);
});

describe("secrets of two profiles", () => {
  const onFile = { target: HermesTarget.docker({ secretsFile: "/etc/hermes.env" }) };
  const of = (name: string) => ({ secrets: { [name]: inSecretsFile } });

  test.each<[string, AgentProps]>([
    ["the agent and a profile", { ...onFile, ...of("WORK__EXTRA_KEY"), profiles: { work: of("EXTRA_KEY") } }],
    ["two profiles", { ...onFile, profiles: { a: of("B__EXTRA_KEY"), a__b: of("EXTRA_KEY") } }],
  ])("that would travel under one name are refused: %s", (_what, props) => {
    expect(rulesAgainst({ release: "v2026.7.30", ...props })).toEqual(["profile-name-alike"]);
  });

  test("of one name travel each under its own", () => {
    agent(newStack(), {
      release: "v2026.7.30",
      ...onFile,
      ...of("EXTRA_KEY"),
      profiles: { work: of("EXTRA_KEY"), home: of("EXTRA_KEY") },
    });
  });
});

test("a secret that is in the secrets file may stand in an object of the program", () => {
  // It is checked by the compiler: in such an object a symbol of its own would be any symbol.
  const shared = { secrets: { OPENROUTER_API_KEY: inSecretsFile }, soul: { text: "Be kind." } };
  agent(newStack(), { ...shared, target: HermesTarget.docker({ secretsFile: "/etc/hermes.env" }) });
});

describe("a password on a command line", () => {
  test.each<[string[]]>([
    [["--api-key", "hunter2-Xy7q"]],
    [["--verbose", "--password", "hunter2-Xy7q"]],
    [["-token", "hunter2-Xy7q"]],
  ])("behind its option is refused: %j", (args) => {
    expect(rulesAgainst({ mcpServers: { tool: { command: "tool", args } } })).toEqual(["secret-in-config"]);
  });

  test.each<[string[]]>([
    [["--api-key", "${TOOL_KEY}"]],
    [["--credentials", "credentials.json"]],
    [["--token", "--verbose"]],
    [["--secret", "/run/secrets/tool"]],
    [["--key", "primary"]],
    [["--password-stdin", "hunter2"]],
  ])("that is none is accepted: %j", (args) => {
    agent(newStack(), { mcpServers: { tool: { command: "tool", args } } });
  });

  test("is found in a sidecar's command and health check too", () => {
    const sidecars = {
      cache: {
        image: "redis:7.4.1",
        command: ["redis-server", "--requirepass", "hunter2-Xy7q"],
        health: { test: ["CMD", "redis-cli", "--pass", "hunter2-Xy7q", "ping"] },
      },
    };
    const target = HermesTarget.docker({ sidecars });
    const problems = problemsOf({ target, acknowledge: { "docker-sidecar-in-same-stack": "a test" } });
    expect(problems.map(({ rule }) => rule)).toEqual(["secret-in-text", "secret-in-text"]);
  });
});

test("a cookie in a header of an MCP server is a credential", () => {
  const tool = { url: "https://tool.example.com", headers: { Cookie: "session=hunter2-Xy7q" } };
  expect(problemsOf({ mcpServers: { tool } })).toMatchObject([{ prop: "mcpServers.tool.headers.Cookie" }]);
});

describe("a machine for the terminal that is the agent's own container", () => {
  test.each(["localhost", "127.0.0.1", "::1", "localhost.localdomain"])("is refused: %s", (host) => {
    const stack = newStack();
    const terminal = Terminal.ssh({ host, user: "ada", key: secretOf(stack), hostKeys: HOST_KEYS });
    const refused = refusalOf(() => agent(stack, { terminal }));
    expect(refused.problems).toMatchObject([{ prop: "terminal.host", rule: "address-of-container" }]);
  });

  test("is the host where the agent has the host's network", () => {
    const stack = newStack();
    const terminal = Terminal.ssh({
      host: "localhost",
      user: "ada",
      key: secretOf(stack),
      hostKeys: HOST_KEYS,
    });
    agent(stack, { terminal, target: HermesTarget.docker({ hostNetwork: true }) });
  });
});

test("a job may work in a workspace without a warning", () => {
  const stack = newStack();
  const crons = { tidy: { schedule: "0 9 * * *", prompt: "Tidy up.", workdir: "/workspace/site" } };
  agent(stack, { workspace: { volume: "site" }, crons });
  expect(warningsOf(stack)).toEqual([]);
});

describe("an argument of a model's server that says something else than its props", () => {
  const DIGEST = `sha256:${"0".repeat(64)}`;
  const vllm = (args: VllmProps["args"]) => () =>
    LocalModel.vllm(newStack(), "big", {
      image: `vllm@${DIGEST}`,
      model: "Qwen/Qwen3-8B",
      ...(args && { args }),
    });
  const other = (command: ModelContainerProps["command"]) => () =>
    LocalModel.openAiCompatible(newStack(), "gemma", {
      image: `llama@${DIGEST}`,
      model: "gemma",
      port: 8080,
      health: { test: ["CMD", "true"] },
      ...(command && { command }),
    });

  test.each<[string, () => LocalModel]>([
    ["args[0]", vllm(["--served-model-name", "other"])],
    ["args[1]", vllm(["--dtype=half", "--port=9000"])],
    ["args[0]", vllm(["--host=127.0.0.1"])],
    ["args[0]", vllm(["--max-model-len", "8192"])],
    ["command[0]", other(["--port", "9000"])],
    ["command[1]", other(["-m", "--host", "localhost"])],
  ])("is refused: %s", (prop, make) => {
    expect(refusalOf(make).problems).toMatchObject([{ prop, rule: "local-model-args-overruled" }]);
  });

  test.each<[string, () => LocalModel]>([
    ["others of vLLM", vllm(["--gpu-memory-utilization", "0.9", "--tensor-parallel-size", "2"])],
    ["the same port, at all addresses", other(["--host", "0.0.0.0", "--port", "8080"])],
    ["a port of something else", other(["--metrics-port", "9000"])],
  ])("is none: %s", (_, make) => expect(make()).toBeDefined());
});

describe("a health check by the shell", () => {
  const withHealth = (test: readonly string[]): AgentProps => ({
    target: HermesTarget.docker({ sidecars: { db: { image: "postgres:17.2", health: { test } } } }),
    acknowledge: { "docker-sidecar-in-same-stack": "a test" },
  });

  test("has its whole command in one text, since the shell would drop the rest", () => {
    expect(problemsOf(withHealth(["CMD-SHELL", "pg_isready", "-U", "hermes"]))).toMatchObject([
      { prop: "target.sidecars.db.health.test" },
    ]);
    agent(newStack(), withHealth(["CMD-SHELL", "pg_isready -U hermes"]));
  });
});

describe("SearXNG beside the agent", () => {
  const search = (more: Partial<SidecarProps>): AgentProps => ({
    target: HermesTarget.docker({
      sidecars: { search: { image: "searxng/searxng:2025.1.1", serves: { searxng: 8080 }, ...more } },
    }),
    acknowledge: { "docker-sidecar-in-same-stack": "a test" },
  });
  const settings = (text: string) => ({ files: { "/etc/searxng/settings.yml": text } });

  test.each<[string, Partial<SidecarProps>]>([
    ["without settings", {}],
    ["with settings that leave it at HTML", settings("use_default_settings: true\n")],
  ])("is refused, since it answers no JSON: %s", (_, more) => {
    expect(rulesAgainst(search(more))).toEqual(["docker-sidecar-searxng-html"]);
  });

  test.each<[string, Partial<SidecarProps>]>([
    ["with JSON", settings("search:\n  formats: [html, json]\n")],
    ["with settings of the host", { volumes: [{ hostPath: "/srv/searxng", target: "/etc/searxng" }] }],
    ["that the agent does not use by `serves`", { serves: {} }],
    ["of another image, with settings of its own", { image: "acme/searxng:1.2.3" }],
  ])("is accepted: %s", (_, more) => void agent(newStack(), search(more)));
});

describe("an address that nobody reaches, or at which a secret can be read", () => {
  type Build = (stack: ReturnType<typeof newStack>) => AgentProps;
  const telegram = (webhookUrl: string): Build => {
    return (stack) => ({
      messaging: {
        telegram: {
          botToken: secretOf(stack),
          allowedUsers: ["1"],
          webhookUrl,
          webhookSecret: secretOf(stack, "s"),
        },
      },
    });
  };
  const homeAssistant = (url: string): Build => {
    return (stack) => ({ messaging: { homeAssistant: { url, token: secretOf(stack) } } });
  };
  const model = (baseUrl: string): Build => {
    return (stack) => ({ model: { provider: "custom", name: "m", baseUrl, apiKey: secretOf(stack) } });
  };
  const rulesOn = (build: Build) => {
    const stack = newStack();
    return rulesOf(refusalOf(() => agent(stack, build(stack))));
  };

  test.each([
    "https://localhost/x",
    "https://10.0.0.5/x",
    "https://192.168.1.20/x",
    "https://hermes.lan/x",
    "https://hermes/x",
  ])("is refused as the one that Telegram calls: %s", (url) => {
    expect(rulesOn(telegram(url))).toEqual(["messaging-url-private"]);
  });

  test("is refused as Telegram's with a port that Telegram does not call", () => {
    const stack = newStack();
    const refused = refusalOf(() => agent(stack, telegram("https://h.example:9443/x")(stack)));
    expect(refused.problems).toMatchObject([{ prop: "messaging.telegram.webhookUrl" }]);
    agent(newStack(), { ...telegram("https://h.example:8443/x")(stack), messaging: {} });
  });

  test.each<[string, Build]>([
    ["a model with a key", model("http://models.example.com/v1")],
    ["Home Assistant", homeAssistant("http://ha.example.com:8123")],
  ])("causes a warning by http under a public name: %s", (_, build) => {
    const stack = newStack();
    expect(warningsOf(agent(stack, build(stack)))).toEqual([
      expect.stringContaining("[rule address-unencrypted"),
    ]);
  });

  test.each<[string, Build]>([
    ["https", model("https://models.example.com/v1")],
    ["a name of the network", homeAssistant("http://homeassistant.local:8123")],
    ["an address of the network", homeAssistant("http://192.168.1.30:8123")],
    ["another container", model("http://vllm:8000/v1")],
    [
      "a model without a key",
      () => ({ model: { provider: "custom", name: "m", baseUrl: "http://m.example.com/v1" } }),
    ],
  ])("causes none: %s", (_, build) => {
    const stack = newStack();
    expect(warningsOf(agent(stack, build(stack)))).toEqual([]);
  });

  test("is one of the terminal's machine too, where the host has no entry", () => {
    const stack = newStack();
    const key = secretOf(stack);
    const terminal = Terminal.ssh({
      host: "host.docker.internal",
      user: "ada",
      key,
      hostKeys: HOST_KEYS,
      cwd: "/srv",
    });
    expect(rulesOf(refusalOf(() => agent(stack, { terminal })))).toEqual(["address-of-host-unknown"]);
    agent(stack, { terminal, extraHosts: { "Host.Docker.Internal": "host-gateway" } }, "second");
  });

  test("of the terminal's machine has no port in it", () => {
    const stack = newStack();
    const terminal = (host: string) =>
      Terminal.ssh({ host, user: "ada", key: secretOf(stack), hostKeys: HOST_KEYS, cwd: "/srv" });
    const refused = refusalOf(() => agent(stack, { terminal: terminal("build.lan:2222") }));
    expect(refused.problems).toMatchObject([{ prop: "terminal.host" }]);
    agent(stack, { terminal: terminal("fd00::5") }, "second");
  });
});

test("a workspace beside a terminal elsewhere causes a warning, and beside a local one none", () => {
  const ssh = (stack: ReturnType<typeof newStack>) =>
    Terminal.ssh({ host: "build.lan", user: "ada", key: secretOf(stack), hostKeys: HOST_KEYS, cwd: "/srv" });
  const stack = newStack();
  const made = agent(stack, { workspace: { volume: "site" }, terminal: ssh(stack) });
  expect(warningsOf(made)).toEqual([expect.stringContaining("[rule workspace-elsewhere")]);
  const other = newStack();
  expect(warningsOf(agent(other, { workspace: { volume: "site" }, terminal: Terminal.local() }))).toEqual([]);
});

describe("an item or a number of a platform that Hermes would drop without a word", () => {
  const build = (messaging: object): AgentProps => ({ messaging });
  const graph = (allowedSourceNetworks: readonly string[]) =>
    build({ microsoftGraph: { clientState: "${var.c}", allowedSourceNetworks } });
  const irc = (more: object) =>
    build({
      irc: { server: "irc.example", channels: ["#x"], nickname: "bot", allowedUsers: ["ada"], ...more },
    });

  test.each<[string, AgentProps]>([
    ["messaging.microsoftGraph.allowedSourceNetworks[0]", graph(["microsoft"])],
    ["messaging.irc.channels[0]", irc({ channels: ["hermes"] })],
    ["messaging.irc.serverPort", irc({ serverPort: 99_999 })],
  ])("is refused: %s", (prop, props) => {
    expect(problemsOf(props)).toMatchObject([{ prop }]);
  });

  test("is accepted in its form", () => {
    agent(newStack(), graph(["172.17.0.0/16", "10.0.0.1", "fd00::/8"]));
    agent(newStack(), irc({ channels: ["#hermes", "&local"], serverPort: 6697 }));
  });
});

describe("agents of a loop, each with a database beside it", () => {
  const both = (volume: (name: string) => string, more: Partial<SidecarProps> = {}) => {
    const stack = newStack();
    for (const name of ["ada", "bob"]) {
      const db = {
        image: "postgres:17.2",
        volumes: [{ volume: volume(name), target: "/var/lib/postgresql/data" }],
      };
      const target = HermesTarget.docker({ sidecars: { db: { ...db, ...more } } });
      agent(stack, { target, acknowledge: { "docker-sidecar-in-same-stack": "a test" } }, name);
    }
  };

  test("are refused if both write to one volume", () => {
    expect(refusalOf(() => both(() => "database")).problems).toMatchObject([
      {
        prop: "target.sidecars.db.volumes[0].volume",
        rule: "docker-sidecar-shared-files",
        problem: expect.stringContaining("a sidecar of agents/ada writes there"),
      },
    ]);
  });

  test("are accepted with a volume each, or with one that holds a cache or is only read", () => {
    both((name) => `${name}-database`);
    both(() => "cache", { volumes: [{ volume: "hf", target: "/root/.cache/huggingface" }] });
    both(() => "files", { volumes: [{ hostPath: "/srv/seed", target: "/seed", readOnly: true }] });
  });
});
