/** An agent's settings as plain values, without constructs. Rules, environment and spec are computed from them. */
import type { MountProps } from "./mount-props";
import type { ProfileProps } from "./profile-props";
import type { TerminalSettings } from "./terminal-props";

/** Timings of the health check. */
export interface HealthCheckProps {
  /**
   * Time between two checks. An apply waits at least that long: an engine makes its first check after one whole
   * interval.
   * @default 5
   */
  readonly intervalSeconds?: number;
  /** How long one check may take. @default 5 */
  readonly timeoutSeconds?: number;
  /**
   * Failures in a row until the container counts as unhealthy.
   * @default 24 - two minutes of 5 s
   */
  readonly retries?: number;
  /**
   * During this time after the start, failures do not count. A first boot copies the skills, and an upgrade migrates
   * state.db. Neither must be interrupted (#100968).
   * @default 180
   */
  readonly startPeriodSeconds?: number;
}

interface WorkspaceTarget {
  /** Absolute path in the container. @default "/workspace" */
  readonly target?: string;
}

/** A directory of the host to work in. The agent's runtime user, or `uid` of its data, must be able to write there. */
export interface HostPathWorkspace extends WorkspaceTarget {
  /** Absolute path on the engine's host. */
  readonly hostPath: string;
  readonly volume?: never;
}

/** A named volume to work in. */
export interface VolumeWorkspace extends WorkspaceTarget {
  /** Name of the volume. */
  readonly volume: string;
  readonly hostPath?: never;
}

/** A place outside `/opt/data` in which the agent works: a directory of the host, or a named volume. */
export type WorkspaceProps = HostPathWorkspace | VolumeWorkspace;

/** A volume that needs a driver or options. */
export interface VolumeOptions {
  /** The volume driver. */
  readonly driver: string;
  /** Options of the driver. */
  readonly driverOptions: { readonly [option: string]: string };
}

/** Where `/opt/data` is stored. */
export type DataSource =
  | { readonly kind: "volume"; readonly name: string; readonly options: VolumeOptions | undefined }
  | { readonly kind: "host-path"; readonly hostPath: string };

/** The data as an agent sees it: its source, and who owns it. */
export interface DataSettings {
  readonly source: DataSource;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** The settings of an agent that are the same on every target. */
export interface AgentSettings extends ProfileProps {
  /**
   * Further profiles by name: agents of their own in the same container, with their own identity, model, platforms and
   * memory. They share the image, the volume and one user, so they are no protection from each other.
   * @default - none beside the agent itself, or those that `hermes profile create` made
   */
  readonly profiles?: { readonly [name: string]: ProfileProps };
  /**
   * One gateway serves all profiles, instead of one each; from v2026.7.20 on. The API server then answers for a profile
   * under `/p/<name>/`, with the agent's key.
   * @default - with `profiles` the release's own: true from v2026.8.31 on, else false. Without them it is off on every
   * release, so that a profile that somebody makes by hand changes nothing for the agent
   */
  readonly multiplexProfiles?: boolean;
  /**
   * Where commands and file tools work: `Terminal.ssh({ … })` and its like, from v2026.6.19 on.
   * @default - in the agent's own container, unless the volume says otherwise
   */
  readonly terminal?: TerminalSettings;
  /**
   * Addresses or networks of the reverse proxy in front of the dashboard, as the container sees it. Without them
   * Hermes ignores X-Forwarded-*: cookies are not Secure and all users share one login limit.
   * @default - the target's own proxy where it has one; else none
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Memory limit: at least 1024, or 2048 with browser tools. The container gets no swap in addition.
   * @default - no limit
   */
  readonly memoryMiB?: number;
  /** Limit of CPUs, such as 1.5. @default - no limit */
  readonly cpus?: number;
  /** Size of /dev/shm, which Chromium needs. @default 1024 */
  readonly shmMiB?: number;
  /**
   * Timings of the health check, or `false` for none. What it checks depends on the release, and on whether the API
   * server and the dashboard are on.
   * @default - on, with the timings of `HealthCheckProps`
   */
  readonly healthCheck?: HealthCheckProps | false;
  /**
   * How long a stop may take before the container is killed: at least 20, and at most 55 on CapRover. The gateways get
   * 15 less. An idle agent stops in about three seconds. One that waits for its model is killed at the end of this time.
   * @default - 45; on Docker 75 from v2026.8.27 on, where a stop waits for cron jobs
   */
  readonly stopGraceSeconds?: number;
  /**
   * Further directories or volumes, outside `/opt/data`, `/opt/hermes` and `/etc/hermes`. From v2026.7.1 on, Hermes' file
   * tools may write to those that are writable, unless `env` gives HERMES_WRITE_SAFE_ROOT.
   * @default - none
   */
  readonly mounts?: readonly MountProps[];
  /**
   * Where the agent works, from v2026.6.19 on: the place is mounted, Hermes' file tools may write there, an empty one
   * becomes the runtime user's, and commands start there. Of several, commands start in the first.
   * @default - /opt/data
   */
  readonly workspace?: WorkspaceProps | readonly WorkspaceProps[];
  /** Lines for /etc/hosts, such as `{ "models.lan": "192.168.1.20" }`. @default - none */
  readonly extraHosts?: { readonly [hostname: string]: string };
}
