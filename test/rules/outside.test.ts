/** What somebody writes who has read the pages only: files, names and values at their limits. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { HermesImage, HermesTarget, inSecretsFile, Terminal } from "../../lib";
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
