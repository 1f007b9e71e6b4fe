/** What a plan of `caprover_app` asks for, in the rollout's words. */
import { TerraformError, UNKNOWN } from "../../../terraform-plugin";
import type { Volume } from "../../captain/app";
import type { Source } from "../../rollout/planner";
import type { Target } from "../../rollout/target";
import type { Claim } from "../../rollout/volume-claims";
import { fingerprintOf } from "../../settings/fingerprint";
import { NO_PASSWORD, type Settings } from "../../settings/settings";
import { sourceOf } from "../../settings/volumes";
import { volumeOf } from "./attributes/storage";
import { type Secrets, writeRows } from "./row";
import { type AppPlanned, type AppState, rows } from "./schema";

type WithVolumes = Pick<AppState, "volumes">;

export function targetOf(planned: AppPlanned, secrets: Secrets, prior: AppState | null): Target {
  const settings: Settings = writeRows(rows, planned, secrets);
  const password = settings.basicAuth?.password.value;
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
    source: planned.deployed_version === UNKNOWN ? sourceIn(planned, prior) : undefined,
    longestStopSeconds: Math.max(...stops.map((seconds) => seconds ?? 0)),
    hasStartLine: typeof ready?.log_line === "string",
    ready:
      ready === null
        ? undefined
        : {
            logLine: ready.log_line,
            failureLogLine: ready.failure_log_line,
            http: isBehindUnknownPassword(planned, settings) ? null : ready.http,
            startLine: ready.start_line,
            fatalLines: ready.fatal_lines ?? [],
            timeoutSeconds: ready.timeout_seconds,
          },
    credentials:
      settings.basicAuth === undefined || password === undefined
        ? undefined
        : { user: settings.basicAuth.user, password },
  };
}

/** nginx answers 401 whether the app runs or not, when the apply does not know the password. */
export const isBehindUnknownPassword = (
  { ready }: Pick<AppPlanned, "ready">,
  { basicAuth }: Pick<Settings, "basicAuth">,
): boolean =>
  (ready?.http ?? null) !== null &&
  ready?.http?.status !== 401 &&
  basicAuth !== undefined &&
  basicAuth.password.value === undefined;

export const volumesOf = ({ volumes }: WithVolumes): readonly Volume[] => volumes.map(volumeOf);

/** What the app mounts, and whether other apps may mount it too. */
export const claimsOf = ({ volumes }: WithVolumes): readonly Claim[] =>
  volumes.map((one) => ({ source: sourceOf(volumeOf(one)), isShared: one.shared === true }));

/** Names of the volumes that CapRover itself can delete, and that are of this app alone. */
export const volumeNames = ({ volumes }: WithVolumes): readonly string[] =>
  volumesOf({ volumes: volumes.filter(({ shared }) => shared !== true) }).flatMap((volume) =>
    "volumeName" in volume ? [sourceOf(volume)] : [],
  );

/**
 * What the plan deploys. A plan that does not is one whose version is known: an image that only the state knows was
 * deployed by somebody else.
 */
function sourceIn(
  { image, captain_definition: definition }: AppPlanned,
  prior: AppState | null,
): Source | undefined {
  const isNewImage = typeof image === "string" && image !== prior?.image;
  if (definition !== null && !isNewImage) {
    return { image: undefined, captainDefinition: definition, fingerprint: fingerprintOf(definition) };
  }
  if (typeof image !== "string") return undefined;
  return {
    image,
    captainDefinition: JSON.stringify({ schemaVersion: 2, imageName: image }),
    fingerprint: "",
  };
}
