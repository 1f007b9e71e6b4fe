/** Forms of paths on the engine's host and in the container. */

export const ABSOLUTE_PATH = /^\/[^\0\r\n]*$/;

/** One line that begins with `/` and has no `.` or `..` as a part. */
export function isNormalAbsolute(path: string): boolean {
  return ABSOLUTE_PATH.test(path) && !path.split("/").some((part) => part === "." || part === "..");
}

/** A second path, or options, after a colon, as in Docker's `-v /srv/x:/x:ro`. */
export function isShortForm(path: string): boolean {
  return SHORT_FORM.test(path);
}

const SHORT_FORM =
  /^[^$]*:(?:\/|(?:ro|rw|z|Z|cached|delegated|consistent|nocopy|r?(?:shared|slave|private))(?:,|$))/;
