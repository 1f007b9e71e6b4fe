/** The planner alone, against a small model of CapRover that can fail at every write. */
import fc from "fast-check";
import { type App, readApp } from "../../../lib/provider/captain/app";
import type { Json, JsonObject } from "../../../lib/provider/captain/json";
import { DefinitionWatch, type Sketch, sketchOf } from "../../../lib/provider/rollout/definition-watch";
import { freshMemory } from "../../../lib/provider/rollout/memory";
import {
  type Memory,
  nextStep,
  observed,
  type Situation,
  type Wanted,
} from "../../../lib/provider/rollout/planner";
import { windowSeconds } from "../../../lib/provider/rollout/quiet-window";
import { updateBody } from "../../../lib/provider/settings/settings";
import { formatStamp, newStamp } from "../../../lib/provider/settings/stamp";
import { ENV_VARS, SETTINGS } from "./settings";

const WANTED: Wanted = {
  settings: SETTINGS,
  source: { image: "agent:2", captainDefinition: "{}", fingerprint: "" },
  hasStartLine: false,
  longestStopSeconds: 30,
};

/** How a write ends: it works, it is lost before or after its effect, or it is saved and never applied. */
type Fate = "works" | "lost before" | "lost after" | "saved only";

/** A CapRover with one app, whose containers take their whole grace to stop. */
class Model {
  nowMs = 1_000_000;
  raw: Record<string, Json> | undefined;
  buildsUntilMs = 0;
  /** What the private state holds; a killed process leaves it as it was. */
  confirmed: ReadonlySet<string> = new Set();
  /** The app at the end of the last apply, which the private state holds too. */
  sketch: Sketch | undefined;
  /** Writes that started a container on the data, each with the end of the containers before it. */
  readonly overlaps: string[] = [];
  private stoppingUntilMs = 0;
  running: { image: string; env: string } | undefined;
  writes = 0;
  captainProcess = 1;

  get app(): App | undefined {
    return this.raw && readApp({ ...this.raw, isAppBuilding: this.nowMs < this.buildsUntilMs });
  }

  register(): void {
    this.raw = {
      appName: "agent",
      hasPersistentData: true,
      isLegacyAppName: false,
      instanceCount: 1,
      versions: [
        { version: 0, deployedImageName: "caprover/caprover-placeholder-app:latest", timeStamp: "" },
      ],
      deployedVersion: 0,
    };
    this.buildsUntilMs = this.nowMs + 500;
  }

  /** What the engine does at each write: the old container stops slowly, the new one starts when asked for. */
  private applied(): void {
    const app = this.app;
    if (app === undefined) return;
    if (this.running !== undefined) {
      this.stoppingUntilMs = Math.max(this.stoppingUntilMs, this.nowMs + 33_000);
    }
    const starts = app.instanceCount > 0 && app.volumes.length > 0;
    // Swarm waits for the container that ran, and not for one that was stopping already
    if (starts && this.running === undefined && this.nowMs < this.stoppingUntilMs) {
      this.overlaps.push(`a container started at ${this.nowMs}, one stops until ${this.stoppingUntilMs}`);
    }
    if (starts && this.running !== undefined && this.busyUntilMs > this.nowMs) {
      this.overlaps.push(`two writes within one stop, at ${this.nowMs}`);
    }
    this.busyUntilMs = Math.max(this.busyUntilMs, this.nowMs + 33_000);
    this.running = starts ? { image: this.image(app), env: JSON.stringify(app.envVars) } : undefined;
  }
  private busyUntilMs = 0;

  private image(app: App): string {
    return app.versions.find(({ version }) => version === app.deployedVersion)?.image ?? "";
  }

  configure(body: JsonObject, fate: Fate): boolean {
    this.writes++;
    if (fate === "lost before") return false;
    const { appName: _name, ...changes } = body;
    this.raw = {
      ...this.raw,
      ...Object.fromEntries(Object.entries(changes).map(([k, v]) => [k, v ?? null])),
    };
    if (fate !== "saved only") this.applied();
    return fate === "works";
  }

