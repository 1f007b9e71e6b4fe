import type { ContainerMounts } from "@cdktf/provider-docker/lib/container";
import type { MountProps } from "../../agent/settings/mount-props";
import { SECRETS_FILE_PATH } from "../../boot/declaration";
import type { ContainerSpec } from "../../container-spec";
import { DATA_PATH, MANAGED_ENV_FILE } from "../../hermes/container-contract";

/** Everything that an agent's container mounts. */
export function agentMounts(spec: ContainerSpec, secretsFile: string | undefined): ContainerMounts[] {
  const { source } = spec.data;
  const data =
    source.kind === "volume"
      ? { type: "volume", source: source.name, target: DATA_PATH }
      : { type: "bind", source: source.hostPath, target: DATA_PATH };
  const secrets =
    secretsFile === undefined
      ? []
      : [
          {
            type: "bind",
            source: secretsFile,
            target: isReadByHermes(spec) ? MANAGED_ENV_FILE : SECRETS_FILE_PATH,
            readOnly: true,
          },
        ];
  return [data, ...secrets, ...spec.mounts.map(mountBlock)];
}

/** Every process of Hermes has its lines as variables. */
function isReadByHermes({ severalProfiles, keyInSecretsFile }: ContainerSpec): boolean {
  return !severalProfiles && keyInSecretsFile === undefined;
}

/**
 * Always `mounts`: the provider does not read `volumes` back, and `volume_options` fail on engines before API 1.45.
 */
export function mountBlock(mount: MountProps): ContainerMounts {
  return {
    ...(mount.hostPath === undefined
      ? { type: "volume", source: mount.volume }
      : { type: "bind", source: mount.hostPath }),
    target: mount.target,
    ...(mount.readOnly && { readOnly: true }),
  };
}
