/** What an app has printed, read from Docker's frames. */
import type { Captain } from "./client";
import { textAt } from "./json";

export interface LogLine {
  readonly atMs: number;
  readonly text: string;
}

const HEADER_BYTES = 8;
const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) (.*?)\r?\n?$/s;

/**
 * The last lines of the app's containers. Asked for as `hex`: CapRover garbles the frames' lengths in other encodings.
 */
export async function readAppLog(captain: Captain, appName: string, signal: AbortSignal): Promise<LogLine[]> {
  const path = `/user/apps/appData/${appName}/logs?encoding=hex`;
  const data = await captain.read(path, `read the log of app "${appName}"`, signal);
  return parseLog(Buffer.from(textAt(data, "logs"), "hex"));
}

/** Each line has 8 bytes before it, the last four of which are its length. Stops at a frame that makes no sense. */
export function parseLog(stream: Buffer): LogLine[] {
  const lines: LogLine[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= stream.length) {
    const end = at + HEADER_BYTES + stream.readUInt32BE(at + 4);
    const [, time, text] = LINE.exec(stream.subarray(at + HEADER_BYTES, end).toString("utf8")) ?? [];
    if (time !== undefined && text !== undefined) lines.push({ atMs: Date.parse(time), text });
    at = end;
  }
  return lines;
}
