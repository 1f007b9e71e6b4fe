import { readSpec } from "../../../../lib/testing/caprover-sandbox/engine/service-spec";
import { acceptSpec } from "../../../../lib/testing/caprover-sandbox/engine/spec-decoder";

describe("a service spec", () => {
  const withContainer = (container: Record<string, string | number | boolean | string[]>) =>
    acceptSpec({ TaskTemplate: { ContainerSpec: container } });

  it("a spec gets Swarm's defaults", () => {
    expect(readSpec(withContainer({ Image: "x" }))).toMatchObject({
      stopGraceSeconds: 10,
      restart: { condition: "any", delaySeconds: 5, maxAttempts: 0 },
      update: { order: "stop-first", failureAction: "pause", monitorSeconds: 5 },
      healthcheck: "image",
    });
  });

  it("a spec loses keys that the engine does not know", () => {
    expect(JSON.stringify(withContainer({ Image: "x", Nonsense: true }))).not.toContain("Nonsense");
  });

  it.each([
    [
      { Args: "run" },
      "cannot unmarshal string into Go struct field ContainerSpec.TaskTemplate.ContainerSpec.Args of type []string",
    ],
    [
      { StopGracePeriod: "60s" },
      "cannot unmarshal string into Go struct field ContainerSpec.TaskTemplate.ContainerSpec.StopGracePeriod of type int64",
    ],
    [
      { Init: 1 },
      "cannot unmarshal number into Go struct field ContainerSpec.TaskTemplate.ContainerSpec.Init of type bool",
    ],
  ])("a value of the wrong type is refused: %j", (container, message) => {
    expect(() => withContainer(container)).toThrow(message);
  });

  it("a memory limit under 4 MiB is refused", () => {
    const Resources = { Limits: { MemoryBytes: 4_000_000 } };
    expect(() => acceptSpec({ TaskTemplate: { Resources } })).toThrow("Must be at least 4MiB");
  });
});
