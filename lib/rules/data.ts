import { posix } from "node:path";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { showValue } from "../support/errors";
import { isUnresolved } from "../support/tokens";
import { isNormalAbsolute } from "../support/validation";
import { rulesFor, when } from "./rule";
import type { CredentialRuleId } from "./secret";
import type { AgentSubject } from "./subject";

export interface DataSubject {
  readonly hostPath?: string | undefined;
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
  "data-system-path": {
    severity: "error",
    refuses: "a directory of the host's system as the data directory",
    because:
      "at boot the image makes the runtime user the owner of that directory and of its own folders in it",
    seen: "the image's docker/stage2-hook.sh of v2026.8.18, read",
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
  "data-network-filesystem": {
    severity: "warning",
    refuses: "a data volume on NFS, CIFS or sshfs",
    because:
      "SQLite's WAL mode does not work there: Hermes falls back to a slower journal, whose locks depend on the server",
    seen: "0.17.0 to 0.19.0: hermes_state.py falls back to another journal; SQLite's documentation",
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
