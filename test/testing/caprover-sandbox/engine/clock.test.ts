import fc from "fast-check";
import { SimulatedClock } from "../../../../lib/testing/caprover-sandbox/engine/clock";

const BARELY_MOVING = 1e-9;
const START = new Date("2026-11-21T06:00:00Z");
const standing = () => new SimulatedClock(BARELY_MOVING, START);
const seconds = (clock: SimulatedClock) => Math.round((clock.milliseconds() - START.getTime()) / 10) / 100;

describe("a simulated clock", () => {
  it("actions run in the order of their time, and each sees its own time as now", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 30 }), async (delays) => {
        const clock = standing();
        const seen: number[] = [];
        for (const delay of delays) clock.after(delay, () => seen.push(seconds(clock)));
        await clock.advance(1000);
        expect(seen).toEqual([...delays].sort((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });

  it("code that awaited an action may schedule more before time moves on", async () => {
    const clock = standing();
    const seen: string[] = [];
    const steps = async () => {
      await clock.sleep(1);
      await clock.sleep(1);
      seen.push(`steps at ${seconds(clock)}`);
    };
    void steps();
    clock.after(3, () => seen.push(`later at ${seconds(clock)}`));
    await clock.advance(10);
    expect(seen).toEqual(["steps at 2", "later at 3"]);
  });

  it("a cancelled action does not run, nor any action after the clock is stopped", async () => {
    const clock = standing();
    const seen: string[] = [];
    clock.after(1, () => seen.push("cancelled")).cancel();
    clock.after(2, () => seen.push("runs"));
    await clock.advance(5);
    clock.after(1, () => seen.push("stopped"));
    clock.stop();
    await clock.advance(5);
    expect(seen).toEqual(["runs"]);
  });

  it("the clock runs faster than real time by its speed", async () => {
    const clock = new SimulatedClock(10_000, START);
    await clock.sleep(100);
    expect(seconds(clock)).toBeGreaterThanOrEqual(100);
    clock.stop();
  });

  it("a late clock runs what is due before it serves a request from outside", async () => {
    const clock = new SimulatedClock(1000, START);
    const seen: number[] = [];
    const served = new Promise<number>((resolve) => {
      clock.after(1, () => {
        seen.push(seconds(clock));
        void clock.catchUp().then(() => resolve(seconds(clock)));
      });
    });
    clock.after(30, () => seen.push(seconds(clock)));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    expect(await served).toBeGreaterThanOrEqual(50);
    expect(seen).toHaveLength(2);
    clock.stop();
  });

  it("waiting for a condition ends with an error after its timeout", async () => {
    const clock = new SimulatedClock(10_000, START);
    await expect(clock.until(() => false, 5, "peace")).rejects.toThrow(
      "peace did not come true within 5 simulated seconds",
    );
    clock.stop();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("the speed %d is refused", (speed) => {
    expect(() => new SimulatedClock(speed)).toThrow(RangeError);
  });
});
