import fc from "fast-check";
import { BuildLog, printDate } from "../../../../lib/testing/caprover-sandbox/captain/build-log";

describe("a build log", () => {
  it("a build log keeps the last fifty lines and the number of the first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (count) => {
        const log = new BuildLog();
        for (let line = 0; line < count; line++) log.write(`line ${line}`);
        const { lines, firstLineNumber } = log.toJson();
        expect(lines).toHaveLength(50);
        expect(firstLineNumber).toBe(count - 50);
        expect(Array.isArray(lines) && lines.at(-1)).toBe(count === 0 ? "" : `line ${count - 1}`);
      }),
    );
  });

  it("a build log begins with the date as JavaScript prints it", () => {
    expect(printDate(new Date("2026-11-20T22:07:38Z"))).toBe(
      "Fri Nov 20 2026 22:07:38 GMT+0000 (Coordinated Universal Time)",
    );
  });
});
