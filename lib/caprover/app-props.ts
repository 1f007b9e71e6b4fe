/** What an app can be given. */

/** How an app mounts something. */
export interface CapRoverMounting {
  /** The app can't write to it. @default false */
  readonly readOnly?: boolean;
  /**
   * Other apps mount it too, each with `shared: true`, such as a socket or a file of the node. Destroying the app never
   * destroys it.
   *
   * @default false
   */
  readonly shared?: boolean;
}

/** A named volume of an app. */
export interface CapRoverNamedVolume extends CapRoverMounting {
  /** Where the app sees it. */
  readonly containerPath: string;
  /** Name of the volume, which is created when it is first mounted. */
  readonly name: string;
  readonly hostPath?: never;
}

/** A directory, file or socket of the node that an app sees. */
export interface CapRoverHostPath extends CapRoverMounting {
  /** Where the app sees it. */
  readonly containerPath: string;
  /** Path on the node, which has to exist. */
  readonly hostPath: string;
  readonly name?: never;
}

/** Where an app keeps data: one of the two. */
export type CapRoverVolume = CapRoverNamedVolume | CapRoverHostPath;

/** Memory as a file system. */
export interface CapRoverTmpfs {
  /** Where the app sees it. */
  readonly containerPath: string;
  /** Its size, at least 1. */
  readonly sizeMiB: number;
}

/** A port of the node that leads to the container. */
export interface CapRoverPort {
  /** Port of the node. */
  readonly hostPort: number;
  /** Port inside the container. */
  readonly containerPort: number;
}

/** HTTP basic auth, which nginx asks for. */
export interface CapRoverBasicAuth {
  /** User name, without a colon. */
  readonly user: string;
  /** The password. Write-only: in no plan and no state. @default - the saved password stays */
  readonly passwordWo?: string;
  /**
   * When set, a changed password is sent only if this number changes. The plan warns of one that is not sent.
   * @default - counts up by itself
   */
  readonly passwordWoVersion?: number;
}

/** The container's health check, as Docker runs it. */
export interface CapRoverHealthCheck {
  /** In Docker's form, such as `["CMD", "true"]`. */
  readonly test: readonly string[];
  /** Time between two checks. @default - Docker's, 30 */
  readonly intervalSeconds?: number;
  /** How long one check may take. @default - Docker's, 30 */
  readonly timeoutSeconds?: number;
  /** Failures in this time after the start do not count. @default - Docker's, 0 */
  readonly startPeriodSeconds?: number;
  /** After so many failures in a row Swarm replaces the container. @default - Docker's, 3 */
  readonly retries?: number;
}

/** What a container may use at most. */
export interface CapRoverLimits {
  /** Memory, at least 4. @default - no limit */
  readonly memoryMiB?: number;
  /** CPUs, such as 1.5. @default - no limit */
  readonly cpus?: number;
}

/** Lines of the app's nginx template, be it CapRover's own or one from the dashboard. */
export interface CapRoverNginx {
  /** How long the app may pause within an answer. @default - nginx's own, 60 */
  readonly proxyReadTimeoutSeconds?: number;
  /** The largest upload that nginx lets through. @default - CapRover's, 500 */
  readonly clientMaxBodySizeMiB?: number;
}

/** A request to the app's own address, and the answer that means that it runs. */
export interface CapRoverReadyHttp {
  /** Path that is asked for. @default "/" */
  readonly path?: string;
  /** HTTP status of the answer. @default 200 */
  readonly status?: number;
  /**
   * A text in the answer that only this app gives. A status of 200 needs it, because CapRover answers 200 for names
   * that it does not know.
   * @default - not checked
   */
  readonly contains?: string;
}

/** The conditions that end an apply: CapRover itself does not say whether an app runs. */
export interface CapRoverReady {
  /** A text in a line that the app prints when it has started. @default - not checked */
  readonly logLine?: string;
  /** A text in a line that means that the start failed. @default - not checked */
  readonly failureLogLine?: string;
  /**
   * A text in a line that each container prints once, early in its start. A second start before the app is ready is a
   * crash loop, and fails the apply at once.
   *
   * @default - not checked
   */
  readonly startLine?: string;
  /**
   * Texts in lines that mean that the app does not get any further. The same one twice before the app is ready fails
   * the apply at once.
   *
   * @default - none
   */
  readonly fatalLines?: readonly string[];
  /** A request to the app's own address. @default - not checked */
  readonly http?: CapRoverReadyHttp;
  /** After this time the apply fails. @default 300 */
  readonly timeoutSeconds?: number;
}

