import { readApp } from "../../../lib/provider/captain/app";
import type { JsonObject } from "../../../lib/provider/captain/json";
import { isSketchOf, readSketch, sketchOf } from "../../../lib/provider/rollout/definition-watch";
import { formatStamp, newRun, newStamp } from "../../../lib/provider/settings/stamp";

describe("a definition", () => {
  const stamp = (more: Parameters<typeof newStamp>[3] = {}) => ({
    tagName: formatStamp(newStamp(newRun(1000, ""), 1000, 19, more)),
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

  it("a definition is recognised while the app is being built and after its certificate changed", () => {
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
    ["a setting that the provider does not know", { preDeployFunction: "x" }],
    ["https by hand", { forceSsl: true }],
    ["a redirect by hand", { redirectDomain: "a.test" }],
    ["the stamp of the app's own resource", { tags: [stamp(), ssl] }],
  ])("a definition is not recognised after somebody changed %s", (_what, more) => {
    expect(known(more)).toBe(false);
  });

  it("a definition is recognised after another resource of Terraform wrote to the app", () => {
    expect(known({ forceSsl: true, tags: [own, stamp({ by: "ssl" })] })).toBe(true);
    expect(known({ redirectDomain: "a.test", tags: [own, ssl, stamp({ by: "redirect" })] })).toBe(true);
  });
});
