import { TerraformVariable } from "cdktf";
import { PersistentDataVolume } from "../lib";
import {
  agent,
  containerOf,
  containerWith,
  environmentOf,
  newStack,
  refusalOf,
  rulesOf,
  warningsOf,
} from "./agents";

function volume(props: object) {
  return Reflect.construct(PersistentDataVolume, [newStack(), "data", props]);
}

test.each([
  {},
  { name: undefined },
  { name: "data", hostPath: "/srv/x" },
  { name: undefined, hostPath: undefined },
])("neither or both of name and host path are refused: %j", (props) => {
  expect(refusalOf(() => volume(props)).message).toContain("give exactly one of them");
});

test.each([
  "a",
  "",
  "-x",
  "a b",
  "a/b",
  "./data",
  "größe",
  "/srv/data",
])("an invalid volume name is refused: %j", (name) => {
  expect(refusalOf(() => volume({ name })).problems[0]?.prop).toBe("name");
});

test.each([
  "srv",
  "./srv",
  "../srv",
  "~/data",
  "C:\\data",
  "/srv/../etc",
  "/srv/./x",
  "/..",
  "file:///srv",
])("a host path that is relative, or has . or .. in it, is refused: %j", (hostPath) => {
  expect(rulesOf(refusalOf(() => volume({ hostPath })))).toContain("data-path-relative");
});

test.each([
  "/",
  "//",
  "/etc",
  "/etc/",
  "/var/lib/docker",
  "/root",
  "/home",
  "/tmp",
  "/etc/ssh",
  "/usr/local/bin",
])("a directory of the host's system is refused: %j", (hostPath) => {
  expect(rulesOf(refusalOf(() => volume({ hostPath })))).toEqual(["data-system-path"]);
});

test.each([
  { hostPath: "/var/run" },
  { hostPath: "/var//lib/docker/" },
  { hostPath: "/proc/1/root" },
  { name: "data", driverOptions: { type: "none", o: "bind", device: "/etc" } },
  { name: "data", driverOptions: { type: "none", o: "bind", device: "/var/run/" } },
])("a directory of the host's system is refused in every spelling, and under a volume: %j", (props) => {
  expect(rulesOf(refusalOf(() => volume(props)))).toEqual(["data-system-path"]);
});

test.each([
  { hostPath: "/dev/shm/hermes" },
  { hostPath: "/run/hermes" },
  { hostPath: "/var/run/hermes" },
  { hostPath: "/run/user/1000/hermes" },
  { hostPath: "/tmp/hermes" },
  { hostPath: "/var/tmp/hermes/data" },
  { name: "data", driverOptions: { type: "tmpfs", device: "disk" } },
  { name: "data", driverOptions: { type: "tmpfs", device: "tmpfs", o: "size=100m,uid=1000" } },
  { name: "data", driver: "local", driverOptions: { type: "ramfs", device: "ramfs" } },
  { name: "data", driverOptions: { type: "none", o: "bind", device: "/dev/shm/hermes" } },
  { name: "data", driverOptions: { type: "ext4", device: "/dev/ram0" } },
  { name: "data", driver: "local-persist", driverOptions: { mountpoint: "/tmp/hermes" } },
])("data in memory, or where the system removes it, is refused: %j", (props) => {
  expect(new Set(rulesOf(refusalOf(() => volume(props))))).toEqual(new Set(["data-temporary"]));
});

test.each([
  { name: "tmpfs" },
  { name: "data", driver: "local" },
  { name: "data", driverOptions: { type: "none", o: "bind", device: "/mnt/disk2/hermes" } },
  { name: "data", driverOptions: { type: "ext4", device: "/dev/sdb1" } },
  { name: "data", driverOptions: { type: "btrfs", device: "/dev/vg/hermes", o: "subvol=tmp" } },
  { name: "data", driverOptions: { type: "none", o: "bind", device: "/srv/tmp/hermes" } },
  { hostPath: "/srv/run/hermes" },
  { hostPath: "/tmpfs/hermes" },
  { hostPath: "/var/lib/docker/volumes/hermes/_data" },
  { hostPath: "/runner/hermes" },
  { name: "data", driver: "rexray", driverOptions: { size: "10" } },
])("data that stays is accepted: %j", (props) => {
  expect(volume(props).source).toBeDefined();
});

test("data in memory is accepted with a reason, for an agent that may forget", () => {
  const acknowledge = { "data-temporary": "a demonstration that starts empty each time" };
  expect(volume({ hostPath: "/dev/shm/hermes", acknowledge }).source.kind).toBe("host-path");
});

test.each([
  { name: "data", driverOptions: { type: "nfs", o: "addr=nas", device: ":/x" } },
  { name: "data", driverOptions: { type: "cifs", device: "//nas/x" } },
  { name: "data", driverOptions: { type: "fuse.glusterfs", device: "nas:/x" } },
  { name: "data", driver: "vieux/sshfs:latest", driverOptions: { sshcmd: "ada@nas:/x" } },
])("data on the network causes a warning: %j", (props) => {
  expect(warningsOf(volume(props))).toEqual([expect.stringContaining("[rule data-network-filesystem")]);
});

test.each([
  "/srv/hermes",
  "/home/ada/hermes",
  "/mnt/nas/a b",
  "/captain/data/hermes",
  "/srv/..data",
  "/srv/…",
])("a directory of its own is accepted: %j", (hostPath) => {
  expect(volume({ hostPath }).source).toEqual({ kind: "host-path", hostPath });
});

test.each([
  0,
  -1,
  65535,
  1.5,
  "1000",
  null,
  Number.NaN,
])("a runtime id that the image would ignore is refused: %j", (id) => {
  for (const prop of ["uid", "gid"])
    expect(
      refusalOf(() => volume({ name: "data", [prop]: id })).problems.map((problem) => problem.prop),
    ).toEqual([prop]);
});

test("uid and gid for a NAS or a bind mount reach the container", () => {
  const made = containerWith((stack) => ({
    data: new PersistentDataVolume(stack, "data", { hostPath: "/mnt/nas", uid: 99, gid: 100 }),
  }));
  expect(environmentOf(made)).toMatchObject({ HERMES_UID: "99", HERMES_GID: "100" });
  expect(containerWith({}).env.join()).not.toMatch(/HERMES_[UG]ID/);
});

test("a volume with driver options needs a literal name, which fixes its address", () => {
  const stack = newStack();
  const name = new TerraformVariable(stack, "name", { type: "string" }).stringValue;
  const { message } = refusalOf(() => new PersistentDataVolume(stack, "data", { name, driver: "local" }));
  expect(message).toContain("write the name out");
});

test("a plain volume may take its name from Terraform", () => {
  const stack = newStack();
  const name = new TerraformVariable(stack, "name", { type: "string" }).stringValue;
  agent(stack, { data: new PersistentDataVolume(stack, "data", { name }) });
  expect(containerOf(stack).mounts[0]).toMatchObject({ type: "volume", source: "${var.name}" });
});

test("Terraform checks a host path that only it knows", () => {
  const stack = newStack();
  const hostPath = new TerraformVariable(stack, "path", { type: "string" }).stringValue;
  agent(stack, { data: new PersistentDataVolume(stack, "data", { hostPath }) });
  expect(containerOf(stack).lifecycle?.precondition).toEqual([
    {
      condition: '${startswith(var.path, "/")}',
      error_message: "agents/hermes: data.hostPath must be an absolute path.",
    },
  ]);
});
