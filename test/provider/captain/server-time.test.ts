import { Clock } from "../../../lib/provider/captain/clock";
import { ServerTime } from "../../../lib/provider/captain/server-time";

it("the server's time comes from its answers and is never behind them", () => {
  const time = new ServerTime(new Clock());
  time.observe("Sat, 21 Nov 2026 10:00:00 GMT");
  const first = time.nowMs();
  time.observe("Sat, 21 Nov 2026 10:00:04 GMT");
  expect(time.nowMs()).toBeGreaterThanOrEqual(first + 4000 - 1000);
  time.observe("no date");
  time.observe("Sat, 21 Nov 2026 09:00:00 GMT");
  expect(new Date(time.nowMs()).toISOString()).toMatch(/^2026-11-21T09:00:0/);
});
