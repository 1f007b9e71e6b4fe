/** Where commands run and where the file tools write: what the props say together. */
import { PersistentDataVolume } from "../../lib";
import {
  type AgentProps,
  agent,
  containerOf,
  environmentOf,
  newStack,
  refusalOf,
  rulesOf,
  warningsOf,
} from "../agents";

type Acknowledge = NonNullable<AgentProps["acknowledge"]>;

const rulesAgainst = (props: AgentProps) => rulesOf(refusalOf(() => agent(newStack(), props)));
const warningRules = (props: AgentProps) =>
  warningsOf(agent(newStack(), props)).flatMap((warning) => /\[rule ([a-z-]+)/.exec(warning)?.[1] ?? []);
const backend = (name: string, more: object = {}): AgentProps => ({
  config: { terminal: { backend: name, ...more } },
});
const socket = (hostPath = "/var/run/docker.sock"): AgentProps => ({
  mounts: [{ hostPath, target: "/var/run/docker.sock" }],
  acknowledge: { "mount-docker-socket": "the agent may be root there" },
});
const onOtherEngine: AgentProps = { env: { DOCKER_HOST: "ssh://sandbox@build.lan" } };

describe("the terminal backend", () => {
  test.each<[string, readonly string[], AgentProps]>([
    ["docker without an engine", ["terminal-engine-missing"], backend("docker")],
    ["docker by TERMINAL_ENV", ["terminal-engine-missing"], { env: { TERMINAL_ENV: "docker" } }],
    [
      "docker with an empty DOCKER_HOST",
      ["terminal-engine-missing"],
      { ...backend("docker"), env: { DOCKER_HOST: "" } },
    ],
    ["docker with named data", ["terminal-data-elsewhere"], { ...backend("docker"), ...socket() }],
    [
      "docker with podman's socket",
      ["terminal-data-elsewhere"],
      { ...backend("docker"), ...socket("/run/podman/podman.sock") },
    ],
    ["ssh without host and user", ["terminal-backend-incomplete"], backend("ssh")],
    ["ssh without a user", ["terminal-backend-incomplete"], backend("ssh", { ssh_host: "build.lan" })],
    ["daytona without a key", ["terminal-backend-incomplete"], backend("daytona")],
    ["a misspelt one", ["terminal-backend-unknown"], backend("dockr")],
    ["one in capitals, which Hermes does not know", ["terminal-backend-unknown"], backend("Docker")],
  ])("is refused: %s", (_, rules, props) => {
    expect(rulesAgainst(props)).toEqual(rules);
  });

  test.each<[string, AgentProps]>([
    ["local", backend("local")],
    ["none", {}],
    ["modal", backend("modal")],
    ["singularity", backend("singularity")],
    ["daytona with its key", { ...backend("daytona"), secrets: { DAYTONA_API_KEY: "${var.key}" } }],
    ["ssh with host and user", backend("ssh", { ssh_host: "build.lan", ssh_user: "agent" })],
    [
      "ssh by variables",
      { env: { TERMINAL_ENV: "ssh", TERMINAL_SSH_HOST: "build.lan", TERMINAL_SSH_USER: "agent" } },
    ],
    ["one that only Terraform knows", backend("${var.backend}")],
    ["docker on another engine", { ...backend("docker"), ...onOtherEngine }],
    ["config's, which wins over the variable", { ...backend("local"), env: { TERMINAL_ENV: "docker" } }],
    ["a socket without the backend", socket()],
    ["a word that is no backend", { config: { display: { backend: "docker" } } }],
  ])("is accepted: %s", (_, props) => expect(agent(newStack(), props)).toBeDefined());

  test("docker on another engine warns that the sandbox goes without skills", () => {
    expect(warningRules({ ...backend("docker"), ...onOtherEngine })).toContain("terminal-skills-missing");
  });

  test("docker with the address of a socket needs a mount of it", () => {
    const props = { ...backend("docker"), env: { DOCKER_HOST: "unix:///run/docker.sock" } };
    const acknowledge: Acknowledge = { "mount-docker-socket": "the agent may be root there" };
    expect(rulesAgainst({ ...props, acknowledge })).toEqual(["terminal-engine-missing"]);
    expect(rulesAgainst({ ...props, ...socket() })).toEqual(["terminal-data-elsewhere"]);
  });

  test("docker is accepted with the socket and data at the same path of the host", () => {
    const stack = newStack();
    const data = new PersistentDataVolume(stack, "data", { hostPath: "/opt/data" });
    expect(agent(stack, { ...backend("docker"), ...socket(), data })).toBeDefined();
  });
});

describe("a writable mount", () => {
  const mounts = [{ hostPath: "/srv/projects", target: "/workspace" }];
  const rootsOf = (props: AgentProps) => {
    const stack = newStack();
    agent(stack, props);
    return environmentOf(containerOf(stack))["HERMES_WRITE_SAFE_ROOT"];
  };

  test.each<[string, AgentProps, string | undefined]>([
    ["a directory", { mounts }, "/opt/data:/workspace"],
    ["a volume", { mounts: [{ volume: "work", target: "/work/" }] }, "/opt/data:/work"],
    [
      "several, of which one can be written to",
      {
        mounts: [
          { ...mounts[0], target: "/a" },
          { hostPath: "/srv/b", target: "/b", readOnly: true },
        ],
      },
      "/opt/data:/a",
    ],
    [
      "a target that only Terraform knows",
      { mounts: [{ volume: "work", target: "/${var.x}" }] },
      "/opt/data:/${var.x}",
    ],
    ["a read-only one", { mounts: [{ volume: "work", target: "/w", readOnly: true }] }, undefined],
    ["no mount", {}, undefined],
    ["the engine's socket", socket(), undefined],
    ["an own value, which wins", { mounts, env: { HERMES_WRITE_SAFE_ROOT: "/workspace" } }, "/workspace"],
    ["a sandbox", backend("modal"), "/opt/data:/workspace:/root"],
    ["before v2026.7.1, which takes one", { mounts, release: "v2026.6.19" }, undefined],
  ])("is named to the write guard: %s", (_, props, roots) => expect(rootsOf(props)).toBe(roots));

  test.each<[string, AgentProps]>([
    ["an own value without it", { mounts, env: { HERMES_WRITE_SAFE_ROOT: "/opt/data:/work" } }],
    ["a release that takes one directory", { mounts, release: "v2026.6.19" }],
    [
      "two directories for a release that takes one",
      { mounts, release: "v2026.6.19", env: { HERMES_WRITE_SAFE_ROOT: "/opt/data:/workspace" } },
    ],
    ["a path with the separator", { mounts: [{ volume: "work", target: "/a:b" }] }],
  ])("that the guard refuses causes a warning: %s", (_, props) => {
    expect(warningRules(props)).toContain("mount-write-guarded");
  });

  test.each<[string, AgentProps]>([
    ["by default", { mounts }],
    ["an own value with it", { mounts, env: { HERMES_WRITE_SAFE_ROOT: "/workspace" } }],
    ["an own value with a directory above", { mounts, env: { HERMES_WRITE_SAFE_ROOT: "/opt/data:/" } }],
    ["an own value that only Terraform knows", { mounts, env: { HERMES_WRITE_SAFE_ROOT: "${var.roots}" } }],
    [
      "one directory for a release that takes one",
      { mounts, release: "v2026.6.19", env: { HERMES_WRITE_SAFE_ROOT: "/workspace" } },
    ],
    [
      "a read-only mount",
      { mounts: [{ volume: "work", target: "/w", readOnly: true }], release: "v2026.6.19" },
    ],
    ["a narrower guard without mounts", { env: { HERMES_WRITE_SAFE_ROOT: "/opt/data/workspace" } }],
  ])("causes no warning: %s", (_, props) => expect(warningRules(props)).not.toContain("mount-write-guarded"));
});
