/** Where the app keeps data, on disk and in memory. */
import { defaulted, integer, nested, optional, required, set, string } from "../../../../terraform-plugin";
import type { Volume } from "../../../captain/app";
import { setting } from "../row";
import { absolutePath, atLeast, mountPath, volumeName } from "../validators";

const volume = nested({
  container_path: required(string, { description: "Where the app sees it.", validators: [mountPath] }),
  name: optional(string, {
    description: "Name of a volume, which is created when it is first mounted.",
    validators: [volumeName],
  }),
  host_path: optional(string, {
    description: "A directory of the node instead of a volume. If it does not exist, the app does not start.",
    validators: [mountPath],
  }),
});

export const storage = {
  volumes: setting(
    defaulted(set(volume), [], {
      description: "Volumes and directories with the app's data. Needs `persistent = true`.",
    }),
    {
      read: ({ app }) =>
        app.volumes.map((volume) => ({
          container_path: volume.containerPath,
          name: "volumeName" in volume ? volume.volumeName : null,
          host_path: "hostPath" in volume ? volume.hostPath : null,
        })),
      write: (volumes) => ({ volumes: volumes.map(volumeOf) }),
    },
  ),
  tmpfs: setting(
    defaulted(
      set(
        nested({
          container_path: required(string, {
            description: "Where the app sees it.",
            validators: [absolutePath],
          }),
          size_mib: required(integer, { description: "In MiB.", validators: [atLeast(1)] }),
        }),
      ),
      [],
      { description: "File systems in memory, such as a larger `/dev/shm`." },
    ),
    {
      read: ({ service }) =>
        service.tmpfs.map(({ containerPath, sizeMiB }) => ({
          container_path: containerPath,
          size_mib: sizeMiB,
        })),
      write: (tmpfs) => ({
        tmpfs: tmpfs.map((one) => ({ containerPath: one.container_path, sizeMiB: one.size_mib })),
      }),
    },
  ),
};

interface VolumeAttributes {
  readonly container_path: string;
  readonly name: string | null;
  readonly host_path: string | null;
}

export function volumeOf({
  container_path: containerPath,
  name,
  host_path: hostPath,
}: VolumeAttributes): Volume {
  return hostPath === null ? { containerPath, volumeName: name ?? "" } : { containerPath, hostPath };
}
