import { readApp } from "../../../lib/provider/captain/app";
import { quietFromMs, windowSeconds } from "../../../lib/provider/rollout/quiet-window";
import { formatStamp, newStamp } from "../../../lib/provider/settings/stamp";
import { RUN } from "./settings";

const WINDOW = { longestStopSeconds: 0 };

describe("the window after a write", () => {
  const live = (tags: string[], override = ""): ReturnType<typeof readApp> =>
    readApp({
      appName: "a",
      hasPersistentData: true,
      instanceCount: 1,
      deployedVersion: 1,
      versions: [{ version: 1, deployedImageName: "i:1" }],
      volumes: [{ containerPath: "/d", volumeName: "v" }],
      tags: tags.map((tagName) => ({ tagName })),
      serviceUpdateOverride: override,
    });
  it("the quiet window is as long as the longest stop time that is known", () => {
    const saved = live([], '{"TaskTemplate":{"ContainerSpec":{"StopGracePeriod":30000000000}}}');
    expect(windowSeconds(undefined, WINDOW)).toBe(3 + 10 + 6);
    expect(windowSeconds(saved, WINDOW)).toBe(3 + 30 + 6);
    expect(windowSeconds(saved, { longestStopSeconds: 60 })).toBe(3 + 60 + 6);
  });

  it("the quiet window begins when a definition of somebody else is first seen", () => {
    expect(quietFromMs(live([]), 1_000_000, WINDOW, 5000)).toBe(1_000_000 + 19_000);
    expect(quietFromMs(live([]), undefined, WINDOW, 5000)).toBe(5000);
    expect(quietFromMs(live([]), 1_000_000, WINDOW, 2_000_000)).toBe(2_000_000);
  });

  it("an earlier stamp makes the quiet window last as long as the stop grace of then", () => {
    const stamp = formatStamp(newStamp(RUN, 1000, 69));
    expect(quietFromMs(live([stamp]), 1_000_000, WINDOW, 0)).toBe(1_000_000 + 69_000);
  });
});
