import type { TerraformStack } from "cdktf";
import { HermesTarget, PersistentDataVolume, Terminal } from "../../lib";
import { type AgentProps, agent, newStack, refusalOf, rulesOf, secretOf } from "../agents";

function rulesAgainst(...targets: readonly string[]): readonly string[] {
  const mounts = targets.map((target) => ({ volume: "work", target }));
  return rulesOf(refusalOf(() => agent(newStack(), { mounts })));
}

test.each([
  "/opt/data",
  "/opt/data/",
  "/opt//data",
  "/opt/./data",
  "/opt/x/../data",
  "/opt",
  "/",
  "//",
])("a mount in place of the data is refused: %s", (target) =>
  expect(rulesAgainst(target)).toContain("mount-over-data"));

test.each([
  "/opt/data/home",
  "/opt/data/a/b",
  "/opt/data/../data/x",
])("a mount inside the data is refused: %s", (target) =>
  expect(rulesAgainst(target)).toContain("mount-inside-data"));

test.each([
  "/opt/hermes",
  "/opt/hermes/",
  "/opt/hermes/.venv",
  "/opt/data/../hermes",
])("a mount over the install tree is refused: %s", (target) =>
  expect(rulesAgainst(target)).toContain("mount-over-install-tree"));

test.each([
  "/etc/hermes",
  "/etc/hermes/x",
  "/etc",
  "/etc/",
])("a mount over the managed scope is refused: %s", (target) =>
  expect(rulesAgainst(target)).toEqual(["mount-over-managed-scope"]));

test.each([
  "/usr",
  "/usr/bin/",
  "//usr//local",
  "/bin",
  "/sbin",
  "/lib",
  "/lib64",
  "/var",
  "/var/run",
  "/run",
  "/run/s6",
  "/var/run/service/gateway-default",
  "/init",
  "/command",
  "/command/with-contenv",
  "/package",
  "/etc/s6-overlay",
  "/etc/s6-overlay/s6-rc.d",
  "/etc/cont-init.d",
  "/etc/services.d",
  "/etc/passwd",
  "/etc/hostname",
  "/proc",
  "/proc/sys",
  "/sys",
  "/dev",
  "/dev/shm",
  "/dev/shm/chromium",
  "/dev/pts",
  "/usr/local/bin",
  "/usr/local/lib/cdktf-hermes",
  "/usr/local/lib/cdktf-hermes/boot",
])("a mount over the container's system is refused: %s", (target) =>
  expect(rulesAgainst(target)).toEqual(["mount-over-system"]));

test.each([
  "/etc/ssl/certs/company.crt",
  "/etc/ssl/certs",
  "/etc/localtime",
  "/etc/timezone",
  "/etc/resolv.conf",
  "/etc/cont-init.d/20-mine",
  "/usr/local/share/ca-certificates",
  "/usr/local/bin/mytool",
  "/usr/share/fonts/mine",
  "/usr/share/zoneinfo",
  "/lib/modules",
  "/run/secrets/token",
  "/var/run/dbus",
  "/run/user/1000",
  "/var/log/hermes",
  "/var/lib/mine",
  "/proc/cpuinfo",
  "/proc/meminfo",
  "/sys/class/gpio",
  "/dev/dri",
  "/dev/snd",
  "/dev/bus/usb",
  "/dev/ttyUSB0",
  "/dev/shmem",
  "/srv/x",
  "/mnt",
  "/media/music",
  "/home",
  "/home/ada/projects",
  "/root/.ssh",
  "/tmp",
  "/initial",
  "/commands",
  "/packages",
  "/usr2",
  "/runner",
  "/opt/tools",
  "/a b/ü",
  "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0",
])("a mount beside the container's system is accepted: %s", (target) => {
  agent(newStack(), { mounts: [{ hostPath: "/srv/x", target }] });
});

test.each([
  "/srv/./x",
  "/srv/../x",
  "/x/..",
])("a mount whose path in the container leads elsewhere is refused: %s", (target) =>
  expect(rulesAgainst(target)).toContain("mount-path-relative"));

test.each([
  "/srv/x:/x",
  "/x:ro",
  "/x:rw,z",
  "/x:Z",
  "/x:cached",
  "/x:rshared",
])("Docker's short form as the path in the container is refused: %s", (target) =>
  expect(rulesAgainst(target)).toEqual(["mount-short-form"]));

