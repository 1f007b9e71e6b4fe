/** What a configuration of `caprover_app` asks for, in the rollout's words. */
import { TerraformError } from "../../../terraform-plugin";
import type { Volume } from "../../captain/app";
import type { Source } from "../../rollout/planner";
import type { Target } from "../../rollout/target";
import { fingerprintOf } from "../../settings/fingerprint";
import { NO_PASSWORD, type Settings } from "../../settings/settings";
import { sourceOf } from "../../settings/volumes";
import { volumeOf } from "./attributes/storage";
import { writeRows } from "./row";
import { type AppConfig, type AppPlanned, type AppState, rows } from "./schema";

type WithVolumes = Pick<AppState, "volumes">;

export function targetOf(planned: AppPlanned, config: AppConfig, prior: AppState | null): Target {
  const settings: Settings = writeRows(rows, planned, config);
  const password = settings.basicAuth?.password;
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
  };
}

export const volumesOf = ({ volumes }: WithVolumes): readonly Volume[] => volumes.map(volumeOf);

/** Names of the volumes that CapRover itself can delete. */
export const volumeNames = (state: WithVolumes): readonly string[] =>
  volumesOf(state).flatMap((volume) => ("volumeName" in volume ? [sourceOf(volume)] : []));

/** Only an image in the configuration is deployed: an image that only the state knows was deployed by somebody else. */
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
