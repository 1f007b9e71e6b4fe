import type { TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import type { Shape } from "./attributes";
import { CapRoverResource } from "./resource";

/** Where an app keeps data: a named volume, or a directory of the node. */
export interface CapRoverVolume {
  /** Where the app sees it. */
  readonly containerPath: string;
  /** Name of a volume, which is created when it is first mounted. Give this or `hostPath`. */
  readonly name?: string;
  /** A directory of the node, which has to exist. Give this or `name`. */
  readonly hostPath?: string;
}

export interface CapRoverTmpfs {
  readonly containerPath: string;
  readonly sizeMiB: number;
}

export interface CapRoverPort {
  readonly hostPort: number;
  readonly containerPort: number;
}

export interface CapRoverBasicAuth {
  readonly user: string;
  /** Write-only. @default - the saved password stays */
  readonly passwordWo?: string;
  /**
   * When set, a changed password alone shows in the plan only if this number changes.
   * @default - counts up by itself
   */
  readonly passwordWoVersion?: number;
}

export interface CapRoverHealthCheck {
  /** In Docker's form, such as `["CMD", "true"]`. */
  readonly test: readonly string[];
  /** @default - Docker's, 30 */
  readonly intervalSeconds?: number;
  /** @default - Docker's, 30 */
  readonly timeoutSeconds?: number;
  /** @default - Docker's, 0 */
  readonly startPeriodSeconds?: number;
  /** @default - Docker's, 3 */
  readonly retries?: number;
}

export interface CapRoverLimits {
  /** @default - none */
  readonly memoryMiB?: number;
  /** @default - none */
  readonly cpus?: number;
}

/** Lines of the app's nginx template, be it CapRover's own or one from the dashboard. */
export interface CapRoverNginx {
  /** How long the app may pause within an answer. @default - nginx's own, 60 */
  readonly proxyReadTimeoutSeconds?: number;
  /** The largest upload. @default - CapRover's, 500 */
  readonly clientMaxBodySizeMiB?: number;
}

export interface CapRoverReadyHttp {
  /** @default "/" */
  readonly path?: string;
  /** @default 200 */
  readonly status?: number;
  /**
   * A text that only this app gives. A status of 200 needs it: CapRover answers 200 for names that it does not know.
   */
  readonly contains?: string;
}

/** The conditions that end an apply: CapRover itself does not say whether an app runs. */
export interface CapRoverReady {
  /** A text in a line that the app prints when it has started. @default - not checked */
  readonly logLine?: string;
  /** A text in a line that means that the start failed. @default - not checked */
  readonly failureLogLine?: string;
  /** @default - not checked */
  readonly http?: CapRoverReadyHttp;
  /** @default 300 */
  readonly timeoutSeconds?: number;
}

export interface CapRoverAppProps {
  /** The app's name, which is part of its address. A change replaces the app. */
  readonly name: string;
  /** The app has data in volumes. CapRover can't change this later: a change replaces the app. @default false */
  readonly persistent?: boolean;
  /** @default "" */
  readonly description?: string;
  /** Id of the project that it belongs to. @default - none */
  readonly projectId?: string;
  /** @default - only the provider's own tag, `terraform-…` */
  readonly tags?: readonly string[];
  /**
   * Preferably with a tag or digest that does not change. Give this or `captainDefinition`.
   * @default - somebody else deploys
   */
  readonly image?: string;
  /** A captain-definition in JSON, from which CapRover builds the image. Give this or `image`. @default - none */
  readonly captainDefinition?: string;
  /** How many containers run; at most 1 with data. @default 1 */
  readonly instanceCount?: number;
  /** The node to run on. @default - an app with data stays where it first ran */
  readonly nodeId?: string;
  /** The app's whole environment, except for secrets. A variable that is not listed is removed. @default - none */
  readonly environment?: { readonly [variable: string]: string };
  /** Variables whose values are in no plan and no state. Needs Terraform 1.11. @default - none */
  readonly secretEnvironmentWo?: { readonly [variable: string]: string };
  /** When set, changed values alone show in the plan only if this number changes. @default - counts up by itself */
  readonly secretEnvironmentWoVersion?: number;
  /** Allows `{{…}}` in values, which Docker Swarm replaces. @default false */
  readonly environmentTemplates?: boolean;
  /** Needs `persistent`. @default - none */
  readonly volumes?: readonly CapRoverVolume[];
  /** File systems in memory, such as a larger `/dev/shm`. @default - none */
  readonly tmpfs?: readonly CapRoverTmpfs[];
  /** Ports of the node, TCP and UDP, which bypass nginx and its basic auth. @default - none */
  readonly ports?: readonly CapRoverPort[];
  /** The container's port that the app's address leads to. @default 80 */
  readonly httpPort?: number;
  /** @default false */
  readonly websocketSupport?: boolean;
  /** Whether the app has an address. @default true */
  readonly webApp?: boolean;
  /** @default - the template stays as it is */
  readonly nginx?: CapRoverNginx;
  /** HTTP basic auth in front of the app's address. @default - none */
  readonly basicAuth?: CapRoverBasicAuth;
  /** Whether a token may deploy. @default false */
  readonly deployTokenEnabled?: boolean;
  /** Write-only. @default - CapRover makes one and keeps it */
  readonly deployTokenWo?: string;
  /** When set, a changed token alone shows in the plan only if this number changes. @default - counts up by itself */
  readonly deployTokenWoVersion?: number;
  /** From SIGTERM to SIGKILL. @default - Docker's, 10 */
  readonly stopGraceSeconds?: number;
  /**
   * How long a stop may take, when that is longer than CapRover shows, such as after an import.
   * @default - the grace
   */
  readonly stopWaitSeconds?: number;
  /** @default - the image's own */
  readonly healthCheck?: CapRoverHealthCheck;
  /** @default - none */
  readonly limits?: CapRoverLimits;
  /** YAML or JSON that is merged over the Swarm service, for settings without a prop. @default - none */
  readonly serviceOverride?: string;
  /** @default - an apply does not wait for the app */
  readonly ready?: CapRoverReady;
  /** Terraform refuses to destroy the app. @default false */
  readonly deletionProtection?: boolean;
  /** Destroying the app destroys its named volumes. @default false */
  readonly deleteVolumes?: boolean;
}

export const APP_SHAPE: Shape<CapRoverAppProps> = {
  name: true,
  persistent: true,
  description: true,
  projectId: true,
  tags: true,
  image: true,
  captainDefinition: true,
  instanceCount: true,
  nodeId: true,
  environment: true,
  secretEnvironmentWo: true,
  secretEnvironmentWoVersion: true,
  environmentTemplates: true,
  volumes: { containerPath: true, name: true, hostPath: true },
  tmpfs: { containerPath: true, sizeMiB: true },
  ports: { hostPort: true, containerPort: true },
  httpPort: true,
  websocketSupport: true,
  webApp: true,
  nginx: { proxyReadTimeoutSeconds: true, clientMaxBodySizeMiB: true },
  basicAuth: { user: true, passwordWo: true, passwordWoVersion: true },
  deployTokenEnabled: true,
  deployTokenWo: true,
  deployTokenWoVersion: true,
  stopGraceSeconds: true,
  stopWaitSeconds: true,
  healthCheck: {
    test: true,
    intervalSeconds: true,
    timeoutSeconds: true,
    startPeriodSeconds: true,
    retries: true,
  },
  limits: { memoryMiB: true, cpus: true },
  serviceOverride: true,
  ready: {
    logLine: true,
    failureLogLine: true,
    http: { path: true, status: true, contains: true },
    timeoutSeconds: true,
  },
  deletionProtection: true,
  deleteVolumes: true,
};

/** `caprover_app`: one app with its configuration, image and secrets. */
export class CapRoverApp extends CapRoverResource {
  constructor(scope: Construct, id: string, props: CapRoverAppProps & TerraformMetaArguments) {
    super(scope, id, "caprover_app", APP_SHAPE, props);
  }

  /** The app's address, such as `https://hermes.apps.example.com`; null when it has none. */
  get url(): string {
    return this.getStringAttribute("url");
  }

  /** The app's host name for other apps of the server. */
  get internalHost(): string {
    return this.getStringAttribute("internal_host");
  }

  /** The version number that CapRover gave the last deploy. */
  get deployedVersion(): number {
    return this.getNumberAttribute("deployed_version");
  }
}
