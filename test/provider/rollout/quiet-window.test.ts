import { readApp } from "../../../lib/provider/captain/app";
import { quietFromMs, windowSeconds } from "../../../lib/provider/rollout/quiet-window";
import { formatStamp, newStamp } from "../../../lib/provider/settings/stamp";

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
  it("holds the longest stop that anybody knows of", () => {
    const saved = live([], '{"TaskTemplate":{"ContainerSpec":{"StopGracePeriod":30000000000}}}');
    expect(windowSeconds(undefined, WINDOW)).toBe(3 + 10 + 6);
    expect(windowSeconds(saved, WINDOW)).toBe(3 + 30 + 6);
    expect(windowSeconds(saved, { longestStopSeconds: 60 })).toBe(3 + 60 + 6);
  });

  it("counts from the first look at a definition that somebody else may have written just before", () => {
    expect(quietFromMs(live([]), 1_000_000, WINDOW, 5000)).toBe(1_000_000 + 19_000);
    expect(quietFromMs(live([]), undefined, WINDOW, 5000)).toBe(5000);
    expect(quietFromMs(live([]), 1_000_000, WINDOW, 2_000_000)).toBe(2_000_000);
  });

  it("is as long as the grace of the container that stops, which an earlier stamp tells", () => {
    const stamp = formatStamp(newStamp(1000, 69));
    expect(quietFromMs(live([stamp]), 1_000_000, WINDOW, 0)).toBe(1_000_000 + 69_000);
  });
});
