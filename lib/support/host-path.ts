/** Paths of a Linux host or a container in one normal form, and where they lie to each other. */
import { posix } from "node:path";

/** Links that every Linux has, and what they lead to. Other links can't be known here. */
const LINKS: readonly (readonly [RegExp, string])[] = [
  [/^\/proc\/(?:self|thread-self|\d+)\/root(?=\/|$)/, ""],
  [/^\/var\/run(?=\/|$)/, "/run"],
  [/^\/var\/lock(?=\/|$)/, "/run/lock"],
];

/** One spelling for each path: `/var/run//docker/` becomes `/run/docker`. */
export function normalHostPath(path: string): string {
  const clean = posix.normalize(path).replace(/(.)\/$/, "$1");
  const [from, to] = LINKS.find(([link]) => link.test(clean)) ?? [];
  return from === undefined ? clean : normalHostPath(clean.replace(from, to ?? "") || "/");
}

/** Whether the one directory contains the other. Both paths are in normal form. */
export function isAbove(above: string, below: string): boolean {
  return below !== above && below.startsWith(above === "/" ? "/" : `${above}/`);
}

/** `/a/b` → `/a`, `/`. The path is in normal form. */
export function directoriesAbove(path: string): readonly string[] {
  const parent = posix.dirname(path);
  return parent === path ? [] : [parent, ...directoriesAbove(parent)];
}

/** Whether the directory is one of the host's system, which is shared by everything on it. */
export function isHostSystem(path: string): boolean {
  return SYSTEM_PATHS.has(normalHostPath(path));
}

const SYSTEM_PATHS: ReadonlySet<string> = new Set([
  "/",
  "/bin",
  "/boot",
  "/dev",
  "/dev/shm",
  "/etc",
  "/home",
  "/lib",
  "/lib64",
  "/opt",
  "/proc",
  "/root",
  "/run",
  "/sbin",
  "/srv",
  "/sys",
  "/run/lock",
  "/tmp",
  "/usr",
  "/usr/local",
  "/var",
  "/var/lib",
  "/var/lib/docker",
  "/var/lib/docker/volumes",
  "/var/log",
  "/var/tmp",
  "/captain",
  "/captain/data",
]);
