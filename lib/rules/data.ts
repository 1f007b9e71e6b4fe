import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { showValue } from "../support/errors";
import { isOfHost } from "../support/host-control";
import { isAbove, normalHostPath } from "../support/host-path";
import { isNormalAbsolute, isShortForm } from "../support/paths";
import { isUnresolved } from "../support/tokens";
import { rulesFor, when } from "./rule";
import type { CredentialRuleId } from "./secret";
import type { AgentSubject } from "./subject";

export interface DataSubject {
  readonly hostPath?: string | undefined;
  readonly driver?: string | undefined;
  readonly driverOptions?: Readonly<Record<string, string>> | undefined;
}

export const DATA_RULES = rulesFor<DataSubject>()({
  "data-path-relative": {
    severity: "error",
    refuses: "a host path for the data that is not absolute, or has `.` or `..` in it",
    because: "the engine rejects it at apply, when the running agent has already been stopped",
    seen: "run: the engine answers `invalid mount config`",
    final: true,
    check: ({ hostPath }) =>
      when(hostPath !== undefined && !isUnresolved(hostPath) && !isNormalAbsolute(hostPath), () => ({
        prop: "hostPath",
        value: showValue(hostPath),
        allowed: "an absolute path of the engine's host, such as /srv/hermes/data",
        fix: "write the whole path",
      })),
  },
  "data-short-form": {
    severity: "error",
    refuses: "Docker's short form as the host path of the data, such as `/srv/hermes:/opt/data`",
    because: "the path is taken as it is, with its colons",
    seen: "Docker's `mounts` have no short form",
    final: true,
    check: ({ hostPath }) =>
      when(isShortForm(hostPath ?? ""), () => ({
        prop: "hostPath",
        value: showValue(hostPath),
        fix: "give the path of the host alone; the data is mounted at /opt/data",
      })),
  },
  "data-system-path": {
    severity: "error",
    refuses: "a directory of the host's system, or one that decides over the host, as the data directory",
    because:
      "at boot the image makes the runtime user the owner of that directory and of its own folders in it",
    seen: "the image's docker/stage2-hook.sh of v2026.8.18, read",
    check: (data) =>
      directoriesOf(data).flatMap(({ prop, path }) =>
        when(isOfHost(path), () => ({
          prop,
          value: showValue(path),
          fix: "give the agent a directory of its own, such as /srv/hermes/data",
        })),
      ),
  },
  "data-temporary": {
    severity: "error",
    refuses:
      "data in memory, or in a directory that the system empties: tmpfs, /run, /dev/shm, /tmp, /var/tmp",
    because: "the agent's logins, memories and sessions are lost when the host or the container starts again",
    seen: "Linux: memory and these directories do not outlive the machine",
    check: (data) => [
      ...directoriesOf(data).flatMap(({ prop, path }) =>
        when(
          TEMPORARY_PATHS.some((above) => isAbove(above, normalHostPath(path))),
          () => ({ prop, value: showValue(path), fix: KEPT }),
        ),
      ),
      ...Object.entries({ type: IN_MEMORY, device: MEMORY_DEVICE }).flatMap(([option, pattern]) => {
        const value = data.driverOptions?.[option];
        return when(value !== undefined && pattern.test(value.trim()), () => ({
          prop: `driverOptions.${option}`,
          value: showValue(value),
          fix: KEPT,
        }));
      }),
    ],
  },
  "data-driver-options-invalid": {
    severity: "error",
    refuses: "options of the driver `local` that it does not know, or of which another one is missing",
    because: "the engine rejects them at apply",
    seen: "moby's volume driver `local`, read",
    final: true,
    check: ({ driver = "local", driverOptions = {} }) => {
      const names = Object.keys(driverOptions);
      if (driver !== "local" || isUnresolved(driverOptions)) return [];
      return [
        ...names
          .filter((name) => !Object.hasOwn(LOCAL_OPTIONS, name))
          .map((name) => ({
            prop: `driverOptions.${name}`,
            allowed: Object.keys(LOCAL_OPTIONS).join(", "),
            fix: "correct it, or name the driver that knows it in `driver`",
          })),
        ...Object.entries(LOCAL_OPTIONS).flatMap(([name, needs]) =>
          needs
            .filter((needed) => names.includes(name) && !names.includes(needed))
            .map((needed) => ({
              prop: `driverOptions.${needed}`,
              problem: `is missing beside \`${name}\``,
              fix: "give it",
            })),
        ),
      ];
    },
  },
  "data-network-filesystem": {
    severity: "warning",
    refuses: "a data volume on NFS, CIFS, sshfs or another network file system",
    because:
      "SQLite's WAL mode does not work there: Hermes falls back to a slower journal, whose locks depend on the server",
    seen: "0.17.0 to 0.19.0: hermes_state.py falls back to another journal; SQLite's documentation",
    references: ["#123761"],
    check: ({ driver, driverOptions }) => {
      const type = driverOptions?.["type"];
      const fix = "keep the data on a local disk and back it up to the network";
      return [
        ...when(type !== undefined && NETWORK_TYPES.test(type), () => ({
          prop: "driverOptions.type",
          value: showValue(type),
          fix,
        })),
        ...when(driver !== undefined && NETWORK_DRIVERS.test(driver), () => ({
          prop: "driver",
          value: showValue(driver),
          fix,
        })),
      ];
    },
  },
});

