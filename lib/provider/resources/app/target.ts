/** What a configuration of `caprover_app` asks for, in the planner's words. */

import { TerraformError } from "../../../terraform-plugin";
import type { Volume } from "../../captain/app";
import type { Source } from "../../rollout/planner";
import type { Target } from "../../rollout/runner";
import { type NginxSettings, NO_NGINX_SETTINGS } from "../../settings/nginx-config";
import { type HealthCheck, parseOverride, type ServiceSettings } from "../../settings/override";
import { NO_PASSWORD, type Settings, sourceOf } from "../../settings/settings";
import type { AppConfig, AppPlanned, AppState } from "./schema";
import { fingerprintOf } from "./state";

type WithVolumes = Pick<AppState, "volumes">;
type WithService = Pick<
  AppState,
  "stop_grace_seconds" | "health_check" | "limits" | "tmpfs" | "service_override"
>;

export function targetOf(planned: AppPlanned, config: AppConfig, prior: AppState | null): Target {
  const settings = settingsOf(planned, config);
  const password = config.basic_auth?.password_wo ?? undefined;
  if (settings.basicAuth !== undefined && password === undefined && (prior?.basic_auth ?? null) === null) {
    throw new TerraformError(...NO_PASSWORD);
  }
  const stops = [
    planned.stop_grace_seconds,
    planned.stop_wait_seconds,
    prior?.stop_grace_seconds ?? null,
    prior?.stop_wait_seconds ?? null,
  ];
  const { ready } = planned;
  return {
    appName: planned.name,
    persistent: planned.persistent,
    settings,
    source: sourceIn(config),
    longestStopSeconds: Math.max(...stops.map((seconds) => seconds ?? 0)),
    hasStartLine: typeof ready?.log_line === "string",
    ready: {
      logLine: ready?.log_line ?? null,
      failureLogLine: ready?.failure_log_line ?? null,
      http: ready?.http ?? null,
      timeoutSeconds: ready?.timeout_seconds ?? 0,
    },
    credentials:
      settings.basicAuth === undefined || password === undefined
        ? undefined
        : { user: settings.basicAuth.user, password },
    plainKeys: new Set(Object.keys(planned.environment)),
  };
}

function settingsOf(planned: AppPlanned, config: AppConfig): Settings {
  const { basic_auth: auth } = planned;
  const environment = { ...planned.environment, ...config.secret_environment_wo };
  return {
    description: planned.description,
    projectId: planned.project_id,
    instanceCount: planned.instance_count,
    envVars: Object.entries(environment).map(([key, value]) => ({ key, value })),
    volumes: volumesOf(planned),
    ports: planned.ports.map((one) => ({ hostPort: one.host_port, containerPort: one.container_port })),
    tags: planned.tags,
    nodeId: planned.node_id ?? undefined,
    containerHttpPort: planned.http_port,
    websocketSupport: planned.websocket_support,
    notExposeAsWebApp: !planned.web_app,
    basicAuth:
      auth === null ? undefined : { user: auth.user, password: config.basic_auth?.password_wo ?? undefined },
    deployToken: { enabled: planned.deploy_token_enabled, token: config.deploy_token_wo ?? undefined },
    service: serviceOf(planned),
    nginx: nginxOf(planned),
  };
}

export function volumesOf({ volumes }: WithVolumes): readonly Volume[] {
  return volumes.map(({ container_path: containerPath, name, host_path: hostPath }) =>
    hostPath === null ? { containerPath, volumeName: name ?? "" } : { containerPath, hostPath },
  );
}

/** Names of the volumes that CapRover itself can delete. */
export const volumeNames = (state: WithVolumes): readonly string[] =>
  volumesOf(state).flatMap((volume) => ("volumeName" in volume ? [sourceOf(volume)] : []));

function serviceOf(planned: WithService): ServiceSettings {
  return {
    stopGraceSeconds: planned.stop_grace_seconds,
    healthCheck: healthCheckOf(planned.health_check),
    memoryMiB: planned.limits?.memory_mib ?? null,
    cpus: planned.limits?.cpus ?? null,
    tmpfs: planned.tmpfs.map((one) => ({ containerPath: one.container_path, sizeMiB: one.size_mib })),
    rest: parseOverride(planned.service_override ?? "") ?? {},
  };
}

export function nginxOf({ nginx }: Pick<AppState, "nginx">): NginxSettings {
  if (nginx === null) return NO_NGINX_SETTINGS;
  return {
    proxyReadTimeoutSeconds: nginx.proxy_read_timeout_seconds,
    clientMaxBodySizeMiB: nginx.client_max_body_size_mib,
  };
}

function healthCheckOf(given: AppState["health_check"]): HealthCheck | null {
  if (given === null) return null;
  return {
    test: given.test,
    intervalSeconds: given.interval_seconds,
    timeoutSeconds: given.timeout_seconds,
    startPeriodSeconds: given.start_period_seconds,
    retries: given.retries,
  };
}

/** Only what the configuration itself says is deployed: an image that is merely known belongs to somebody else. */
function sourceIn({ image, captain_definition: definition }: AppConfig): Source | undefined {
  if (image !== null) {
    return {
      image,
      captainDefinition: JSON.stringify({ schemaVersion: 2, imageName: image }),
      fingerprint: "",
    };
  }
  if (definition === null) return undefined;
  return { image: undefined, captainDefinition: definition, fingerprint: fingerprintOf(definition) };
}