  deploy(image: string, gitHash: string, fate: Fate): boolean {
    this.writes++;
    if (fate === "lost before" || this.raw === undefined) return false;
    const versions = this.app?.versions ?? [];
    const version = versions.length;
    const entry = {
      version,
      deployedImageName: image,
      gitHash,
      timeStamp: new Date(this.nowMs).toISOString(),
    };
    const before = versions.map((one) => ({
      version: one.version,
      deployedImageName: one.image,
      gitHash: one.gitHash,
      timeStamp: "",
    }));
    this.raw = { ...this.raw, versions: [...before, entry], deployedVersion: version };
    this.nowMs += 2000;
    // a CapRover that saves and does not tell the engine has died
    if (fate === "saved only") this.captainProcess++;
    else this.applied();
    return fate === "works";
  }
}

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

interface Run {
  readonly steps: string[];
  readonly end: "done" | "giveUp" | "killed";
}

/** What the runner does, without a network. Killed after so many steps, it forgets everything. */
function drive(model: Model, wanted: Wanted, fates: Fate[], killAfter = Number.POSITIVE_INFINITY): Run {
  let memory: Memory = freshMemory(model, 0);
  const watch = new DefinitionWatch(model.sketch);
  const steps: string[] = [];
  for (let count = 0; count < 200; count++) {
    if (count >= killAfter) return { steps, end: "killed" };
    const { app } = model;
    if (app !== undefined) watch.look(app, model.nowMs);
    const { deploy } = memory;
    if (deploy !== undefined && app !== undefined) {
      const look = { app, askedMs: model.nowMs, nowMs: model.nowMs, captainProcess: model.captainProcess };
      memory = { ...memory, deploy: observed(deploy, look) };
    }
    const situation: Situation = {
      app,
      buildFailed: false,
      nowMs: model.nowMs,
      strangeSinceMs: watch.strangeSinceMs,
    };
    const step = nextStep(situation, wanted, memory);
    steps.push(step.do);
    const windowMs = windowSeconds(app, wanted) * 1000;
    model.nowMs += 100;
    const failed = () => {
      memory = { ...memory, failures: memory.failures + 1, quietAtMs: model.nowMs + windowMs };
    };
    switch (step.do) {
      case "done":
      case "giveUp":
        return { steps, end: step.do };
      case "register":
        model.register();
        break;
      case "poll":
        model.nowMs += 1000;
        break;
      case "wait":
        model.nowMs = step.untilMs;
        break;
      case "prove":
        memory = { ...memory, proven: true };
        break;
      case "verify":
        memory = { ...memory, verifiedInVain: true };
        break;
      case "configure": {
        const stamp = newStamp(model.nowMs, windowMs / 1000);
        if (app === undefined) throw new Error("there is no app");
        const body = updateBody(app, step.changes, [stamp]);
        if (model.configure(body, fates.shift() ?? "works")) {
          watch.expect(stamp.nonce);
          const confirmed = new Set([...memory.confirmed, stamp.nonce]);
          memory = {
            ...memory,
            confirmed,
            quietAtMs: model.nowMs + windowMs,
            effectMs: model.nowMs,
            proven: false,
          };
        } else failed();
        break;
      }
      case "deploy": {
        const stamp = newStamp(model.nowMs, windowMs / 1000);
        const sentMs = model.nowMs;
        const fate = fates.shift() ?? "works";
        const { captainProcess } = model;
        model.deploy(wanted.source?.image ?? "", formatStamp(stamp), fate);
        watch.expect(stamp.nonce);
        const unseen = { idleLooks: 0, seenBuildingMs: undefined, arrivedMs: undefined };
        memory = {
          ...memory,
          deploy: { nonce: stamp.nonce, sentMs, sameCaptain: true, captainProcess, above: 0, ...unseen },
        };
        break;
      }
      case "settleDeploy": {
        const arrived = step.end === "arrived";
        const confirmed = new Set([...memory.confirmed, ...(arrived ? [memory.deploy?.nonce ?? ""] : [])]);
        memory = {
          ...memory,
          deploy: undefined,
          confirmed,
          deployedNow: arrived,
          effectMs: model.nowMs,
          failures: memory.failures + (arrived ? 0 : 1),
          quietAtMs: arrived && app?.instanceCount === 0 ? memory.quietAtMs : model.nowMs + windowMs,
        };
      }
    }
  }
  throw new Error(`no end: ${steps.join(" ")}`);
}

/** Lets an hour pass after a complete apply. */
function settle(model: Model): void {
  model.confirmed = new Set(JSON.stringify(model.raw).match(/[0-9a-f]{12}(?=")/g));
  model.sketch = model.app && sketchOf(model.app);
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