/** The id of a rule about a data volume. */
export type DataRuleId = keyof typeof DATA_RULES | CredentialRuleId;

/** Rules about the data that depend on the agent's release. */
export const AGENT_DATA_RULES = rulesFor<AgentSubject>()({
  "data-sqlite-corruption": {
    severity: "warning",
    refuses: "a release before v2026.7.30, whose SQLite can corrupt the agent's databases",
    because:
      "two processes that write one database at the same time damage it, such as the gateway and a chat in `docker exec`; nothing reports that",
    references: ["#70480", "#69784", "PR #71924"],
    seen: "the reports and PR #71924, read; not run",
    check: ({ release }) =>
      when(!hasFeature(release, "safeSqlite"), () => ({
        prop: "image.release",
        value: showValue(release.tag),
        fix: `use ${firstReleaseWith("safeSqlite")} or later; until then run no second \`hermes\` beside the gateway`,
      })),
  },
  "data-runtime-id-unsupported": {
    severity: "error",
    refuses: "a uid or gid below 1000 before v2026.6.5",
    because: "older images ignore it, and the agent cannot write to its data",
    seen: "upstream's commit 7402706c5",
    references: ["#23402", "#32559"],
    final: true,
    check: ({ data, release }) =>
      (["uid", "gid"] as const).flatMap((prop) => {
        const id = data[prop];
        return when(
          id !== undefined && !isUnresolved(id) && id < 1000 && !hasFeature(release, "lowRuntimeIds"),
          () => ({
            prop: `data.${prop}`,
            value: showValue(id),
            allowed: `1000 to 65534 before ${firstReleaseWith("lowRuntimeIds")}`,
            fix: `use ${firstReleaseWith("lowRuntimeIds")} or later, or an id from 1000 on`,
          }),
        );
      }),
  },
});

/** Options of volume drivers that name a directory or a disk: of `local`, and of `local-persist`. */
export const PATH_OPTIONS = ["device", "mountpoint"] as const;

/** Directories of the host that hold the data, as far as they are known here. `//server/share` is none. */
function directoriesOf({ hostPath, driverOptions }: DataSubject): { prop: string; path: string }[] {
  const options = PATH_OPTIONS.map((option) => ({
    prop: `driverOptions.${option}`,
    path: driverOptions?.[option],
  }));
  return [{ prop: "hostPath", path: hostPath }, ...options].flatMap(({ prop, path }) =>
    path?.startsWith("/") && (prop === "hostPath" || !path.startsWith("//")) ? [{ prop, path }] : [],
  );
}

const KEPT = "use a plain named volume, or a directory on a disk, such as /srv/hermes/data";

const IN_MEMORY = /^(?:tmpfs|ramfs)$/;
const MEMORY_DEVICE = /^(?:tmpfs|ramfs|\/dev\/z?ram\d+)$/;

/** `/tmp` is in memory on many systems, and systemd removes old files from it and from `/var/tmp`. */
const TEMPORARY_PATHS = ["/run", "/dev/shm", "/tmp", "/var/tmp"];

const NETWORK_TYPES = /^(?:nfs4?|cifs|smb3?|9p|ceph|glusterfs|fuse\.\w+|sshfs)$/;
const NETWORK_DRIVERS = /(?:^|[/:_-])(?:sshfs|nfs|cifs|smb|netshare|rclone|glusterfs|ceph|s3fs)/;

/** The options of Docker's driver `local`, each with those that it needs. */
const LOCAL_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  type: ["device"],
  o: ["type", "device"],
  device: ["type"],
  size: [],
};
