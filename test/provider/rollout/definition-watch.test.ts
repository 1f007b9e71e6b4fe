import { readApp } from "../../../lib/provider/captain/app";
import type { JsonObject } from "../../../lib/provider/captain/json";
import { isSketchOf, readSketch, sketchOf } from "../../../lib/provider/rollout/definition-watch";
import { formatStamp, newStamp } from "../../../lib/provider/settings/stamp";

describe("a definition", () => {
  const stamp = (more: Parameters<typeof newStamp>[2] = {}) => ({
    tagName: formatStamp(newStamp(1000, 19, more)),
  });
  const [own, ssl] = [stamp(), stamp({ by: "ssl" })];
  const base: JsonObject = {
    appName: "a",
    instanceCount: 1,
    envVars: [{ key: "KEY", value: "a secret" }],
    forceSsl: false,
    redirectDomain: "",
    tags: [own, ssl],
  };
  const sketch = sketchOf(readApp(base));
  const known = (more: JsonObject) => isSketchOf(sketch, readApp({ ...base, ...more }));

  it("is known again, also while it is built and with another certificate", () => {
    expect(known({})).toBe(true);
    expect(known({ isAppBuilding: true, versions: [{ version: 1 }], hasDefaultSubDomainSsl: true })).toBe(
      true,
    );
    expect(JSON.stringify(sketch)).not.toContain("a secret");
    expect(readSketch({ sketch: JSON.parse(JSON.stringify(sketch)) })).toEqual(sketch);
    expect(readSketch({})).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ["the number of instances", { instanceCount: 0 }],
    ["a variable", { envVars: [] }],
    ["the image", { deployedVersion: 2 }],
    ["a tag", { tags: [own, ssl, { tagName: "mine" }] }],
    ["something that the provider doesn't know", { preDeployFunction: "x" }],
    ["https by hand", { forceSsl: true }],
    ["a redirect by hand", { redirectDomain: "a.test" }],
    ["another stamp of the app's own", { tags: [stamp(), ssl] }],
  ])("is not, where somebody has changed %s", (_what, more) => {
    expect(known(more)).toBe(false);
  });

  it("is, where only a resource beside it wrote, which leaves a stamp of its own", () => {
    expect(known({ forceSsl: true, tags: [own, stamp({ by: "ssl" })] })).toBe(true);
    expect(known({ redirectDomain: "a.test", tags: [own, ssl, stamp({ by: "redirect" })] })).toBe(true);
  });
});
