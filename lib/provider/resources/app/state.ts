/** An app as Terraform's state has it. */

import { createHash } from "node:crypto";
import { isKnown } from "../../../terraform-plugin";
import { type App, deployed } from "../../captain/app";
import type { AppList, Captain } from "../../captain/client";
import { canonical, type JsonObject, objectAt, objectsAt, parseJson, textAt } from "../../captain/json";
import { SecretDigests } from "../../secrets/digests";
import { readNginx } from "../../settings/nginx-config";
import {
  DEFAULT_STOP_GRACE_SECONDS,
  normalOverride,
  parseOverride,
  readOverride,
  renderOverride,
} from "../../settings/override";
import { ownTags } from "../../settings/settings";
import { deployStamp } from "../../settings/stamp";
import type { AppPlanned, AppState } from "./schema";

/** Shown for a variable that no configuration knows, since it may be a secret. */
const UNMANAGED = "(not managed by Terraform)";

/** What CapRover alone decides. */
export function computedOf(app: App, { rootDomain }: AppList, captain: Captain) {
  const host = `${app.name}.${rootDomain}`;
  const scheme = app.hasBaseDomainSsl ? "https" : "http";
  const webPort = captain.url.protocol === "http:" && captain.url.port !== "" ? `:${captain.url.port}` : "";
  return {
    id: app.name,
    deployed_version: app.deployedVersion,
    image: deployed(app)?.image || null,
    url: app.notExposeAsWebApp || rootDomain === "" ? null : `${scheme}://${host}${webPort}`,
    internal_host: `srv-captain--${app.name}`,
    root_domain: rootDomain,
  };
}

type Computed = ReturnType<typeof computedOf>;

/**
 * What somebody else changed between plan and apply, as a CI does that deploys, is no fault of the apply: it keeps to
 * what was planned, and the next refresh shows what is there now.
 */
export function asPlanned<T extends Computed>(
  planned: Pick<AppPlanned, "image" | "deployed_version" | "url">,
  found: T,
): T {
  const { image, deployed_version: version, url } = planned;
  return {
    ...found,
    image: isKnown(image) ? image : found.image,
    deployed_version: isKnown(version) ? version : found.deployed_version,
    url: isKnown(url) ? url : found.url,
  };
}

/** @param prior keeps its spelling where that means the same */
export function stateOf(
  app: App,
  list: AppList,
  captain: Captain,
  prior: AppState,
  digests: SecretDigests,
): AppState {
  const secretKeys = prior.secret_environment_keys ?? [];
  const saved = readOverride(app);
  const override = parseOverride(app.serviceOverride) ?? {};
  return {
    ...prior,
    ...computedOf(app, list, captain),
    name: app.name,
    persistent: app.persistent,
    description: app.description,
    project_id: app.projectId,
    tags: ownTags(app),
    captain_definition: captainDefinitionOf(app, prior),
    instance_count: app.instanceCount,
    node_id: prior.node_id === null ? null : app.nodeId,
    environment: environmentOf(app, prior.environment, secretKeys),
    secret_environment_wo_version: secretsAreUnchanged(app, secretKeys, digests)
      ? prior.secret_environment_wo_version
      : 0,
    volumes: app.volumes.map((volume) => ({
      container_path: volume.containerPath,
      name: "volumeName" in volume ? volume.volumeName : null,
      host_path: "hostPath" in volume ? volume.hostPath : null,
    })),
    tmpfs: saved.tmpfs.map(({ containerPath, sizeMiB }) => ({
      container_path: containerPath,
      size_mib: sizeMiB,
    })),
    ports: app.ports.map(({ hostPort, containerPort }) => ({
      host_port: hostPort,
      container_port: containerPort,
    })),
    http_port: app.containerHttpPort,
    websocket_support: app.websocketSupport,
    web_app: !app.notExposeAsWebApp,
    nginx: nginxOf(app, prior),
    basic_auth: basicAuthOf(app, prior, digests),
    deploy_token_enabled: app.deployToken !== undefined,
    deploy_token_wo_version: digests.matches("token", app.deployToken) ? prior.deploy_token_wo_version : 0,
    stop_grace_seconds:
      (saved.stopGraceSeconds ?? DEFAULT_STOP_GRACE_SECONDS) ===
      (prior.stop_grace_seconds ?? DEFAULT_STOP_GRACE_SECONDS)
        ? prior.stop_grace_seconds
        : saved.stopGraceSeconds,
    health_check:
      saved.healthCheck === null
        ? null
        : {
            test: saved.healthCheck.test,
            interval_seconds: saved.healthCheck.intervalSeconds,
            timeout_seconds: saved.healthCheck.timeoutSeconds,
            start_period_seconds: saved.healthCheck.startPeriodSeconds,
            retries: saved.healthCheck.retries,
          },
    limits: limitsOf(saved, prior),
    service_override:
      normalOverride(prior.service_override ?? "") === canonical(saved.rest)
        ? prior.service_override
        : Object.keys(saved.rest).length === 0
          ? null
          : JSON.stringify(saved.rest),
    applied:
      prior.applied !== false &&
      mountsOf(override) === mountsOf(renderOverride(saved, app.volumes, app.isLegacy)),
  };
}

