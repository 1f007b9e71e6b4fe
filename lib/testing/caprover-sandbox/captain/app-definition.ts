/** What CapRover runs in a new app until its first deploy. */
export const PLACEHOLDER_IMAGE = "caprover/caprover-placeholder-app:latest";

export interface EnvVar {
  key: string;
  value: string;
}
export type AppVolume =
  | { containerPath: string; hostPath: string }
  | { containerPath: string; volumeName: string };
export interface AppPort {
  hostPort: number;
  containerPort: number;
}
export interface AppVersion {
  version: number;
  timeStamp: string;
  deployedImageName?: string;
  gitHash?: string;
}
export interface AppPushWebhook {
  tokenVersion: string;
  pushWebhookToken: string;
  repoInfo: { repo: string; branch: string; user: string; password: string; sshKey: string };
}

/** What the update endpoint replaces as a whole. */
export interface AppSettings {
  projectId: string;
  description: string;
  instanceCount: number;
  captainDefinitionRelativeFilePath: string;
  envVars: EnvVar[];
  volumes: AppVolume[];
  ports: AppPort[];
  tags: { tagName: string }[];
  notExposeAsWebApp: boolean;
  forceSsl: boolean;
  websocketSupport: boolean;
  redirectDomain: string;
  nodeId?: string;
  containerHttpPort?: number;
  customNginxConfig?: string;
  preDeployFunction?: string;
  serviceUpdateOverride?: string;
  appDeployTokenConfig?: { enabled: boolean; appDeployToken?: string };
  httpAuth?: { user: string; passwordHashed: string };
  appPushWebhook?: AppPushWebhook;
}

/** An app as CapRover saves it. */
export interface AppDefinition extends AppSettings {
  readonly hasPersistentData: boolean;
  readonly networks: readonly string[];
  versions: AppVersion[];
  deployedVersion: number;
  customDomain: { publicDomain: string; hasSsl: boolean }[];
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

/** The image that CapRover takes for the one to run, whatever the engine runs. */
export function deployedImage(app: AppDefinition): string | undefined {
  return app.versions.find(({ version }) => version === app.deployedVersion)?.deployedImageName;
}
