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
