import { normalHostPath } from "../../support/host-path";
import type { App, Volume } from "../captain/app";

/** Volumes and host paths that another app of the server mounts. */
export function heldElsewhere(
  apps: ReadonlyMap<string, App>,
  appName: string,
  volumes: readonly Volume[],
): readonly { readonly volume: string; readonly heldBy: string }[] {
  if (volumes.length === 0) return [];
  const wanted = new Set(volumes.map(sourceOf));
  return [...apps.values()]
    .filter(({ name }) => name !== appName)
    .flatMap(({ name, volumes: held }) =>
      held
        .filter((volume) => wanted.has(sourceOf(volume)))
        .map((volume) => ({ volume: sourceOf(volume), heldBy: name })),
    );
}

/** A volume's name, or the path of a directory in one spelling. */
export const sourceOf = (volume: Volume): string =>
  "hostPath" in volume ? normalHostPath(volume.hostPath) : volume.volumeName;
