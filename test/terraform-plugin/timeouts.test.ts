import { TerraformError } from "../../lib/terraform-plugin";
import { withinTime } from "../../lib/terraform-plugin/operation";
import { parseDurationMs } from "../../lib/terraform-plugin/timeouts";

test("durations are read in the form in which Go writes them", () => {
  expect(parseDurationMs("1h30m")).toBe(5_400_000);
  expect(parseDurationMs("1.5s")).toBe(1500);
  expect(parseDurationMs("250ms")).toBe(250);
  for (const text of ["", "5", "s", "-5s", "0s", "5 s", "9999h"])
    expect(parseDurationMs(text)).toBeUndefined();
});

describe("a timeout", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const stop = new AbortController().signal;

  test("a function that ignores its signal is abandoned after its timeout", async () => {
    const result = withinTime(stop, 1000, () => new Promise(() => {}));
    const expectation = expect(result).rejects.toThrow(TerraformError);
    await jest.advanceTimersByTimeAsync(7000);
    await expectation;
  });

  test("a function that ends before its timeout returns its result", async () => {
    expect(await withinTime(stop, 1000, async () => "done")).toBe("done");
    expect(jest.getTimerCount()).toBe(0);
  });
});
