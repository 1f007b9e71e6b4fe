import { readFileSync, statSync } from "node:fs";
import { isRecord } from "./objects";

/** It is there, and has no end or no content of its own. */
class NotRegular extends Error {}

/**
 * The bytes of a file, also through a symbolic link. A device or a pipe is not read: it may never end.
 *
 * @throws the system's error, or NotRegular
 */
export function readRegularFile(path: string): Buffer {
  const stat = statSync(path);
  if (!stat.isFile() && !stat.isDirectory()) throw new NotRegular("it is a device, a pipe or a socket");
  return readFileSync(path);
}

/** Why a file can't be read, as a clause. */
export function unreadableBecause(error: unknown): string {
  if (error instanceof NotRegular) return `cannot be read: ${error.message}`;
  return `cannot be read (${isRecord(error) ? error["code"] : error})`;
}
