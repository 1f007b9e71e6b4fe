/** An agent's settings as plain values: what rules, environment and spec are computed from. No construct is in them. */
import type { ConfigValue } from "../hermes/managed-config";
import type { Secret } from "../support/secret";
import type { MessagingProps } from "./messaging";
import type { ModelProps } from "./model";

/** The OpenAI-compatible API server. Leaving it out is the only off switch that works in every release. */
export interface ApiServerProps {
  /** Bearer key: at least 16 characters (8 before v2026.7.1), ASCII, none of Hermes' placeholders. */
  readonly key: Secret;
  /**
   * Address inside the container that it listens on.
   * @default "0.0.0.0" - Hermes' own 127.0.0.1 is out of reach for a published port
   */
  readonly host?: string;
  /** @default 8642 */
  readonly port?: number;
  /**
   * Exact origins of web pages that may call it, such as `https://chat.example.com`.
   * @default - none
   */
  readonly corsOrigins?: readonly string[];
  /**
   * The name in `/v1/models`.
   * @default - the profile's name, else hermes-agent
   */
  readonly modelName?: string;
}

export interface HealthCheckProps {
  /**
   * Also how long an apply waits at least: an engine's first look comes after one whole interval.
   * @default 5
   */
  readonly intervalSeconds?: number;
  /** @default 5 */
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
  /** @default false */
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
  readonly driver: string;
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

export interface AgentSettings {
  /** @default - no API server */
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
  /** @default - no chat platform, or what `hermes setup` wrote to the volume */
  readonly messaging?: MessagingProps;
  /**
   * Further secrets by variable name, such as `{ OPENROUTER_API_KEY: key.stringValue }`.
   * @default - none
   */
  readonly secrets?: { readonly [variable: string]: Secret };
  /**
   * Further plain environment.
   * @default - none
   */
  readonly env?: { readonly [variable: string]: string };
  /**
   * Addresses or networks of the reverse proxy in front of the dashboard, as the container sees it. Without them
   * Hermes ignores X-Forwarded-*: cookies are not Secure and all users share one login limit.
   * @default - the target's own proxy where it has one; else none
   */
  readonly trustedProxies?: readonly string[];
  /** @default - no limit */
  readonly memoryMiB?: number;
  /** CPUs, such as 1.5. @default - no limit */
  readonly cpus?: number;
  /** Size of /dev/shm, which Chromium needs. @default 1024 */
  readonly shmMiB?: number;
  /** @default - see `HealthCheckProps`; what is checked follows the release and what is switched on */
  readonly healthCheck?: HealthCheckProps | false;
  /**
   * How long a stop may take before it becomes a kill, in seconds, at least 20; 15 less are the gateways'. A cap, not a
   * promise: an idle agent stops in about three seconds, and one that waits for its model is cut off at the end.
   * @default 45; from v2026.8.27 on, where a stop waits for cron jobs, 75, except on CapRover
   */
  readonly stopGraceSeconds?: number;
  /** @default - none */
  readonly mounts?: readonly MountProps[];
  /** Lines for /etc/hosts, such as `{ "models.lan": "192.168.1.20" }`. @default - none */
  readonly extraHosts?: { readonly [hostname: string]: string };
}
