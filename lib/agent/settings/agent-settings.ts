/** An agent's settings as plain values: what rules, environment and spec are computed from. No construct is in them. */
import type { ConfigValue } from "../../hermes/managed-config";
import type { Secret } from "../../support/secret";
import type { MessagingProps } from "./messaging";
import type { ModelProps } from "./model";

/** The OpenAI-compatible API server. Leaving it out is the only off switch that works in every release. */
export interface ApiServerProps {
  /** Bearer key: at least 16 ASCII characters (8 before v2026.7.1), none of Hermes' placeholders. */
  readonly key: Secret;
  /**
   * Address inside the container that it listens on.
   * @default "0.0.0.0" - Hermes' own 127.0.0.1 is out of reach for a published port
   */
  readonly host?: string;
  /** Port inside the container. @default 8642 */
  readonly port?: number;
  /**
   * Exact origins of the web pages that may call it, such as `https://chat.example.com`.
   * @default - none
   */
  readonly corsOrigins?: readonly string[];
  /**
   * The name in `/v1/models`.
   * @default - the profile's name, else hermes-agent
   */
  readonly modelName?: string;
}

/** Timings of the health check. */
export interface HealthCheckProps {
  /**
   * Time between two checks. Also how long an apply waits at least: an engine's first look comes after one whole interval.
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
   * For this long failures do not count. A first boot seeds the skills and an upgrade migrates state.db, which must
   * not be cut short (#100968).
   * @default 180
   */
  readonly startPeriodSeconds?: number;
}

interface MountTarget {
  /** Absolute path in the container. */
  readonly target: string;
  /** The agent can't write there. @default false */
  readonly readOnly?: boolean;
}

/** A directory of the host in the container. */
export interface HostPathMount extends MountTarget {
  /** Absolute path on the engine's host. */
  readonly hostPath: string;
  readonly volume?: never;
}

/** A named volume in the container. */
export interface VolumeMount extends MountTarget {
  /** Name of the volume. */
  readonly volume: string;
  readonly hostPath?: never;
}

/** A further directory or volume in the container: one of the two. */
export type MountProps = HostPathMount | VolumeMount;

/** A volume that needs a driver or options. */
export interface VolumeOptions {
  /** The volume driver. */
  readonly driver: string;
  /** Options of the driver. */
  readonly driverOptions: { readonly [option: string]: string };
}

/** Where `/opt/data` lives. */
export type DataSource =
  | { readonly kind: "volume"; readonly name: string; readonly options: VolumeOptions | undefined }
  | { readonly kind: "host-path"; readonly hostPath: string };

/** The data as an agent sees it: its source, and who owns it. */
export interface DataSettings {
  readonly source: DataSource;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** The settings of an agent, on whatever it runs. */
export interface AgentSettings {
  /** The OpenAI-compatible API server. @default - no API server */
  readonly apiServer?: ApiServerProps;
  /**
   * Pins the model by the managed config.yaml, from v2026.6.19 on.
   * @default - what `hermes setup` or `hermes model` wrote to the volume
   */
  readonly model?: ModelProps;
  /**
   * Further settings to pin in the managed config.yaml, from v2026.6.19 on. Text is taken as it stands: `${NAME}`
   * is Hermes' own reference to a variable. Tokens are filled in by Terraform.
   * @default - none
   */
  readonly config?: { readonly [key: string]: ConfigValue };
  /**
   * Chat platforms that the agent connects to.
   * @default - none, or what `hermes setup` wrote to the volume
   */
  readonly messaging?: MessagingProps;
  /**
   * Further secrets by variable name, such as `{ OPENROUTER_API_KEY: key.stringValue }`.
   * @default - none
   */
  readonly secrets?: { readonly [variable: string]: Secret };
  /** Further plain environment. Variables that a prop sets, or that do harm, are refused. @default - none */
  readonly env?: { readonly [variable: string]: string };
  /**
   * Addresses or networks of the reverse proxy in front of the dashboard, as the container sees it. Without them
   * Hermes ignores X-Forwarded-*: cookies are not Secure and all users share one login limit.
   * @default - the target's own proxy where it has one; else none
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Memory limit, at least 1024, and 2048 with browser tools. Swap is not added on top.
   * @default - no limit
   */
  readonly memoryMiB?: number;
  /** Limit of CPUs, such as 1.5. @default - no limit */
  readonly cpus?: number;
  /** Size of /dev/shm, which Chromium needs. @default 1024 */
  readonly shmMiB?: number;
  /**
   * Timings of the health check, or `false` for none. What is asked follows the release and what is switched
   * on.
   * @default - on, with the timings of `HealthCheckProps`
   */
  readonly healthCheck?: HealthCheckProps | false;
  /**
   * How long a stop may take before it becomes a kill, in seconds, at least 20; 15 less are the gateways'. A cap, not a
   * promise: an idle agent stops in about three seconds, and one that waits for its model is cut off at the end.
   * @default - 45; from v2026.8.27 on, where a stop waits for cron jobs, 75, except on CapRover
   */
  readonly stopGraceSeconds?: number;
  /** Further directories or volumes, outside `/opt/data`, `/opt/hermes` and `/etc/hermes`. @default - none */
  readonly mounts?: readonly MountProps[];
  /** Lines for /etc/hosts, such as `{ "models.lan": "192.168.1.20" }`. @default - none */
  readonly extraHosts?: { readonly [hostname: string]: string };
}
