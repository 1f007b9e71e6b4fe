/** An app as CapRover lists it. */
import { flagAt, type JsonObject, numberAt, objectAt, objectsAt, textAt } from "./json";

export type Volume =
  | { readonly containerPath: string; readonly hostPath: string }
  | { readonly containerPath: string; readonly volumeName: string };
export interface Port {
  readonly hostPort: number;
  readonly containerPort: number;
}
export interface EnvVar {
  readonly key: string;
  readonly value: string;
}
export interface AppVersion {
  readonly version: number;
  readonly startedMs: number;
  readonly image: string;
  readonly gitHash: string;
}

export interface App {
  readonly name: string;
  readonly persistent: boolean;
  readonly isBuilding: boolean;
  /** Made by a CapRover before 1.15, which puts `captain--` before the names of volumes. */
  readonly isLegacy: boolean;
  /** The captain has the partial update (1.15 or later). */
  readonly canPatch: boolean;
  readonly instanceCount: number;
  readonly description: string;
  readonly projectId: string;
  readonly nodeId: string;
  readonly envVars: readonly EnvVar[];
  readonly volumes: readonly Volume[];
  readonly ports: readonly Port[];
  readonly tags: readonly string[];
  readonly containerHttpPort: number;
  readonly websocketSupport: boolean;
  readonly notExposeAsWebApp: boolean;
  readonly forceSsl: boolean;
  readonly hasBaseDomainSsl: boolean;
  readonly redirectDomain: string;
  readonly customDomains: readonly { readonly domain: string; readonly hasSsl: boolean }[];
  readonly basicAuth: { readonly user: string; readonly passwordHash: string } | undefined;
  /** Undefined when no token is accepted. */
  readonly deployToken: string | undefined;
  readonly serviceOverride: string;
  /** The nginx template that it has instead of CapRover's own; empty where it has that one. */
  readonly nginxConfig: string;
  /** CapRover's own nginx template, the same for all apps. */
  readonly defaultNginxConfig: string;
  readonly versions: readonly AppVersion[];
  readonly deployedVersion: number;
  /** Everything that was listed, for the full update that older captains want. */
  readonly raw: JsonObject;
}

export const PLACEHOLDER_IMAGE = "caprover/caprover-placeholder-app";

export function readApp(raw: JsonObject, defaultNginxConfig = ""): App {
  const auth = objectAt(raw, "httpAuth");
  const token = objectAt(raw, "appDeployTokenConfig");
  const canPatch = raw["isLegacyAppName"] !== undefined;
  return {
    name: textAt(raw, "appName"),
    persistent: flagAt(raw, "hasPersistentData"),
    isBuilding: flagAt(raw, "isAppBuilding"),
    isLegacy: canPatch ? flagAt(raw, "isLegacyAppName") : true,
    canPatch,
    instanceCount: numberAt(raw, "instanceCount"),
    description: textAt(raw, "description"),
    projectId: textAt(raw, "projectId"),
    nodeId: textAt(raw, "nodeId"),
    envVars: objectsAt(raw, "envVars").map((one) => ({
      key: textAt(one, "key"),
      value: textAt(one, "value"),
    })),
    volumes: objectsAt(raw, "volumes").map(readVolume),
    ports: objectsAt(raw, "ports").map((port) => ({
      hostPort: numberAt(port, "hostPort"),
      containerPort: numberAt(port, "containerPort"),
    })),
    tags: objectsAt(raw, "tags").map((tag) => textAt(tag, "tagName")),
    containerHttpPort: numberAt(raw, "containerHttpPort") || 80,
    websocketSupport: flagAt(raw, "websocketSupport"),
    notExposeAsWebApp: flagAt(raw, "notExposeAsWebApp"),
    forceSsl: flagAt(raw, "forceSsl"),
    hasBaseDomainSsl: flagAt(raw, "hasDefaultSubDomainSsl"),
    redirectDomain: textAt(raw, "redirectDomain"),
    customDomains: objectsAt(raw, "customDomain").map((one) => ({
      domain: textAt(one, "publicDomain"),
      hasSsl: flagAt(one, "hasSsl"),
    })),
    basicAuth:
      textAt(auth, "user") === ""
        ? undefined
        : { user: textAt(auth, "user"), passwordHash: textAt(auth, "passwordHashed") },
    deployToken: flagAt(token, "enabled") ? textAt(token, "appDeployToken") : undefined,
    serviceOverride: textAt(raw, "serviceUpdateOverride"),
    nginxConfig: textAt(raw, "customNginxConfig"),
    defaultNginxConfig,
    versions: objectsAt(raw, "versions").map((one) => ({
      version: numberAt(one, "version"),
      startedMs: Date.parse(textAt(one, "timeStamp")) || 0,
      image: textAt(one, "deployedImageName"),
      gitHash: textAt(one, "gitHash"),
    })),
    deployedVersion: numberAt(raw, "deployedVersion"),
    raw,
  };
}

function readVolume(raw: JsonObject): Volume {
  const containerPath = textAt(raw, "containerPath");
  const hostPath = textAt(raw, "hostPath");
  return hostPath === ""
    ? { containerPath, volumeName: textAt(raw, "volumeName") }
    : { containerPath, hostPath };
}

/** The version that CapRover takes for the one that runs, whatever the engine runs. */
export function deployed(app: App): AppVersion | undefined {
  return app.versions.find(({ version }) => version === app.deployedVersion);
}

/** Nothing but CapRover's placeholder was ever deployed. */
export function hasOnlyPlaceholder(app: App): boolean {
  return app.versions.every(({ image }) => image === "" || isPlaceholder(image));
}

export const isPlaceholder = (image: string): boolean => image.split(":")[0] === PLACEHOLDER_IMAGE;
