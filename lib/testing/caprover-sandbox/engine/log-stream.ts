import type { ContainerLogLine } from "./container";

const STREAM_NUMBER = { stdout: 1, stderr: 2 } as const;

/** Docker's multiplexed log stream. Each line has a header of 8 bytes and a time stamp with nine digits. */
export function frameLogLines(lines: readonly ContainerLogLine[]): Buffer {
  return Buffer.concat(
    lines.map(({ at, stream, line }) => {
      const payload = Buffer.from(`${at.toISOString().replace("Z", "000000Z")} ${line}\n`, "utf8");
      const header = Buffer.alloc(8);
      header.writeUInt8(STREAM_NUMBER[stream], 0);
      header.writeUInt32BE(payload.length, 4);
      return Buffer.concat([header, payload]);
    }),
  );
}
