/**
 * What of a host decides over it: one table for every mount, whoever mounts it. Sockets and files of its engines are in
 * `engine-access.ts`.
 */
import { isAbove, isHostSystem, normalHostPath } from "./host-path";

interface ControlPath {
  readonly path: string;
  /** Whether a part of it counts too, for whoever can write. */
  readonly reach: "itself" | "below";
  /** Reading is enough: it has keys in it, sockets, or what other processes know. */
  readonly readable?: true;
}

const PROGRAMS = ["/bin", "/lib", "/lib64", "/sbin"].flatMap((path) => [
  path,
  `/usr${path}`,
  `/usr/local${path}`,
]);

const CONTROL_PATHS: readonly ControlPath[] = [
  { path: "/boot", reach: "below" },
  { path: "/dev", reach: "itself", readable: true },
  { path: "/etc", reach: "below", readable: true },
  ...["/etc/gshadow", "/etc/shadow", "/etc/ssh"].map(
    (path) => ({ path, reach: "below", readable: true }) as const,
  ),
  // People's keys and start files, of which one may be an administrator's.
  { path: "/home", reach: "itself" },
  { path: "/proc", reach: "below", readable: true },
  { path: "/root", reach: "itself", readable: true },
  { path: "/root/.ssh", reach: "below", readable: true },
  { path: "/run/systemd", reach: "below", readable: true },
  { path: "/run/systemd/private", reach: "itself", readable: true },
  { path: "/sys", reach: "below" },
  ...PROGRAMS.map((path) => ({ path, reach: "below" }) as const),
  { path: "/usr/libexec", reach: "below" },
  { path: "/var/spool/cron", reach: "below", readable: true },
  // CapRover's own, with the logins of its registries.
  { path: "/captain", reach: "itself", readable: true },
  { path: "/captain/data", reach: "itself", readable: true },
];

/** Below /dev, what is a file or a socket, and the devices that every container may open. */
const NO_DEVICES =
  /^\/dev\/(?:(?:shm|hugepages|mqueue|serial|disk)(?:\/.*)?|log|null|zero|full|random|urandom|tty|ptmx|net\/tun)$/;

/** Whether it is a device, which the engine lets a container open only as a device. The path is in normal form. */
export function isDevice(path: string): boolean {
  return isAbove("/dev", path) && !NO_DEVICES.test(path);
}

/**
 * What of the host's control a mount of the path gives, if anything. Of a part, a reader gets nothing. The path is in
 * normal form.
 */
export function hostControlAt(path: string, readOnly: boolean): string | undefined {
  return CONTROL_PATHS.find((known) => {
    if (readOnly && known.readable !== true) return false;
    if (known.path === path || isAbove(path, known.path)) return true;
    return !readOnly && known.reach === "below" && isAbove(known.path, path);
  })?.path;
}

/** Whether the directory is the host's own, so that nothing may be written there: of its system, or of its control. */
export function isOfHost(hostPath: string): boolean {
  return isHostSystem(hostPath) || hostControlAt(normalHostPath(hostPath), false) !== undefined;
}
