/** Where the app keeps data, on disk and in memory. */
import {
  bool,
  defaulted,
  integer,
  nested,
  optional,
  required,
  set,
  string,
} from "../../../../terraform-plugin";
import type { Volume } from "../../../captain/app";
import { sourceOf } from "../../../settings/volumes";
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
  read_only: optional(bool, { description: "The app can't write to it." }),
  shared: optional(bool, {
    description:
      "Other apps mount it too, each with `shared = true`, such as a socket or a file of the node. Nothing keeps their containers apart. Destroying the app never destroys it.",
  }),
});

export const storage = {
  volumes: setting(
    defaulted(set(volume), [], {
      description: "Volumes and directories with the app's data. Needs `persistent = true`.",
    }),
    {
      read: ({ app, service }, prior) =>
        app.volumes.map((volume) => {
          const before = prior.find((one) => isSame(volumeOf(one), volume));
          const isReadOnly = service.readOnlyPaths.includes(volume.containerPath);
          return {
            container_path: volume.containerPath,
            name: "volumeName" in volume ? volume.volumeName : null,
            host_path: "hostPath" in volume ? volume.hostPath : null,
            read_only: isReadOnly === (before?.read_only ?? false) ? (before?.read_only ?? null) : isReadOnly,
            // CapRover does not know it
            shared: before?.shared ?? null,
          };
        }),
      write: (volumes) => ({
        volumes: volumes.map(volumeOf),
        readOnlyPaths: volumes.flatMap((one) => (one.read_only === true ? [one.container_path] : [])),
      }),
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

const isSame = (one: Volume, other: Volume): boolean =>
  one.containerPath === other.containerPath && sourceOf(one) === sourceOf(other);

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
