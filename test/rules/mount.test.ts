import { agent, newStack, refusalOf, rulesOf } from "../agents";

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

test.each([
  "/run/docker.sock",
  "/var/run/docker.sock",
  "/run/user/1000/podman/podman.sock",
])("the engine's socket is refused at every path: %s", (hostPath) => {
  const mounts = [{ hostPath, target: "/socket" }];
  expect(rulesOf(refusalOf(() => agent(newStack(), { mounts })))).toEqual(["mount-docker-socket"]);
});

test.each<object>([
  {},
  { hostPath: "/a", volume: "vol" },
])("a mount with no source or two sources does not compile, and is refused: %j", (source) => {
  const props: object = { mounts: [{ ...source, target: "/a" }] };
  expect(refusalOf(() => agent(newStack(), props)).message).toContain("one of hostPath and volume");
});