test("two mounts at one place of the container are refused, however it is written", () => {
  expect(rulesAgainst("/run/x", "/var/run/x/")).toEqual(["mount-duplicate-target"]);
  expect(rulesAgainst("/a//b", "/a/b/")).toEqual(["mount-duplicate-target"]);
  const targets = ["/run/x", "/run/y", "/var/x"];
  agent(newStack(), { mounts: targets.map((target) => ({ volume: "work", target })) });
});

test.each([
  "/workspace",
  "/opt/data2",
  "/opt/hermes-x",
  "/etc/hermesx",
  "/data",
  "/home/hermes",
])("a mount elsewhere is accepted: %s", (target) => {
  agent(newStack(), { mounts: [{ volume: "work", target }] });
});

describe("a way to an engine", () => {
  const rulesFor = (props: AgentProps) => rulesOf(refusalOf(() => agent(newStack(), props)));
  const mountOf = (hostPath: string, readOnly = false) => ({
    data: dataElsewhere(),
    mounts: [{ hostPath, target: "/there", ...(readOnly && { readOnly }) }],
  });
  /** It is in none of the directories below. */
  const dataElsewhere = () => new PersistentDataVolume(newStack(), "data", { hostPath: "/srv/hermes/data" });

  const SOCKETS = [
    "/run/docker.sock",
    "/var/run/docker.sock",
    "/var/run//docker.sock",
    "/proc/1/root/run/docker.sock",
    "/run/user/1000/docker.sock",
    "/run/user/1000/podman/podman.sock",
    "/run/podman/podman.sock",
    "/run/containerd/containerd.sock",
    "/run/containerd/containerd.sock.ttrpc",
    "/run/k3s/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/snap.docker/containerd/containerd.sock",
    "/var/snap/docker/common/run/docker.sock",
    "/home/ada/.docker/run/docker.sock",
    "/home/ada/.colima/default/docker.sock",
    "/srv/docker-proxy/docker.sock",
    "/srv/my-docker.sock",
    "/run/host-services/docker.proxy.sock",
  ];
  const ABOVE = [
    "/run",
    "/var/run",
    "/var/run/",
    "/run/user",
    "/run/user/1000",
    "/run/user/1000/podman",
    "/run/podman",
    "/run/containerd",
    "/run/k3s",
    "/var",
    "/var/lib",
    "/var/lib/docker",
    "/var/lib/docker/volumes",
    "/var/lib/containers",
    "/proc/1/root/var/run",
  ];

  test.each([
    ...SOCKETS,
    ...ABOVE,
  ])("a mount of a socket or of a directory above it is refused: %s", (hostPath) => {
    expect(rulesFor(mountOf(hostPath))).toEqual(["mount-docker-socket"]);
    expect(rulesFor(mountOf(hostPath, true))).toEqual(["mount-docker-socket"]);
  });

  test("a mount of the whole host is refused", () => {
    expect(rulesFor(mountOf("/"))).toContain("mount-docker-socket");
  });

  test.each([
    "/srv/projects",
    "/home/ada",
    "/run/secrets",
    "/run/user/1000/pipewire-0",
    "/run/dbus/system_bus_socket",
    "/run/docker.sock.d",
    "/run/postgresql",
    "/run/user/1000/bus",
    "/var/log",
    "/var/www",
    "/var/lib/hermes",
    "/var/lib/docker-backups",
    "/srv/run/docker",
    "/srv/var/run",
    "/srv/my-docker.sock.md",
  ])("a mount of something else is accepted: %s", (hostPath) => {
    agent(newStack(), mountOf(hostPath));
    agent(newStack(), mountOf(hostPath, true));
  });

  test.each([
    { DOCKER_HOST: "tcp://socket-proxy:2375" },
    { DOCKER_HOST: "tcp://10.0.0.5:2376" },
    { DOCKER_HOST: "unix:///var/run/docker.sock" },
    { DOCKER_HOST: "unix:///sockets/engine" },
    { DOCKER_HOST: "http://proxy:2375" },
    { DOCKER_HOST: "socket-proxy:2375" },
    { DOCKER_HOST: "ssh://root@host.docker.internal" },
    { DOCKER_HOST: "ssh://root@172.17.0.1:22" },
    { CONTAINER_HOST: "unix:///run/podman/podman.sock" },
    { CONTAINERD_ADDRESS: "/run/containerd/containerd.sock" },
  ])("an engine's address in the environment is refused: %j", (env) => {
    expect(rulesFor({ env })).toContain("mount-docker-socket");
  });

  test.each<[string, NonNullable<AgentProps["mcpServers"]>[string]]>([
    ["env.DOCKER_HOST", { command: "node", env: { DOCKER_HOST: "tcp://docker-proxy:2375" } }],
    ["env.CONTAINER_HOST", { command: "node", env: { CONTAINER_HOST: "unix:///run/podman/podman.sock" } }],
    ["args[1]", { command: "docker", args: ["-H", "tcp://docker-proxy:2375", "run", "x"] }],
    ["args[0]", { command: "docker", args: ["--host=unix:///var/run/docker.sock"] }],
    ["args[0]", { command: "docker", args: ["-Htcp://docker-proxy:2376/"] }],
  ])("an engine that a tool's server is told to use is refused: %s", (place, tool) => {
    const refused = refusalOf(() => agent(newStack(), { mcpServers: { tool } }));
    expect(refused.problems).toMatchObject([
      { prop: `mcpServers.tool.${place}`, rule: "mount-docker-socket" },
    ]);
  });

  test.each<NonNullable<AgentProps["mcpServers"]>[string]>([
    { command: "node", env: { DOCKER_HOST: "ssh://builder@build.example.com" } },
    { command: "docker", args: ["-H", "ssh://builder@build.example.com", "run", "x"] },
    { command: "node", args: ["--broker", "tcp://mqtt:1883", "--socket", "unix:///run/mine.sock"] },
    { command: "node", args: ["--url=http://proxy:8375/x"] },
  ])("other addresses of a tool's server are accepted: %j", (tool) => {
    agent(newStack(), { mcpServers: { tool } });
  });

  test("an address of the container's own host is refused under the name that the program gives it", () => {
    const env = { DOCKER_HOST: "ssh://ada@Host.Lan" };
    expect(rulesFor({ env, extraHosts: { "host.lan": "host-gateway" } })).toEqual(["mount-docker-socket"]);
    agent(newStack(), { env, extraHosts: { "host.lan": "192.168.1.20" } });
  });

  test.each([
    { DOCKER_HOST: "" },
    { DOCKER_HOST: "ssh://builder@build.example.com" },
    { DOCKER_HOST: "ssh://builder@10.0.0.5:2222" },
    { DOCKER_HOST: "ssh://[fd00::5]" },
    { DOCKER_HOST: "${var.host}" },
    { CONTAINER_HOST: "ssh://builder@build.example.com/run/user/1000/podman/podman.sock" },
    { DOCKER_BUILDKIT: "1" },
    { DOCKER_CONFIG: "/opt/data/home/.docker" },
    { DATABASE_HOST: "tcp://db:5432" },
  ])("an engine of another machine over ssh, and other variables, are accepted: %j", (env) => {
    agent(newStack(), { env });
  });

  test("each way is accepted with a reason for it", () => {
    const reason = "a build agent on a machine of its own";
    agent(newStack(), {
      ...mountOf("/var/run"),
      env: { DOCKER_HOST: "tcp://proxy:2375" },
      acknowledge: { "mount-docker-socket": { "mounts[0].hostPath": reason, "env.DOCKER_HOST": reason } },
    });
  });
});

