import type { ContainerSpec } from "../container-spec";
import { GATEWAY_COMMAND, SHM_MIB } from "../hermes/container-contract";
import { CONTAINER_VARIABLES } from "../hermes/container-variables";
import { healthCheckCommand } from "../hermes/health-check";
import { hasFeature } from "../hermes/releases";
import type { HermesImage } from "../hermes-image";
import type { PersistentDataVolume } from "../persistent-data-volume";
import type { AgentSubject } from "../rules/subject";
import type { HealthCheck } from "../server-spec";
import type { AgentEnvironment } from "./environment";
import type { Pins } from "./pins";
import { preconditions } from "./preconditions";
import type { HealthCheckProps } from "./settings/agent-settings";
import { terminalMounts } from "./settings/terminal-values";
import { terminalFiles } from "./terminal-login";

interface SpecSources {
  readonly image: HermesImage;
  readonly data: PersistentDataVolume;
  readonly pins: Pins;
}

/** @param path of the agent's construct, for the message of a failed precondition */
export function containerSpec(
  path: string,
  { name, settings, release, services, stopGraceSeconds }: AgentSubject,
  environment: AgentEnvironment,
  { image, data, pins }: SpecSources,
): ContainerSpec {
  return {
    name,
    image,
    data,
    args: GATEWAY_COMMAND,
    environment: environment.plain,
    pinned: pins.variables,
    secrets: environment.secrets,
    managedScope: hasFeature(release, "managedScope"),
    config: pins.config,
    mounts: [
      ...(settings.mounts ?? []),
      ...terminalMounts(settings.terminal, data.source).map(({ mount }) => mount),
    ],
    files: terminalFiles(settings.terminal),
    terminalKey: environment.secrets.some(({ name }) => name === CONTAINER_VARIABLES.terminalKey.variable),
    services,
    healthCheck: healthCheck(settings.healthCheck, healthCheckCommand(release, services)),
    memoryMiB: settings.memoryMiB,
    cpus: settings.cpus,
    shmMiB: settings.shmMiB ?? SHM_MIB,
    stopGraceSeconds,
    extraHosts: settings.extraHosts ?? {},
    preconditions: preconditions(path, settings, data, environment),
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
