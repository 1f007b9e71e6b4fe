/** What the app of an agent is told of its container. How the app is reached is in `target.ts`. */
import { createHash } from "node:crypto";
import type { CapRoverAppProps, CapRoverVolume } from "../../caprover/app-props";
import type { ContainerSpec } from "../../container-spec";
import { DATA_PATH, RELEASE_LABEL } from "../../hermes/container-contract";
import { isUnresolved } from "../../support/tokens";
import { buildsFiles, builtFiles } from "./boot";
import { captainDefinition, captainDefinitionWithFiles } from "./captain-definition";

/**
 * `/opt/data`, /dev/shm, stop grace and limits are typed attributes: a mount list in the service override would replace
 * the app's own.
 */
export function agentApp(spec: ContainerSpec) {
  return {
    ...appSource(spec),
    volumes: volumesOf(spec),
    tmpfs: [{ containerPath: "/dev/shm", sizeMiB: spec.shmMiB }],
    stopGraceSeconds: spec.stopGraceSeconds,
    ...(spec.healthCheck && { healthCheck: spec.healthCheck }),
    ...limits(spec),
    serviceOverride: serviceOverride(spec),
  } satisfies Partial<CapRoverAppProps>;
}

/** What runs. An image that a CI deploys is named for the first deploy only. */
export function appSource(
  spec: ContainerSpec,
): Pick<CapRoverAppProps, "image" | "captainDefinition" | "deployTokenEnabled"> {
  const { context, delivery, reference } = spec.image;
  const files = buildsFiles(spec) ? builtFiles(spec) : [];
  if (context !== undefined && delivery === undefined)
    return { captainDefinition: captainDefinition(context.files, files) };
  if (files.length > 0) return { captainDefinition: captainDefinitionWithFiles(reference, files) };
  return { image: reference, ...(isDeployedByToken(spec) && { deployTokenEnabled: true }) };
}

export function isDeployedByToken({ image: { delivery } }: ContainerSpec): boolean {
  return delivery?.deploy === "token";
}

function volumesOf({ data, mounts }: ContainerSpec): readonly CapRoverVolume[] {
  const own: CapRoverVolume =
    data.source.kind === "volume"
      ? { containerPath: DATA_PATH, name: data.source.name }
      : { containerPath: DATA_PATH, hostPath: data.source.hostPath };
  const further = mounts.map((mount) => ({
    containerPath: mount.target,
    ...(mount.hostPath === undefined ? { name: mount.volume } : { hostPath: mount.hostPath }),
    // Several agents may read the same thing.
    ...(mount.readOnly && { readOnly: true, shared: true }),
  }));
  return [own, ...further];
}

/** Below the ports that a node hands out by itself. */
const LOCK_PORTS = { first: 20_000, count: 12_000 };

export function lockPortOf({ name: agent, data: { source } }: ContainerSpec): number {
  const data = source.kind === "volume" ? source.name : source.hostPath;
  const name = isUnresolved(data) ? agent : data;
  const hash = createHash("sha256").update(name).digest().readUInt32BE(0);
  return LOCK_PORTS.first + (hash % LOCK_PORTS.count);
}

function limits({ memoryMiB, cpus }: ContainerSpec): Pick<CapRoverAppProps, "limits"> {
  if (memoryMiB === undefined && cpus === undefined) return {};
  return { limits: { ...(memoryMiB !== undefined && { memoryMiB }), ...(cpus !== undefined && { cpus }) } };
}

/** Args are the CMD slot; `Command` would replace the image's entrypoint. */
function serviceOverride({ args, extraHosts, image: { namedRelease } }: ContainerSpec): string {
  const hosts = Object.entries(extraHosts).map(([host, address]) => `${address} ${host}`);
  return JSON.stringify({
    TaskTemplate: {
      ContainerSpec: {
        Args: args,
        ...(hosts.length > 0 && { Hosts: hosts }),
        ...(namedRelease !== undefined && { Labels: { [RELEASE_LABEL]: namedRelease } }),
      },
    },
  });
}