test.each<object>([
  {},
  { hostPath: "/a", volume: "vol" },
])("a mount with no source or two sources does not compile, and is refused: %j", (source) => {
  const props: object = { mounts: [{ ...source, target: "/a" }] };
  expect(refusalOf(() => agent(newStack(), props)).message).toContain("one of hostPath and volume");
});

describe("what decides over the host", () => {
  type Way = (stack: TerraformStack, hostPath: string, readOnly: boolean) => AgentProps;
  const asMount: Way = (_, hostPath, readOnly) => ({
    data: new PersistentDataVolume(newStack(), "data", { hostPath: "/srv/hermes/data" }),
    mounts: [{ hostPath, target: "/there", readOnly }],
  });
  const asSidecar: Way = (_, hostPath, readOnly) => ({
    target: HermesTarget.docker({
      sidecars: { probe: { image: "probe:1.2.3", volumes: [{ hostPath, target: "/there", readOnly }] } },
    }),
    acknowledge: { "docker-sidecar-in-same-stack": "a test" },
  });
  const asSandbox: Way = (stack, hostPath, readOnly) => ({
    terminal: Terminal.docker({
      engine: {
        ssh: { host: "build.lan", user: "ada", key: secretOf(stack), hostKeys: [HOST_KEY] },
      },
      volumes: [{ hostPath, target: "/there", readOnly }],
    }),
    acknowledge: { "terminal-skills-missing": "a test" },
  });
  const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;
  /** Each way to mount something for which the agent, or what it uses, is not trusted with the host. */
  const WAYS = [
    ["the agent", asMount, "mount-host-control"],
    ["a sidecar", asSidecar, "server-host-control"],
    ["the terminal's sandbox", asSandbox, "terminal-sandbox-open"],
  ] as const;

  const ALWAYS = [
    "/etc",
    "/etc/",
    "/proc",
    "/dev",
    "/root",
    "/root/.ssh",
    "/etc/shadow",
    "/etc/ssh",
    "/run/systemd",
    "/run/systemd/private",
    "/var/spool/cron",
    "/var/spool",
    "/captain",
    "/captain/data",
  ];
  const IF_WRITABLE = [
    "/boot",
    "/sys",
    "/sys/kernel",
    "/proc/sys/kernel",
    "/proc/sysrq-trigger",
    "/etc/cron.d",
    "/etc/localtime",
    "/etc/ssl/certs",
    "/home",
    "/usr",
    "/usr/bin",
    "/usr/local",
    "/usr/local/bin/tool",
    "/lib/modules",
    "/run/systemd/resolve/resolv.conf",
  ];
  const NEVER = [
    "/srv/x",
    "/home/ada/site",
    "/root/.hermes",
    "/opt/models",
    "/mnt/disk",
    "/media/music",
    "/var/log",
    "/var/lib/lxcfs/proc/cpuinfo",
    "/usr/share/fonts",
    "/usr/local/share/models",
    "/captain/data/shared-logs",
    "/procedures",
    "/etcetera",
  ];

  describe.each(WAYS)("in %s", (_way, props, rule) => {
    const mounted = (hostPath: string, readOnly: boolean) => {
      const stack = newStack();
      return agent(stack, props(stack, hostPath, readOnly));
    };

    test.each(ALWAYS)("is refused, also if it can only be read: %s", (hostPath) => {
      expect(rulesOf(refusalOf(() => mounted(hostPath, false)))).toEqual([rule]);
      expect(rulesOf(refusalOf(() => mounted(hostPath, true)))).toEqual([rule]);
    });

    test.each(IF_WRITABLE)("is refused if it can be written to: %s", (hostPath) => {
      expect(rulesOf(refusalOf(() => mounted(hostPath, false)))).toEqual([rule]);
      mounted(hostPath, true);
    });

    test.each(NEVER)("is none of it: %s", (hostPath) => {
      mounted(hostPath, false);
      mounted(hostPath, true);
    });
  });

  test("is accepted with a reason for it", () => {
    const acknowledge = { "mount-host-control": { "mounts[0].hostPath": "it looks after this host" } };
    const stack = newStack();
    agent(stack, { ...asMount(stack, "/etc", false), acknowledge });
  });
});

