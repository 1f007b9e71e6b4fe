import type { TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import type { Shape } from "./attributes";
import { CapRoverResource } from "./resource";

/** Where an app keeps data: a volume by name, or a directory of the node. */
export interface CapRoverVolume {
  /** Where the app sees it. */
  readonly containerPath: string;
  /**
   * Name of a volume, which CapRover makes when it is first mounted.
   * @default - none: then `hostPath` is needed
   */
  readonly name?: string;
  /** A directory of the node, which has to exist. @default - none: then `name` is needed */
  readonly hostPath?: string;
}

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
  /** Name of the one user. */
  readonly user: string;
  /** The password. Write-only: in no plan and no state. @default - the saved password stays */
  readonly passwordWo?: string;
  /** Count it up to send a changed password. @default - a changed one shows in the plan by itself */
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
  /** Failures before that do not count. @default - Docker's, 0 */
  readonly startPeriodSeconds?: number;
  /** Failures in a row until the container counts as unhealthy. @default - Docker's, 3 */
  readonly retries?: number;
}

/** What a container may use at most. */
export interface CapRoverLimits {
  /** Memory, at least 4. @default - no limit */
  readonly memoryMiB?: number;
  /** CPUs, such as 1.5. @default - no limit */
  readonly cpus?: number;
}

/** Lines of the app's nginx template, CapRover's own or the one that it has in the dashboard. */
export interface CapRoverNginx {
  /** How long the app may be silent within an answer. @default - nginx's own, 60 */
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
   * A text in the answer that only the app gives. A status of 200 needs it, since CapRover answers 200 for names that it
   * doesn't know.
   * @default - not looked for
   */
  readonly contains?: string;
}

/** What has to be seen before an apply is complete: CapRover itself does not tell whether an app runs. */
export interface CapRoverReady {
  /** A text in a line that the app prints when it has started. @default - not asked */
  readonly logLine?: string;
  /** A text in a line that means that it has not. @default - not asked */
  readonly failureLogLine?: string;
  /** What the app's address has to answer. @default - not asked */
  readonly http?: CapRoverReadyHttp;
  /** How long an apply waits for it. @default 300 */
  readonly timeoutSeconds?: number;
}

/** The settings of an app. */
export interface CapRoverAppProps {
  /** Name of the app, which is part of its address. Another name makes another app. */
  readonly name: string;
  /** It has data in volumes. CapRover can't change it later: a change replaces the app. @default false */
  readonly persistent?: boolean;
  /** A note that CapRover's dashboard shows. @default "" */
  readonly description?: string;
  /** Id of the project that it belongs to. @default - none */
  readonly projectId?: string;
  /** Tags by which CapRover's dashboard groups apps. @default - none but the provider's own `terraform-…` */
  readonly tags?: readonly string[];
  /**
   * The image to run, with a tag or digest that does not move.
   * @default - `captainDefinition`, or whoever deploys decides
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
  /** All of the app's environment but for its secrets. A variable that is not here goes. @default - none */
  readonly environment?: { readonly [variable: string]: string };
  /** Variables whose values are in no plan and no state; from Terraform 1.11 on. @default - none */
  readonly secretEnvironmentWo?: { readonly [variable: string]: string };
  /** Count it up to send changed secret values. @default - changed ones show in the plan by themselves */
  readonly secretEnvironmentWoVersion?: number;
  /** Lets values hold `{{…}}`, which Docker Swarm replaces. @default false */
  readonly environmentTemplates?: boolean;
  /** Where the app keeps data. Needs `persistent`. @default - none */
  readonly volumes?: readonly CapRoverVolume[];
  /** Memory as a file system, such as a larger /dev/shm. @default - none */
  readonly tmpfs?: readonly CapRoverTmpfs[];
  /** Ports on the node itself, TCP and UDP, past nginx and its basic auth. @default - none */
  readonly ports?: readonly CapRoverPort[];
  /** The container's port that the app's address leads to. @default 80 */
  readonly httpPort?: number;
  /** nginx passes websockets on. @default false */
  readonly websocketSupport?: boolean;
  /** The app has an address. @default true */
  readonly webApp?: boolean;
  /** Lines of the app's nginx template. @default - the template stays as it is */
  readonly nginx?: CapRoverNginx;
  /** HTTP basic auth before the app's address. @default - none */
  readonly basicAuth?: CapRoverBasicAuth;
  /** A token may deploy. @default false */
  readonly deployTokenEnabled?: boolean;
  /** The token. Write-only: in no plan and no state. @default - CapRover makes one, which then stays */
  readonly deployTokenWo?: string;
  /** Count it up to send a changed token. @default - a changed one shows in the plan by itself */
  readonly deployTokenWoVersion?: number;
  /** Time from SIGTERM to SIGKILL. @default - Docker's, 10 */
  readonly stopGraceSeconds?: number;
  /**
   * How long it may take to stop when that is more than CapRover shows, as after an import.
   * @default - the grace
   */
  readonly stopWaitSeconds?: number;
  /** The container's health check. @default - the image's own */
  readonly healthCheck?: CapRoverHealthCheck;
  /** Limits of memory and CPUs. @default - none */
  readonly limits?: CapRoverLimits;
  /** YAML or JSON that is merged over the Swarm service, for what has no prop here. @default - none */
  readonly serviceOverride?: string;
  /** What an apply waits for. @default - an apply does not wait for the app */
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

  /** The app's name for other apps of the CapRover server. */
  get internalHost(): string {
    return this.getStringAttribute("internal_host");
  }

  /** CapRover's count of deploys. */
  get deployedVersion(): number {
    return this.getNumberAttribute("deployed_version");
  }
}
