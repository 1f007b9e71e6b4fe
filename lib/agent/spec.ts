import type { ContainerSpec } from "../container-spec";
import { GATEWAY_COMMAND, SHM_MIB } from "../hermes/container-contract";
import { healthCheckCommand } from "../hermes/health-check";
import { hasFeature } from "../hermes/releases";
import type { HermesImage } from "../hermes-image";
import type { LocalModel } from "../local-model";
import type { PersistentDataVolume } from "../persistent-data-volume";
import type { HealthCheck } from "../server-spec";
import type { AgentParts } from "./parts";
import { preconditions } from "./preconditions";
import type { HealthCheckProps } from "./settings/agent-settings";
import { givenMounts, workspacesOf } from "./settings/mounts";

interface SpecSources {
  readonly image: HermesImage;
  readonly data: PersistentDataVolume;
  readonly localModel: LocalModel | undefined;
}

/** @param path of the agent's construct, for the message of a failed precondition */
export function containerSpec(
  path: string,
  { subject, environment, pins, declared }: AgentParts,
  { image, data, localModel }: SpecSources,
): ContainerSpec {
  const { name, settings, release, services, stopGraceSeconds } = subject;
  return {
    name,
    image,
    data,
    localModel,
    args: GATEWAY_COMMAND,
    environment: environment.plain,
    pinned: pins.variables,
    secrets: environment.secrets,
    managedScope: hasFeature(release, "managedScope"),
    config: pins.config,
    declared,
    mounts: givenMounts(settings).map(({ mount }) => mount),
    workDirectories: workspacesOf(settings).map(({ mount }) => mount.target),
    services,
    healthCheck: healthCheck(settings.healthCheck, healthCheckCommand(release, services)),
    memoryMiB: settings.memoryMiB,
    cpus: settings.cpus,
    shmMiB: settings.shmMiB ?? SHM_MIB,
    stopGraceSeconds,
    extraHosts: settings.extraHosts ?? {},
    preconditions: preconditions(path, subject),
  };
}

function healthCheck(
  props: HealthCheckProps | false | undefined,
  test: readonly string[] | undefined,
): HealthCheck | undefined {
  if (props === false || test === undefined) return undefined;
  const { intervalSeconds = 5, timeoutSeconds = 5, retries = 24, startPeriodSeconds = 180 } = props ?? {};
  return { test, intervalSeconds, timeoutSeconds, retries, startPeriodSeconds };
}
