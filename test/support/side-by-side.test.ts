import { setTimeout as after } from "node:timers/promises";
import { sideBySide } from "../../lib/support/side-by-side";

test("at most so many run at a time, and the results keep the order of the items", async () => {
  let running = 0;
  let most = 0;
  const results = await sideBySide([5, 1, 4, 2, 3], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await after(item);
    running -= 1;
    return item * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
});

test("when one fails, no further one begins, and those that had begun have ended", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const all = sideBySide([0, 1, 2, 3], 2, async (item) => {
    begun.push(item);
    if (item === 0) throw new Error("unexpected");
    await after(20);
    ended.push(item);
  });
  await expect(all).rejects.toThrow("unexpected");
  expect({ begun, ended }).toEqual({ begun: [0, 1], ended: [1] });
});

test("nothing to do is done at once", async () => {
  expect(await sideBySide([], 4, () => Promise.reject(new Error("never")))).toEqual([]);
});
