/** An app as CapRover lists it. */
import { flagAt, type JsonObject, keysOf, numberAt, objectAt, objectsAt, textAt } from "./json";

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

/** How each setting is read that CapRover keeps as one plain value, and takes under the same key. */
const PLAIN = {
  description: textAt,
  projectId: textAt,
  instanceCount: (raw: JsonObject, key: string) => numberAt(raw, key),
  containerHttpPort: (raw: JsonObject, key: string) => numberAt(raw, key) || 80,
  websocketSupport: flagAt,
  notExposeAsWebApp: flagAt,
};
export type PlainSettings = { readonly [K in keyof typeof PLAIN]: ReturnType<(typeof PLAIN)[K]> };
export const PLAIN_SETTINGS = keysOf(PLAIN);

export interface App extends PlainSettings {
  readonly name: string;
  readonly persistent: boolean;
  readonly isBuilding: boolean;
  /** Made by a CapRover before 1.15, which puts `captain--` before the names of its volumes. */
  readonly isLegacy: boolean;
  /** The server has the partial update (CapRover 1.15 or later). */
  readonly canPatch: boolean;
  readonly nodeId: string;
  readonly envVars: readonly EnvVar[];
  readonly volumes: readonly Volume[];
  readonly ports: readonly Port[];
  readonly tags: readonly string[];
  readonly forceSsl: boolean;
  readonly hasBaseDomainSsl: boolean;
  readonly redirectDomain: string;
  readonly customDomains: readonly { readonly domain: string; readonly hasSsl: boolean }[];
  readonly basicAuth: { readonly user: string; readonly passwordHash: string } | undefined;
  /** Undefined when no token is accepted. */
  readonly deployToken: string | undefined;
  readonly serviceOverride: string;
  /** The app's own nginx template; empty when it has CapRover's. */
  readonly nginxConfig: string;
  /** CapRover's own nginx template, the same for all apps. */
  readonly defaultNginxConfig: string;
  readonly versions: readonly AppVersion[];
  readonly deployedVersion: number;
  /** The whole definition, for the full update that older servers want. */
  readonly raw: JsonObject;
}

export const PLACEHOLDER_IMAGE = "caprover/caprover-placeholder-app";

export function readApp(raw: JsonObject, defaultNginxConfig = ""): App {
  const auth = objectAt(raw, "httpAuth");
  const token = objectAt(raw, "appDeployTokenConfig");
  const canPatch = raw["isLegacyAppName"] !== undefined;
  return {
    ...readAll(PLAIN, raw),
    name: textAt(raw, "appName"),
    persistent: flagAt(raw, "hasPersistentData"),
    isBuilding: flagAt(raw, "isAppBuilding"),
    isLegacy: canPatch ? flagAt(raw, "isLegacyAppName") : true,
    canPatch,
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

type Readers<T extends object> = { readonly [K in keyof T]: (raw: JsonObject, key: string) => T[K] };

function readAll<T extends object>(readers: Readers<T>, raw: JsonObject): T;
function readAll(readers: Readers<JsonObject>, raw: JsonObject): object {
  return Object.fromEntries(Object.entries(readers).map(([key, read]) => [key, read(raw, key)]));
}

function readVolume(raw: JsonObject): Volume {
  const containerPath = textAt(raw, "containerPath");
  const hostPath = textAt(raw, "hostPath");
  return hostPath === ""
    ? { containerPath, volumeName: textAt(raw, "volumeName") }
    : { containerPath, hostPath };
}

/** The version that CapRover believes to be running. The engine may run another one. */
export function deployed(app: App): AppVersion | undefined {
  return app.versions.find(({ version }) => version === app.deployedVersion);
}

/** Only CapRover's placeholder image was ever deployed. */
export function hasOnlyPlaceholder(app: App): boolean {
  return app.versions.every(({ image }) => image === "" || isPlaceholder(image));
}

export const isPlaceholder = (image: string): boolean => image.split(":")[0] === PLACEHOLDER_IMAGE;
