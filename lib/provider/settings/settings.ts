/** What a configuration wants of an app, in CapRover's own terms, and how that differs from what is saved. */
import { posix } from "node:path";
import { verifyApr1 } from "../../support/apr1";
import { type Place, TerraformError } from "../../terraform-plugin";
import type { App, EnvVar, Port, Volume } from "../captain/app";
import { canonical, type Json, type JsonObject, objectAt } from "../captain/json";
import { type NginxSettings, patchNginx } from "./nginx-config";
import { parseOverride, renderOverride, type ServiceSettings, withResets } from "./override";
import { formatStamp, isStamp, type Stamp } from "./stamp";

export interface Settings {
  readonly description: string;
  readonly projectId: string;
  readonly instanceCount: number;
  readonly envVars: readonly EnvVar[];
  readonly volumes: readonly Volume[];
  readonly ports: readonly Port[];
  readonly tags: readonly string[];
  /** Undefined leaves it to CapRover. */
  readonly nodeId: string | undefined;
  readonly containerHttpPort: number;
  readonly websocketSupport: boolean;
  readonly notExposeAsWebApp: boolean;
  /** A password that is undefined leaves the saved one. */
  readonly basicAuth: { readonly user: string; readonly password: string | undefined } | undefined;
  /** A token that is undefined leaves the saved one. */
  readonly deployToken: { readonly enabled: boolean; readonly token: string | undefined };
  readonly service: ServiceSettings;
  readonly nginx: NginxSettings;
}

/** What a partial update sends: CapRover's keys with their values. */
export type Changes = JsonObject;

export const isEmpty = (changes: Changes): boolean => Object.keys(changes).length === 0;

/** What differs between the saved app and the wanted one; empty when nothing does. */
export function changesOf(app: App, wanted: Settings): Changes {
  const changes: Record<string, Json> = {};
  const differ = (key: string, saved: Json, value: Json) => {
    if (canonical(saved) !== canonical(value)) changes[key] = value;
  };
  differ("description", app.description, wanted.description);
  differ("projectId", app.projectId, wanted.projectId);
  differ("instanceCount", app.instanceCount, wanted.instanceCount);
  differ("containerHttpPort", app.containerHttpPort, wanted.containerHttpPort);
  differ("websocketSupport", app.websocketSupport, wanted.websocketSupport);
  differ("notExposeAsWebApp", app.notExposeAsWebApp, wanted.notExposeAsWebApp);
  if (wanted.nodeId !== undefined) differ("nodeId", app.nodeId, wanted.nodeId);
  const template = patchNginx(app.nginxConfig, app.defaultNginxConfig, wanted.nginx);
  // CapRover may have trimmed what it saved
  if ("text" in template && template.text.trim() !== app.nginxConfig.trim()) {
    changes["customNginxConfig"] = template.text;
  }
  if (unordered(app.envVars) !== unordered(wanted.envVars)) changes["envVars"] = asJson(wanted.envVars);
  if (unordered(app.volumes) !== unordered(wanted.volumes)) changes["volumes"] = asJson(wanted.volumes);
  if (unordered(app.ports) !== unordered(wanted.ports)) changes["ports"] = asJson(wanted.ports);
  if (unordered(ownTags(app)) !== unordered(wanted.tags)) changes["tags"] = tagObjects(wanted.tags);
  if (!isBasicAuth(app, wanted.basicAuth)) changes["httpAuth"] = basicAuthBody(app, wanted.basicAuth);
  if (!isDeployToken(app, wanted.deployToken))
    changes["appDeployTokenConfig"] = deployTokenBody(app, wanted.deployToken);
  const saved = parseOverride(app.serviceOverride) ?? {};
  const { override } = withResets(renderOverride(wanted.service, wanted.volumes, app.isLegacy), saved);
  if (canonical(override) !== canonical(saved)) {
    changes["serviceUpdateOverride"] = Object.keys(override).length === 0 ? "" : JSON.stringify(override);
  }
  return changes;
}

