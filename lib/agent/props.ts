/** The props of `HermesApp` and their shapes. */
import type { DashboardAuth } from "../dashboard-auth";
import type { ConfigValue } from "../hermes/managed-config";
import type { HermesImage } from "../hermes-image";
import type { PersistentDataVolume } from "../persistent-data-volume";
import type { Acknowledgements } from "../rules";
import type { Secret } from "../support/secret";
import type { HermesTarget } from "../targets/target";
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

/** A port on the host. */
export interface PublishedPort {
  /**
   * Address of the host. Docker's own rules let a port on `0.0.0.0` past ufw.
   * @default "127.0.0.1"
   */
  readonly address?: string;
  /** @default - the same as inside the container */
  readonly port?: number;
}

/** Which ports are published on the host; `false` leaves one to the container's networks. */
export interface PublishProps {
  /** @default - port 9119 on 127.0.0.1 when the dashboard listens beyond loopback */
  readonly dashboard?: PublishedPort | false;
  /** @default - its port on 127.0.0.1 */
  readonly apiServer?: PublishedPort | false;
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
   * Failures before that do not count. A first boot seeds the skills and an upgrade migrates state.db, which must
   * not be cut short (#100968).
   * @default 180
   */
  readonly startPeriodSeconds?: number;
}

/** A further directory or volume in the container. */
export interface MountProps {
  /** Absolute path on the engine's host; or `volume`. */
  readonly hostPath?: string;
  /** Name of a volume; or `hostPath`. */
  readonly volume?: string;
  /** Absolute path in the container. */
  readonly target: string;
  /** @default false */
  readonly readOnly?: boolean;
}

/** A user-defined network that the container joins. */
export interface NetworkProps {
  readonly name: string;
  /**
   * Make the network in this stack instead of joining one that exists.
   * @default false
   */
  readonly create?: boolean;
  /** @default - the container's name only */
  readonly aliases?: readonly string[];
}

export interface HermesAppProps {
  /** What runs. In an earlier stack, so that a failed pull or build leaves the running agent alone. */
  readonly image: HermesImage;
  /** Where `/opt/data` lives. No two agents share one. */
  readonly data: PersistentDataVolume;
  /**
   * Where it runs.
   * @default HermesTarget.docker() - with the stack's default provider
   */
  readonly target?: HermesTarget;
  /**
   * Name of the container; unique on its engine.
   * @default - the construct's id
   */
  readonly name?: string;
  /** @default - no dashboard */
  readonly dashboard?: DashboardAuth;
  /** @default - no API server */
  readonly apiServer?: ApiServerProps;
  /** @default - on 127.0.0.1 of the host */
  readonly publish?: PublishProps;
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
   * A file on the engine's host with all secrets as `NAME=value` lines, mounted read-only; from v2026.6.19 on.
   * Every secret prop is then `inSecretsFile`, and no secret stands in a plan or in the state.
   * @default - secrets come from Terraform
   */
  readonly secretsFile?: string;
  /**
   * Further plain environment.
   * @default - none
   */
  readonly env?: { readonly [variable: string]: string };
  /**
   * Addresses or networks of the reverse proxy in front of the dashboard, as the container sees it. Without them
   * Hermes ignores X-Forwarded-*: cookies are not Secure and all users share one login limit.
   * @default - none: no proxy in front
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
   * How long a stop may take before it becomes a kill. A cap, not a promise: an idle agent stops in about a second,
   * one that waits for its model can live for minutes and is killed then.
   * @default 60
   */
  readonly stopGraceSeconds?: number;
  /** @default - none */
  readonly mounts?: readonly MountProps[];
  /** @default - the engine's default bridge */
  readonly networks?: readonly NetworkProps[];
  /** Lines for /etc/hosts, such as `{ "host.docker.internal": "host-gateway" }`. @default - none */
  readonly extraHosts?: { readonly [hostname: string]: string };
  /** @default - none */
  readonly labels?: { readonly [label: string]: string };
  /**
   * Rules that may be broken here, each with the reason; shown in the stack's metadata.
   * @default - none
   */
  readonly acknowledge?: Acknowledgements;
}
