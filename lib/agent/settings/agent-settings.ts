/** An agent's settings as plain values, without constructs. Rules, environment and spec are computed from them. */
import type { ConfigValue } from "../../hermes/managed-config";
import type { Secret } from "../../support/secret";
import type { MessagingProps } from "./messaging";
import type { ModelProps } from "./model";
import type { MountProps } from "./mount-props";
import type { TerminalSettings } from "./terminal-props";

/** The OpenAI-compatible API server. Leaving it out is the only off switch that works in every release. */
export interface ApiServerProps {
  /** Bearer key: at least 16 ASCII characters (8 before v2026.7.1), and not one of Hermes' placeholders. */
  readonly key: Secret;
  /**
   * The address that it listens on, inside the container.
   * @default "0.0.0.0" - a published port can't reach Hermes' own default, 127.0.0.1
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
export interface AgentSettings {
  /** The OpenAI-compatible API server. @default - no API server */
  readonly apiServer?: ApiServerProps;
  /**
   * Pins the model in the managed config.yaml, from v2026.6.19 on.
   * @default - what `hermes setup` or `hermes model` wrote to the volume
   */
  readonly model?: ModelProps;
  /**
   * Further settings to pin in the managed config.yaml, from v2026.6.19 on. Text is written unchanged: `${NAME}` is
   * Hermes' own reference to a variable. Terraform fills in tokens.
   * @default - none
   */
  readonly config?: { readonly [key: string]: ConfigValue };
  /**
   * Chat platforms that the agent connects to.
   * @default - none, or what `hermes setup` wrote to the volume
   */
  readonly messaging?: MessagingProps;
  /**
   * Where the agent's commands and file tools work: `Terminal.ssh({ … })` and its like, from v2026.6.19 on.
   * @default - in the agent's own container, unless the volume says otherwise
   */
  readonly terminal?: TerminalSettings;
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
  /** Lines for /etc/hosts, such as `{ "models.lan": "192.168.1.20" }`. @default - none */
  readonly extraHosts?: { readonly [hostname: string]: string };
}
