import { frameLogLines } from "../../../../lib/testing/caprover-sandbox/engine/log-stream";

it("each line of a container's log is framed with its stream, its length in bytes and its time", () => {
  const at = new Date("2026-11-21T06:19:31.842Z");
  const framed = frameLogLines([{ at, stream: "stderr", line: "grün" }]);
  const payload = Buffer.from("2026-11-21T06:19:31.842000000Z grün\n");
  expect(framed).toEqual(Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, payload.length]), payload]));
});
