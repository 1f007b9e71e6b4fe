import { posix } from "node:path";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { showValue } from "../support/errors";
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
    refuses: "a directory of the host's system as the data directory",
    because:
      "at boot the image makes the runtime user the owner of that directory and of its own folders in it",
    check: ({ hostPath }) =>
      when(
        hostPath !== undefined && SYSTEM_PATHS.has(posix.normalize(hostPath).replace(/(.)\/$/, "$1")),
        () => ({
          prop: "hostPath",
          value: showValue(hostPath),
          fix: "give the agent a directory of its own, such as /srv/hermes/data",
        }),
      ),
  },
  "data-driver-options-invalid": {
    severity: "error",
    refuses: "options of the driver `local` that it does not know, or of which another one is missing",
    because: "the engine rejects them at apply",
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
    refuses: "a data volume on NFS, CIFS or sshfs",
    because: "state.db is an SQLite database in WAL mode, and its locks do not work on such file systems",
    references: ["#123761"],
    check: ({ driverOptions }) => {
      const type = driverOptions?.["type"];
      return when(type !== undefined && /^(?:nfs4?|cifs|smb3?|fuse\.sshfs|sshfs)$/.test(type), () => ({
        prop: "driverOptions.type",
        value: showValue(type),
        fix: "keep the data on a local disk and back it up to the network",
      }));
    },
  },
});

/** The id of a rule about a data volume. */
export type DataRuleId = keyof typeof DATA_RULES | CredentialRuleId;

/** Rules about the data that depend on the agent's release. */
export const AGENT_DATA_RULES = rulesFor<AgentSubject>()({
  "data-runtime-id-unsupported": {
    severity: "error",
    refuses: "a uid or gid below 1000 before v2026.6.5",
    because: "older images ignore it, and the agent cannot write to its data",
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

/** The options of Docker's driver `local`, each with those that it needs. */
const LOCAL_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  type: ["device"],
  o: ["type", "device"],
  device: ["type"],
  size: [],
};

const SYSTEM_PATHS: ReadonlySet<string> = new Set([
  "/",
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/home",
  "/lib",
  "/opt",
  "/proc",
  "/root",
  "/run",
  "/sbin",
  "/srv",
  "/sys",
  "/tmp",
  "/usr",
  "/var",
  "/var/lib",
  "/var/lib/docker",
  "/captain",
  "/captain/data",
]);
