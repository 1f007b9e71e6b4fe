import type { ContainerSpec, ModelInUse } from "../container-spec";
import { GATEWAY_COMMAND, SHM_MIB } from "../hermes/container-contract";
import { healthCheckCommand } from "../hermes/health-check";
import { hasFeature } from "../hermes/releases";
import type { HermesImage } from "../hermes-image";
import type { PersistentDataVolume } from "../persistent-data-volume";
import type { HealthCheck } from "../server-spec";
import { inSecretsFile } from "../support/secret";
import type { AgentParts } from "./parts";
import { preconditions } from "./preconditions";
import type { HealthCheckProps } from "./settings/agent-settings";
import { ownHostNames } from "./settings/messaging";
import { givenMounts, workspacesOf } from "./settings/mounts";
import { terminalMounts } from "./settings/terminal-values";
import { terminalFiles, terminalKey } from "./terminal-login";

interface SpecSources {
  readonly image: HermesImage;
  readonly data: PersistentDataVolume;
  readonly localModels: readonly ModelInUse[];
}

/** @param path of the agent's construct, for the message of a failed precondition */
export function containerSpec(
  path: string,
  { subject, environment, pins, declared }: AgentParts,
  { image, data, localModels }: SpecSources,
): ContainerSpec {
  const { name, settings, release, services, stopGraceSeconds } = subject;
  return {
    name,
    image,
    data,
    localModels,
    args: GATEWAY_COMMAND,
    environment: environment.plain,
    pinned: pins.variables,
    secrets: environment.secrets,
    managedScope: hasFeature(release, "managedScope"),
    config: pins.config,
    mounts: [
      ...givenMounts(settings).map(({ mount }) => mount),
      ...terminalMounts(settings.terminal, data.source).map(({ mount }) => mount),
    ],
    workDirectories: workspacesOf(settings).map(({ mount }) => mount.target),
    files: terminalFiles(settings.terminal),
    keyInSecretsFile: terminalKey(settings.terminal).find(({ value }) => value === inSecretsFile)?.name,
    severalProfiles: subject.profiles.length > 0,
    declared,
    services,
    healthCheck: healthCheck(settings.healthCheck, healthCheckCommand(release, services)),
    memoryMiB: settings.memoryMiB,
    cpus: settings.cpus,
    shmMiB: settings.shmMiB ?? SHM_MIB,
    stopGraceSeconds,
    extraHosts: {
      ...settings.extraHosts,
      ...Object.fromEntries(ownHostNames(settings.messaging).map(({ name }) => [name, "0.0.0.0"])),
    },
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
