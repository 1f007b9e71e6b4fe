import fc from "fast-check";
import { parseLog } from "../../../lib/provider/captain/app-logs";
import { frameLogLines } from "../../../lib/testing/caprover-sandbox/engine/log-stream";

it("a log is read from Docker's frames, and ends at a broken frame", () => {
  const at = new Date("2026-11-21T06:19:31.842Z");
  const stream = frameLogLines([
    { at, stream: "stdout", line: "one" },
    { at, stream: "stderr", line: "zwei ü €" },
  ]);
  expect(parseLog(stream)).toEqual([
    { atMs: at.getTime(), text: "one" },
    { atMs: at.getTime(), text: "zwei ü €" },
  ]);
  fc.assert(
    fc.property(fc.nat(stream.length), fc.uint8Array(), (end, noise) => {
      expect(parseLog(Buffer.concat([stream.subarray(0, end), noise])).length).toBeLessThanOrEqual(
        2 + noise.length / 8 + 1,
      );
    }),
  );
});