describe("a device of the host as a mount", () => {
  const of = (hostPath: string): AgentProps => ({ mounts: [{ hostPath, target: "/there" }] });

  test.each([
    "/dev/snd",
    "/dev/dri/renderD128",
    "/dev/ttyUSB0",
    "/dev/bus/usb",
    "/dev/../dev/fuse",
  ])("is refused: %s", (hostPath) => {
    const rules = rulesOf(refusalOf(() => agent(newStack(), of(hostPath))));
    expect(rules.filter((rule) => rule !== "mount-path-relative")).toEqual(["mount-device"]);
  });

  test("is refused for the terminal's sandbox, with its own fix", () => {
    const stack = newStack();
    const ssh = {
      host: "build.lan",
      user: "ada",
      key: secretOf(stack),
      hostKeys: [`ssh-ed25519 ${"A".repeat(68)}`],
    };
    const terminal = Terminal.docker({
      engine: { ssh },
      volumes: [{ hostPath: "/dev/kvm", target: "/dev/kvm" }],
    });
    expect(refusalOf(() => agent(stack, { terminal })).problems).toMatchObject([
      { rule: "mount-device", fix: 'write extraArgs: ["--device=/dev/kvm"] in its place' },
    ]);
  });

  test.each([
    "/dev/shm/frames",
    "/dev/log",
    "/dev/serial/by-id",
    "/dev/null",
    "/device",
  ])("is none: %s", (hostPath) => {
    agent(newStack(), of(hostPath));
  });
});
