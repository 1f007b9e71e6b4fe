/**
 * Hermes' write guard: `write_file` and `patch` refuse every path outside the directories that one variable names. The
 * shell is not held by it. Read in 0.17.0 and 0.19.0 (agent/file_safety.py), and run by `test/engine/around/together`.
 */
import { DATA_PATH } from "./container-contract";
import { hasFeature, type Release } from "./releases";

/** Upstream's image sets it to the data directory alone. */
export const WRITE_ROOTS_VARIABLE = "HERMES_WRITE_SAFE_ROOT";

export const WRITE_ROOTS_SEPARATOR = ":";

/** The directories to name; undefined where the image's own value is all that can be said. */
export function writeRoots(further: readonly string[], release: Release): readonly string[] | undefined {
  const roots = [...new Set(further.filter(canBeNamed))];
  if (roots.length === 0 || !hasFeature(release, "severalWriteRoots")) return undefined;
  return [DATA_PATH, ...roots];
}

/** A path with the separator in it would be read as two. */
function canBeNamed(path: string): boolean {
  return !path.includes(WRITE_ROOTS_SEPARATOR) || path.includes("${");
}

/** Whether the file tools write there. */
export function isInWriteRoots(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root === "/" ? "/" : `${root}/`));
}

/** The directories in a value of the variable. */
export function rootsIn(value: string, release: Release): readonly string[] {
  const roots = hasFeature(release, "severalWriteRoots") ? value.split(WRITE_ROOTS_SEPARATOR) : [value];
  return roots.map((root) => root.replace(/(.)\/+$/, "$1")).filter((root) => root !== "");
}