/** The settings of an app. */
export interface CapRoverAppProps {
  /** Name of the app, which is part of its address. A change replaces the app. */
  readonly name: string;
  /** The app has data in volumes. CapRover can't change this later: a change replaces the app. @default false */
  readonly persistent?: boolean;
  /** A note that CapRover's dashboard shows. @default "" */
  readonly description?: string;
  /** Id of the project that it belongs to. @default - none */
  readonly projectId?: string;
  /** Tags by which CapRover's dashboard groups apps. @default - only the provider's own tag, `terraform-…` */
  readonly tags?: readonly string[];
  /**
   * The image to run, preferably with a tag or digest that does not change.
   * @default - `captainDefinition` decides, or somebody else deploys
   */
  readonly image?: string;
  /**
   * A captain-definition in JSON, from which CapRover builds the image.
   * @default - none: then `image` decides
   */
  readonly captainDefinition?: string;
  /** How many containers run; at most 1 with data. @default 1 */
  readonly instanceCount?: number;
  /** The node to run on. @default - an app with data stays where it first ran */
  readonly nodeId?: string;
  /** The app's whole environment, except for secrets. A variable that is not listed is removed. @default - none */
  readonly environment?: { readonly [variable: string]: string };
  /**
   * Variables whose values are in no plan and no state. A variable that is null, such as by a Terraform variable whose
   * default is null, keeps the value that the app has. Needs Terraform or OpenTofu 1.11.
   *
   * @default - none
   */
  readonly secretEnvironmentWo?: { readonly [variable: string]: string | null };
  /**
   * When set, changed values are sent only if this number changes. The plan warns of one that is not sent.
   * @default - counts up by itself
   */
  readonly secretEnvironmentWoVersion?: number;
  /** Allows `{{…}}` in values, which Docker Swarm replaces. @default false */
  readonly environmentTemplates?: boolean;
  /** Where the app keeps data. Needs `persistent`. @default - none */
  readonly volumes?: readonly CapRoverVolume[];
  /** File systems in memory, such as a larger `/dev/shm`. @default - none */
  readonly tmpfs?: readonly CapRoverTmpfs[];
  /** Ports of the node, TCP and UDP, which bypass nginx and its basic auth. @default - none */
  readonly ports?: readonly CapRoverPort[];
  /** The container's port that the app's address leads to. @default 80 */
  readonly httpPort?: number;
  /** nginx passes WebSocket connections on to the app. @default false */
  readonly websocketSupport?: boolean;
  /** Whether the app has an address. @default true */
  readonly webApp?: boolean;
  /** Lines of the app's nginx template. @default - the template stays as it is */
  readonly nginx?: CapRoverNginx;
  /** HTTP basic auth in front of the app's address. @default - none */
  readonly basicAuth?: CapRoverBasicAuth;
  /** Whether a token may deploy. @default false */
  readonly deployTokenEnabled?: boolean;
  /** The token. Write-only: in no plan and no state. @default - CapRover makes one and keeps it */
  readonly deployTokenWo?: string;
  /**
   * When set, a changed token is sent only if this number changes. The plan warns of one that is not sent.
   * @default - counts up by itself
   */
  readonly deployTokenWoVersion?: number;
  /** Time from SIGTERM to SIGKILL, with volumes at most 55. @default - Docker's, 10 */
  readonly stopGraceSeconds?: number;
  /**
   * A UDP port of the node that the container holds while it runs, on a CapRover of several nodes: Swarm starts no
   * second container beside it, also after the node was cut off. It has to be free, and each app needs one of its own.
   *
   * @default - none
   */
  readonly lockPort?: number;
  /**
   * How long a stop may take, when that is longer than CapRover shows, such as after an import.
   * @default - the grace
   */
  readonly stopWaitSeconds?: number;
  /** The container's health check. @default - the image's own */
  readonly healthCheck?: CapRoverHealthCheck;
  /** Limits of memory and CPUs. @default - none */
  readonly limits?: CapRoverLimits;
  /** YAML or JSON that is merged over the Swarm service, for settings without a prop. @default - none */
  readonly serviceOverride?: string;
  /** The conditions that end an apply. @default - an apply does not wait for the app */
  readonly ready?: CapRoverReady;
  /** Terraform refuses to destroy the app. @default false */
  readonly deletionProtection?: boolean;
  /** Destroying the app destroys its named volumes. @default false */
  readonly deleteVolumes?: boolean;
}
