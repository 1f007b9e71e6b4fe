/** Data that an app no longer finds where it was. CapRover copies nothing from one volume or directory to another. */
import { posix } from "node:path";
import { isKnown } from "../../../terraform-plugin";
import type { Volume } from "../../captain/app";
import { sourceOf } from "../../settings/volumes";
import type { AppDraft, AppState } from "./schema";
import { volumesOf } from "./target";

export interface MovedData {
  /** Where the app has the data now, such as `volume "data" at /opt/data`. */
  readonly from: string;
  /** What the app has instead. */
  readonly to: string;
}

/** What a plan takes from the places where an app has data. A volume without a known name counts as another one. */
export function movedData(
  prior: Pick<AppState, "volumes">,
  planned: Pick<AppDraft, "volumes" | "tmpfs">,
): readonly MovedData[] {
  const { volumes, tmpfs } = planned;
  if (!isKnown(volumes)) return [];
  const next = (volumes ?? []).filter(isKnown);
  // a mount that is not known yet may be any of them
  if (next.length !== (volumes ?? []).length) return [];
  const memory = isKnown(tmpfs) ? (tmpfs ?? []).filter(isKnown) : [];
  const places = new Map<string, string>();
  for (const { container_path: path } of memory) {
    if (typeof path === "string") places.set(mountPoint(path), "a file system in memory");
  }
  const sources = new Map<string, string>();
  for (const { container_path: path, name, host_path: directory } of next) {
    if (typeof path !== "string") return [];
    const isNamed = isKnown(name) && isKnown(directory);
    const [source] = isNamed
      ? volumesOf({
          volumes: [{ container_path: path, name, host_path: directory, read_only: null, shared: null }],
        })
      : [];
    const what = source === undefined ? "a volume whose name is known after apply" : nameOf(source);
    places.set(mountPoint(path), what);
    sources.set(what, mountPoint(path));
  }
  return volumesOf(prior).flatMap((volume) => {
    const at = mountPoint(volume.containerPath);
    const what = nameOf(volume);
    const now = places.get(at);
    if (now === what) return [];
    const elsewhere = sources.get(what);
    const to =
      elsewhere === undefined ? `${now ?? "nothing"} at ${at}` : `the same ${kindOf(volume)} at ${elsewhere}`;
    return [{ from: `${what} at ${at}`, to }];
  });
}

const kindOf = (volume: Volume): string => ("hostPath" in volume ? "directory" : "volume");
const nameOf = (volume: Volume): string => `${kindOf(volume)} "${sourceOf(volume)}"`;

/** A path of a container in one spelling. */
const mountPoint = (path: string): string => posix.normalize(path).replace(/(.)\/$/, "$1");
