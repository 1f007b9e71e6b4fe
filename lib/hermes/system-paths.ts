/** Paths in the container on which the image, the kernel or the engine relies, so that nothing may be mounted there. */
import { posix } from "node:path";

interface SystemPath {
  readonly path: string;
  /** What a mount does: at the path alone, or below it too. */
  readonly reach: "itself" | "below";
  /** What happens, as a clause. */
  readonly effect: string;
  /** Places below that may be mounted all the same. */
  readonly except?: readonly string[];
  readonly fix?: string;
}

const HIDES_SYSTEM = "hides a part of the image's own system, of this release and of all later ones";
const HIDES_BOOT = "hides what boots and supervises the container";
const KERNELS = "is the kernel's, and the engine refuses the mount or the container loses its devices";

/**
 * Debian's layout, s6-overlay's, and that of the image. Files below most of them may be mounted one by one, such as
 * certificates below /etc/ssl or fonts below /usr/share.
 */
export const SYSTEM_PATHS: readonly SystemPath[] = [
  ...[
    "/usr",
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/share",
    "/var",
    "/var/lib",
  ].map((path) => ({ path, reach: "itself", effect: HIDES_SYSTEM }) as const),
  ...["/usr/local", "/usr/local/bin", "/usr/local/lib"].map(
    (path) => ({ path, reach: "itself", effect: "hides the programs that the image brings there" }) as const,
  ),
  ...["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"].map(
    (path) =>
      ({
        path,
        reach: "itself",
        effect: "hides the image's runtime user, and no service starts without it",
      }) as const,
  ),
  {
    path: "/etc/hostname",
    reach: "itself",
    effect: "hides the file by which the health check knows when the container started",
    fix: "remove it: the engine writes that file",
  },
  // s6-overlay: https://github.com/just-containers/s6-overlay
  ...[
    "/init",
    "/command",
    "/package",
    "/etc/s6-overlay",
    "/run/s6",
    "/run/service",
    "/run/s6-rc",
    "/run/uncaught-logs",
  ].map((path) => ({ path, reach: "below", effect: HIDES_BOOT }) as const),
  ...["/etc/cont-init.d", "/etc/cont-finish.d", "/etc/services.d"].map(
    (path) => ({ path, reach: "itself", effect: HIDES_BOOT }) as const,
  ),
  {
    path: "/run",
    reach: "itself",
    effect: "keeps what supervises the container, which has to begin empty at every start",
  },
  {
    path: "/proc",
    reach: "below",
    effect: KERNELS,
    // What LXCFS brings, and runc allows.
    except: ["cpuinfo", "diskstats", "loadavg", "meminfo", "slabinfo", "stat", "swaps", "uptime", "net/dev"],
  },
  { path: "/sys", reach: "itself", effect: KERNELS },
  { path: "/dev", reach: "itself", effect: KERNELS },
  { path: "/dev/pts", reach: "below", effect: KERNELS },
  { path: "/dev/mqueue", reach: "below", effect: KERNELS },
  {
    path: "/dev/shm",
    reach: "below",
    effect: "is in the place of the shared memory that `shmMiB` sizes",
    fix: "remove it, and give `shmMiB`",
  },
];

/** Links of Debian's to other places. */
const LINKS: Readonly<Record<string, string>> = {
  "/bin": "/usr/bin",
  "/sbin": "/usr/sbin",
  "/lib": "/usr/lib",
  "/lib64": "/usr/lib64",
  "/var/run": "/run",
  "/var/lock": "/run/lock",
};

/** The place that a path in the container leads to, without a slash at the end. */
export function realPath(path: string): string {
  const normal = posix
    .normalize(path)
    .replace(/^\/+/, "/")
    .replace(/(.)\/$/, "$1");
  const link = Object.keys(LINKS).find((from) => normal === from || normal.startsWith(`${from}/`));
  return link === undefined ? normal : `${LINKS[link]}${normal.slice(link.length)}`;
}

/** The row that a mount at that path breaks; undefined if there may be one. */
export function systemPathAt(target: string): SystemPath | undefined {
  const real = realPath(target);
  return SYSTEM_PATHS.find(({ path, reach, except = [] }) => {
    if (real === path) return true;
    if (reach === "itself" || !real.startsWith(`${path}/`)) return false;
    return !except.includes(real.slice(path.length + 1));
  });
}
