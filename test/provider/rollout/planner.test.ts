/** The planner alone, against a small model of CapRover that can fail at every write. */
import fc from "fast-check";
import type { JsonObject } from "../../../lib/provider/captain/json";
import { sketchOf } from "../../../lib/provider/rollout/definition-watch";
import { freshMemory } from "../../../lib/provider/rollout/memory";
import { nextStep, type Wanted } from "../../../lib/provider/rollout/planner";
import { writesOf } from "../../../lib/provider/rollout/rivals";
import { Apply, type Fate, Model } from "./model";
import { ENV_VARS, SETTINGS } from "./settings";

const WANTED: Wanted = {
  settings: SETTINGS,
  source: { image: "agent:2", captainDefinition: "{}", fingerprint: "" },
  hasStartLine: false,
  longestStopSeconds: 30,
};

/** A change in CapRover's dashboard, which saves the whole app with the provider's stamp, and waits for nothing. */
type Click = "stop" | "another variable";

/** Leaves a visible change: nobody can see a stop and a start. */
function click(model: Model, what: Click): void {
  const { app } = model;
  if (app === undefined || app.isBuilding) return;
  // whoever clicks twice within one stop has to wait: the provider can't do it for them
  model.nowMs += 40_000;
  const changes: JsonObject =
    what === "stop" && app.instanceCount > 0
      ? { instanceCount: 0 }
      : { envVars: [{ key: "MODE", value: `by hand at ${model.nowMs}` }] };
  model.configure(changes, "works");
}

/** Runs one apply. Killed after so many steps, it forgets everything. */
function drive(model: Model, wanted: Wanted, fates: Fate[], killAfter = Number.POSITIVE_INFINITY) {
  const apply = new Apply(model, wanted, { fates });
  const end = apply.finish(killAfter);
  if (end === "yield") throw new Error(`it left the app to somebody: ${apply.steps.join(" ")}`);
  return { steps: apply.steps, end };
}

/** Lets an hour pass after a complete apply. */
function settle(model: Model): void {
  const { app } = model;
  model.confirmed = new Set(app && writesOf(app).map(({ stamp }) => stamp.nonce));
  model.sketch = app && sketchOf(app);
  model.nowMs += 3_600_000;
}

function liveModel(): Model {
  const model = new Model();
  const wanted = { ...WANTED, source: { image: "agent:1", captainDefinition: "{}", fingerprint: "" } };
  if (drive(model, { ...wanted, settings: { ...SETTINGS, environment: {} } }, []).end !== "done")
    throw new Error("not made");
  settle(model);
  return model;
}

const fate = fc.constantFrom<Fate>("works", "lost before", "lost after", "saved only");

it("an app that is as it should be needs no step", () => {
  const model = liveModel();
  drive(model, WANTED, []);
  const writes = model.writes;
  expect(model.running).toEqual({ image: "agent:2", env: JSON.stringify(ENV_VARS) });
  settle(model);
  const memory = freshMemory(model, 0);
  const situation = {
    app: model.app,
    buildFailed: false,
    nowMs: model.nowMs,
    strangeSinceMs: undefined,
    rival: undefined,
  };
  expect(nextStep(situation, WANTED, memory)).toEqual({ do: "done" });
  expect(model.writes).toBe(writes);
});

it("a running app gets its image first, and its configuration when the old container has stopped", () => {
  const { steps } = drive(liveModel(), WANTED, []);
  expect(steps.filter((step) => !["poll", "prove", "settleDeploy"].includes(step))).toEqual([
    "deploy",
    "wait",
    "configure",
    "done",
  ]);
});

it("a new image is seen to run before the configuration changes", () => {
  const { steps } = drive(liveModel(), WANTED, []);
  expect(steps).toContain("prove");
  expect(steps.indexOf("prove")).toBeLessThan(steps.indexOf("configure"));
});

it("a new app is configured at zero instances, deployed, and then started", () => {
  const { steps } = drive(new Model(), WANTED, []);
  expect(steps.filter((step) => !["poll", "settleDeploy"].includes(step))).toEqual([
    "register",
    "configure",
    "deploy",
    "wait",
    "configure",
    "prove",
    "done",
  ]);
});

const SETTINGS_ONLY: Wanted = {
  ...WANTED,
  source: { image: "agent:1", captainDefinition: "{}", fingerprint: "" },
};
const IMAGE_ONLY: Wanted = { ...WANTED, settings: { ...SETTINGS, environment: {} } };

it.each([
  ["a new app", () => new Model(), WANTED],
  ["a running app", liveModel, WANTED],
  ["a running app that only gets an image", liveModel, IMAGE_ONLY],
  ["a running app that only gets settings", liveModel, SETTINGS_ONLY],
])("%s never has two containers on its data, whatever fails, is killed or clicked in between", (_what, make, wanted) => {
  fc.assert(
    fc.property(
      fc.array(fate, { maxLength: 3 }),
      fc.array(
        fc.record({
          after: fc.nat(14),
          clicked: fc.option(fc.constantFrom<Click>("stop", "another variable")),
          pauseMs: fc.nat(60_000),
        }),
        { maxLength: 3 },
      ),
      (fates, kills) => {
        const model = make();
        const left = [...fates];
        for (const { after, clicked, pauseMs } of kills) {
          drive(model, wanted, left, after);
          if (clicked !== null) click(model, clicked);
          model.nowMs += pauseMs;
        }
        const { end } = drive(model, wanted, left);
        expect(model.overlaps).toEqual([]);
        expect(end).toBe("done");
        expect(model.running).toEqual({
          image: wanted.source?.image,
          env: JSON.stringify(wanted === IMAGE_ONLY ? [] : ENV_VARS),
        });
      },
    ),
    { numRuns: 100 },
  );
});