/** Settings that an earlier override has set, that this one drops, and that CapRover can't reset. */
export function leftInForce(app: App, wanted: Settings): readonly string[] {
  const saved = parseOverride(app.serviceOverride) ?? {};
  return withResets(renderOverride(wanted.service, wanted.volumes, app.isLegacy), saved).left;
}

/** The body of one write of these changes: only them where the captain can, else the whole app with them in it. */
export function updateBody(app: App, changes: Changes, stamps: readonly Stamp[]): JsonObject {
  const tags = changes["tags"] ?? tagObjects(ownTags(app));
  const stamped = [...(Array.isArray(tags) ? tags : []), ...tagObjects(stamps.map(formatStamp))];
  return { ...(app.canPatch ? {} : app.raw), ...changes, tags: stamped, appName: app.name };
}

/** The tags without the stamps of this provider. */
export const ownTags = (app: App): readonly string[] => app.tags.filter((tag) => !isStamp(tag));

const tagObjects = (tags: readonly string[]): readonly JsonObject[] => tags.map((tagName) => ({ tagName }));

const asJson = (items: readonly object[]): Json => items.map((item) => ({ ...item }));

const unordered = (items: readonly (object | string)[]): string =>
  items
    .map((item) => canonical(typeof item === "string" ? item : { ...item }))
    .sort()
    .join();

function isBasicAuth({ basicAuth: saved }: App, wanted: Settings["basicAuth"]): boolean {
  if (saved === undefined || wanted === undefined) return saved === wanted;
  if (saved.user !== wanted.user) return false;
  return wanted.password === undefined || verifyApr1(wanted.password, saved.passwordHash);
}

/** With neither a password nor a saved hash, CapRover saves a hash that no password has. */
export const NO_PASSWORD: readonly [string, Place] = [
  "basic_auth.password_wo is missing",
  { at: ["basic_auth"], detail: "The app has no password yet that could stay, so nobody could log in." },
];

function basicAuthBody(app: App, wanted: Settings["basicAuth"]): Json {
  if (wanted === undefined) return null;
  const { user, password } = wanted;
  if (password !== undefined) return { user, password };
  if (app.basicAuth === undefined) throw new TerraformError(...NO_PASSWORD);
  return { user, passwordHashed: app.basicAuth.passwordHash };
}

function isDeployToken({ deployToken: saved }: App, { enabled, token }: Settings["deployToken"]): boolean {
  if (!enabled) return saved === undefined;
  return saved !== undefined && saved !== "" && (token === undefined || token === saved);
}

/** CapRover makes a new token at each enabling that brings none: the saved one is sent along. */
function deployTokenBody(app: App, { enabled, token }: Settings["deployToken"]): Json {
  if (!enabled) return { enabled: false };
  const kept = token ?? app.deployToken;
  return { enabled: true, ...(kept === undefined ? {} : { appDeployToken: kept }) };
}

/** Volumes and host paths that another app of the captain mounts. */
export function heldElsewhere(
  apps: ReadonlyMap<string, App>,
  appName: string,
  volumes: readonly Volume[],
): readonly { readonly volume: string; readonly heldBy: string }[] {
  if (volumes.length === 0) return [];
  const wanted = new Set(volumes.map(sourceOf));
  return [...apps.values()]
    .filter(({ name }) => name !== appName)
    .flatMap(({ name, volumes: held }) =>
      held
        .filter((volume) => wanted.has(sourceOf(volume)))
        .map((volume) => ({ volume: sourceOf(volume), heldBy: name })),
    );
}

/** A volume's name, or the path of a directory in one spelling. */
export const sourceOf = (volume: Volume): string =>
  "hostPath" in volume ? posix.normalize(volume.hostPath).replace(/(.)\/$/, "$1") : volume.volumeName;

/** Values of the environment that aren't the configuration's plain ones: they may be secrets. */
export function hiddenValues(app: App, plain: ReadonlySet<string>): readonly string[] {
  const token = objectAt(app.raw, "appDeployTokenConfig")["appDeployToken"];
  const hidden = app.envVars.filter(({ key }) => !plain.has(key)).map(({ value }) => value);
  return [...hidden, ...(typeof token === "string" ? [token] : [])];
}
