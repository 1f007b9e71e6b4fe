import { TerraformVariable } from "cdktf";
import { PersistentDataVolume } from "../lib";
import { agent, containerOf, containerWith, environmentOf, newStack, refusalOf, rulesOf } from "./agents";

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
])("a directory of the host's system is refused: %j", (hostPath) => {
  expect(rulesOf(refusalOf(() => volume({ hostPath })))).toEqual(["data-system-path"]);
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