function environmentOf(app: App, prior: AppState["environment"], secretKeys: readonly string[]) {
  const environment: Record<string, string> = {};
  for (const { key, value } of app.envVars) {
    if (secretKeys.includes(key)) continue;
    const known = prior[key] !== undefined && prior[key] !== UNMANAGED;
    environment[key] = !known ? UNMANAGED : environment[key] === undefined ? value : "(set more than once)";
  }
  return environment;
}

/** Every key once, each with the value that was sent. */
function secretsAreUnchanged(app: App, secretKeys: readonly string[], digests: SecretDigests): boolean {
  return secretKeys.every((key) => {
    const values = app.envVars.filter((one) => one.key === key);
    return values.length === 1 && digests.matches(`env:${key}`, values[0]?.value);
  });
}

function basicAuthOf({ basicAuth }: App, prior: AppState, digests: SecretDigests): AppState["basic_auth"] {
  if (basicAuth === undefined) return null;
  const isOurs = digests.matches("basic_auth", basicAuth.passwordHash);
  return {
    user: basicAuth.user,
    password_wo_version: isOurs ? (prior.basic_auth?.password_wo_version ?? 1) : 0,
  };
}

function limitsOf(
  saved: { memoryMiB: number | null; cpus: number | null },
  prior: AppState,
): AppState["limits"] {
  const none = saved.memoryMiB === null && saved.cpus === null;
  if (none) return prior.limits?.memory_mib === null && prior.limits.cpus === null ? prior.limits : null;
  return { memory_mib: saved.memoryMiB, cpus: saved.cpus };
}

function nginxOf({ nginxConfig }: App, { nginx: prior }: AppState): AppState["nginx"] {
  const found = readNginx(nginxConfig);
  if (found === null) {
    const saysNothing = prior?.proxy_read_timeout_seconds === null && prior.client_max_body_size_mib === null;
    return saysNothing ? prior : null;
  }
  return {
    proxy_read_timeout_seconds: found.proxyReadTimeoutSeconds,
    client_max_body_size_mib: found.clientMaxBodySizeMiB,
  };
}

/** A build is known by the fingerprint that its deploy carried. */
function captainDefinitionOf(app: App, { captain_definition: text }: AppState): string | null {
  if (text === null) return null;
  return deployStamp(app)?.fingerprint === fingerprintOf(text) ? text : null;
}

export function fingerprintOf(captainDefinition: string): string {
  const normal = canonical(parseJson(captainDefinition));
  return createHash("sha256").update(normal).digest("hex").slice(0, 16);
}

/** The mounts that an override names: the app's own list doesn't count then. */
function mountsOf(override: JsonObject): string {
  const container = objectAt(objectAt(override, "TaskTemplate"), "ContainerSpec");
  return objectsAt(container, "Mounts")
    .map((mount) => `${textAt(mount, "Type")} ${textAt(mount, "Source")} ${textAt(mount, "Target")}`)
    .sort()
    .join("\n");
}

/** Keeps what tells later whether the secrets are still the same. */
export function rememberSecrets(
  privateState: Map<string, string>,
  app: App,
  secretKeys: readonly string[],
): void {
  const secrets = new Map<string, string>();
  for (const { key, value } of app.envVars) if (secretKeys.includes(key)) secrets.set(`env:${key}`, value);
  if (app.basicAuth !== undefined) secrets.set("basic_auth", app.basicAuth.passwordHash);
  if (app.deployToken !== undefined) secrets.set("token", app.deployToken);
  SecretDigests.write(privateState, secrets);
}
