/** An app that does not get any further fails its apply at once, and one that is only slow does not. */
import type { SimulatedImage } from "cdktf-hermes/testing";
import { describeInSandbox, scenes } from "../scene";

const START = "boot done";
const READY = "I am ready";
const FATAL = "FATAL no key";

const at =
  (...seconds: readonly number[]) =>
  (line: string) =>
    seconds.map((afterSeconds) => ({ afterSeconds, line }));
const started = { line: START };

const IMAGES: Readonly<Record<string, SimulatedImage>> = {
  good: { stopSeconds: 2, logLines: [started, ...at(3)(READY)] },
  exits: { logLines: [started], exits: { afterSeconds: 2, code: 1 } },
  "exits silently": { logLines: [{ line: FATAL }], exits: { afterSeconds: 1, code: 1 } },
  "is never healthy": {
    logLines: [started],
    stopSeconds: 1,
    healthcheck: { healthyAfterSeconds: "never", unhealthyAfterSeconds: 20 },
  },
  "prints a fatal line again and again": { logLines: [started, ...at(4, 8, 12, 600)(FATAL)] },
  "migrates slowly": {
    logLines: [started, ...at(60, 120, 180, 240)("migrated another table"), ...at(280)(READY)],
  },
  "complains once": { logLines: [started, ...at(2)(FATAL), ...at(30)(READY)] },
  "complains of two things": {
    logLines: [started, ...at(2)(FATAL), ...at(3)("FATAL no model"), ...at(30)(READY)],
  },
};
const tag = (name: string) => `registry.test/${name.replaceAll(" ", "-")}:v1`;

const block = (name: string, ready = "", persistent = true) => `resource "caprover_app" "agent" {
  name       = "agent"
  image      = "${tag(name)}"
  ${persistent ? 'persistent = true\n  volumes = [{ container_path = "/opt/data", name = "agent-data" }]' : ""}
  ${ready}
}
`;
const CONDITIONS = `ready = {
    log_line        = "${READY}"
    start_line      = "${START}"
    fatal_lines     = ["${FATAL}", "FATAL no model"]
    timeout_seconds = 3000
  }`;

describeInSandbox("a crash loop", () => {
  const scene = scenes({
    images: Object.fromEntries(Object.entries(IMAGES).map(([name, image]) => [tag(name), image])),
  });

  it.each([
    ["exits", /agent does not start: it started 2 times and did not become ready/],
    ["exits silently", /agent does not start: it says again and again: FATAL no key/],
    ["is never healthy", /agent does not start: it started 2 times and did not become ready/],
    ["prints a fatal line again and again", /agent does not start: it says again and again: FATAL no key/],
  ])("an upgrade to an image that %s fails at once, with the end of its log", async (name, message) => {
    const { workspace, captain } = scene.current;
    await workspace.apply(block("good", CONDITIONS));
    await workspace.write(block(name, CONDITIONS));
    const { code, output } = await workspace.tryApply();
    expect([code, output]).toEqual([1, expect.stringMatching(message)]);
    expect(output.replace(/\s+/g, " ")).toMatch(/waits no longer.*Its log ends with/);
    await workspace.apply(block("good", CONDITIONS));
    expect(captain.overlaps).toEqual([]);
    expect((await workspace.plan(block("good", CONDITIONS))).code).toBe(0);
  });

  it.each([
    "migrates slowly",
    "complains once",
    "complains of two things",
  ])("an upgrade to an image that %s is waited for", async (name) => {
    const { workspace } = scene.current;
    await workspace.apply(block("good", CONDITIONS));
    await workspace.apply(block(name, CONDITIONS));
    expect((await workspace.plan(block(name, CONDITIONS))).code).toBe(0);
  });

  it.each([
    "exits",
    "exits silently",
    "prints a fatal line again and again",
  ])("the end of an image that %s does not count against the next one", async (name) => {
    const { workspace, captain } = scene.current;
    for (const persistent of [true, false]) {
      await workspace.apply(block(name, "", persistent));
      await captain.clock.sleep(13);
      await workspace.apply(block("good", CONDITIONS, persistent));
    }
  });

  it("a new app in a crash loop is parked, and the next apply resumes it", async () => {
    const { workspace, captain } = scene.current;
    await workspace.write(block("exits", CONDITIONS));
    expect((await workspace.tryApply()).output).toContain("agent does not start");
    expect(captain.app("agent").definition.instanceCount).toBe(0);
    await workspace.apply(block("good", CONDITIONS));
  });

  it("without a start line and fatal lines, an apply waits for the whole time", async () => {
    const { workspace } = scene.current;
    await workspace.write(block("exits", `ready = { log_line = "${READY}", timeout_seconds = 60 }`));
    expect((await workspace.tryApply()).output).toContain("not ready after 60 s");
  });

  it("empty texts are refused, because every line holds them", async () => {
    const { workspace } = scene.current;
    for (const ready of ['{ start_line = "" }', '{ fatal_lines = ["x", " "] }']) {
      const { code, output } = await workspace.plan(block("good", `ready = ${ready}`));
      expect([code, output]).toEqual([1, expect.stringContaining("every line would hold it")]);
    }
  });
});
