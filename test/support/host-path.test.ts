import fc from "fast-check";
import { directoriesAbove, isAbove, normalHostPath } from "../../lib/support/host-path";

test.each([
  ["/srv/a", "/srv/a"],
  ["/srv/a/", "/srv/a"],
  ["/srv//a", "/srv/a"],
  ["//srv/a", "/srv/a"],
  ["/srv/./a", "/srv/a"],
  ["/srv/b/../a", "/srv/a"],
  ["/../srv/a/.", "/srv/a"],
  ["/", "/"],
  ["//", "/"],
  ["/var/run", "/run"],
  ["/var/run/docker.sock", "/run/docker.sock"],
  ["/var//run/./x", "/run/x"],
  ["/var/lock/x", "/run/lock/x"],
  ["/proc/1/root", "/"],
  ["/proc/self/root/var/run/x", "/run/x"],
  ["/proc/1/root/proc/1/root/srv", "/srv"],
  ["/var/runner", "/var/runner"],
  ["/srv/var/run", "/srv/var/run"],
  ["/proc/1/rootfs", "/proc/1/rootfs"],
  ["/srv/…/..a", "/srv/…/..a"],
])("the path %s is %s", (path, normal) => {
  expect(normalHostPath(path)).toBe(normal);
});

const name = fc.stringMatching(/^[a-zA-Z0-9 _.-]{1,8}$/).filter((text) => text !== "." && text !== "..");
const names = fc.array(fc.oneof(name, fc.constantFrom("var", "run", "lock", "proc", "1", "root")), {
  maxLength: 6,
});
const detour = fc.oneof(
  fc.constantFrom("", ".", "./."),
  name.map((text) => `${text}/..`),
);

test("no detour in a path changes its normal form", () => {
  fc.assert(
    fc.property(names, fc.array(detour, { minLength: 7, maxLength: 7 }), (parts, detours) => {
      const direct = `/${parts.join("/")}`;
      const roundabout = `/${parts.map((part, i) => `${detours[i]}/${part}`).join("/")}/${detours[6]}`;
      expect(normalHostPath(roundabout)).toBe(normalHostPath(direct));
    }),
  );
});

test("a normal form is its own normal form, and begins with one slash", () => {
  fc.assert(
    fc.property(names, (parts) => {
      const normal = normalHostPath(`/${parts.join("/")}`);
      expect(normalHostPath(normal)).toBe(normal);
      expect(normal).toMatch(/^\/(?:[^/].*[^/]|[^/])?$/);
    }),
  );
});

test("a directory is above another one if it is among the directories above it", () => {
  const path = names.map((parts) => normalHostPath(`/${parts.join("/")}`));
  fc.assert(
    fc.property(path, path, (one, other) => {
      expect(isAbove(one, other)).toBe(directoriesAbove(other).includes(one));
    }),
  );
  expect(isAbove("/srv/a", "/srv/ab")).toBe(false);
});
