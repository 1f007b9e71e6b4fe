/** The image that CapRover runs in a new app until its first deploy. */
export const PLACEHOLDER_IMAGE = "caprover/caprover-placeholder-app:latest";

/** An environment variable of an app. CapRover keeps order and duplicates. */
export interface AppEnvVar {
  key: string;
  value: string;
}

/** A directory of the node or a named volume, by the path at which the container has it. */
export type AppVolume =
  | { containerPath: string; hostPath: string }
  | { containerPath: string; volumeName: string };

/** A port of the node, published for TCP and UDP on all its addresses, past nginx. */
export interface AppPort {
  hostPort: number;
  containerPort: number;
}

/** One deploy of an app, the failed ones included. */
export interface AppVersion {
  version: number;
  /** ISO 8601, in simulated time. */
  timeStamp: string;
  /** Absent after a deploy that failed. */
  deployedImageName?: string;
  gitHash?: string;
}

/** The git repository whose pushes CapRover builds. The sandbox saves it and builds nothing. */
export interface AppPushWebhook {
  tokenVersion: string;
  pushWebhookToken: string;
  repoInfo: { repo: string; branch: string; user: string; password: string; sshKey: string };
}

/** The settings of an app: what a full update replaces as a whole. */
export interface AppSettings {
  /** `""` for no project. */
  projectId: string;
  description: string;
  /** 0 stops the app. */
  instanceCount: number;
  captainDefinitionRelativeFilePath: string;
  envVars: AppEnvVar[];
  volumes: AppVolume[];
  ports: AppPort[];
  tags: { tagName: string }[];
  /** `true` for an app that nginx does not serve. */
  notExposeAsWebApp: boolean;
  /** Redirects HTTP to HTTPS. */
  forceSsl: boolean;
  websocketSupport: boolean;
  /** The domain to which all others of the app redirect; `""` for none. */
  redirectDomain: string;
  /** The id of the node on which the app has to run. */
  nodeId?: string;
  /** The container's port behind nginx; absent before the first update, which then means 80. */
  containerHttpPort?: number;
  /** An EJS template of the app's nginx configuration; `""` for CapRover's own. */
  customNginxConfig?: string;
  /** JavaScript that may change the service's spec; `""` for none. */
  preDeployFunction?: string;
  /** YAML or JSON that is merged over the service's spec; `""` for none. */
  serviceUpdateOverride?: string;
  appDeployTokenConfig?: { enabled: boolean; appDeployToken?: string };
  /** Basic auth before the app; the password is an apr1 hash. */
  httpAuth?: { user: string; passwordHashed: string };
  appPushWebhook?: AppPushWebhook;
}

/** An app as CapRover saves it, with the names of its API. */
export interface AppDefinition extends AppSettings {
  /** Whether the app may have volumes; fixed when the app is registered. */
  readonly hasPersistentData: boolean;
  readonly networks: readonly string[];
  /** The latest 50 deploys, oldest first. */
  versions: AppVersion[];
  /** The `version` that CapRover takes for the one that runs. */
  deployedVersion: number;
  customDomain: { publicDomain: string; hasSsl: boolean }[];
  /** Whether `<app>.<root domain>` has a certificate. */
  hasDefaultSubDomainSsl: boolean;
}

export function newAppDefinition(hasPersistentData: boolean, projectId: string): AppDefinition {
  return {
    hasPersistentData,
    projectId,
    description: "",
    instanceCount: 1,
    captainDefinitionRelativeFilePath: "./captain-definition",
    networks: ["captain-overlay-network"],
    envVars: [],
    volumes: [],
    ports: [],
    tags: [],
    versions: [],
    deployedVersion: 0,
    notExposeAsWebApp: false,
    customDomain: [],
    hasDefaultSubDomainSsl: false,
    redirectDomain: "",
    forceSsl: false,
    websocketSupport: false,
  };
}

/** The image that CapRover takes for the one that runs, whatever the engine runs. */
export function deployedImage(app: AppDefinition): string | undefined {
  return app.versions.find(({ version }) => version === app.deployedVersion)?.deployedImageName;
}
