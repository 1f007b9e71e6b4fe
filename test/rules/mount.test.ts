import { PersistentDataVolume } from "../../lib";
import { type AgentProps, agent, newStack, refusalOf, rulesOf } from "../agents";

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
  expect(rulesAgainst(target)).toEqual(["mount-inside-data"]));

test.each([
  "/opt/hermes",
  "/opt/hermes/",
  "/opt/hermes/.venv",
  "/opt/data/../hermes",
])("a mount over the install tree is refused: %s", (target) =>
  expect(rulesAgainst(target)).toEqual(["mount-over-install-tree"]));

test.each([
  "/etc/hermes",
  "/etc/hermes/x",
  "/etc",
  "/etc/",
])("a mount over the managed scope is refused: %s", (target) =>
  expect(rulesAgainst(target)).toEqual(["mount-over-managed-scope"]));

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
    "/etc/localtime",
    "/etc/ssl/certs",
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
    "/dev/dri",
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
    expect(rulesFor({ env })).toEqual(["mount-docker-socket"]);
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
