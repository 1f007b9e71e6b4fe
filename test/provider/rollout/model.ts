/** A small model of CapRover that can fail at every write, and an apply that does what the runner does without a network. */
import { type App, readApp } from "../../../lib/provider/captain/app";
import type { Json, JsonObject } from "../../../lib/provider/captain/json";
import { DefinitionWatch, type Sketch } from "../../../lib/provider/rollout/definition-watch";
import { freshMemory } from "../../../lib/provider/rollout/memory";
import {
  type Memory,
  nextStep,
  observed,
  type Situation,
  type Step,
  type Wanted,
} from "../../../lib/provider/rollout/planner";
import { windowSeconds } from "../../../lib/provider/rollout/quiet-window";
import { type FirstSight, rivalOf, writesOf } from "../../../lib/provider/rollout/rivals";
import { updateBody } from "../../../lib/provider/settings/settings";
import { formatStamp, newRun, newStamp } from "../../../lib/provider/settings/stamp";

/** How a write ends: it works, it is lost before or after its effect, or it is saved and never applied. */
export type Fate = "works" | "lost before" | "lost after" | "saved only";

/** How long CapRover takes for an update. Meanwhile it accepts no other one. */
const UPDATE_MS = 2000;

/** A CapRover with one app, whose containers take their whole grace to stop. */
export class Model {
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
    this.nowMs += UPDATE_MS;
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

interface ApplyOptions {
  /** How its writes end, in order. @default - all work */
  readonly fates?: Fate[];
  /** It creates the app: throws for one that it must not take. @default - it takes any */
  readonly adopt?: (app: App, firstSight: FirstSight) => void;
  /** It changes an app that its plan saw at its first step. @default false */
  readonly planned?: boolean;
}

/** One apply, step by step. A step is a look and what follows from it at once. */
export class Apply {
  readonly steps: string[] = [];
  /** When its latest wait ends. */
  wakeMs = 0;
  writes = 0;
  private memory: Memory;
  private readonly watch: DefinitionWatch;
  private readonly firstSight: FirstSight;
  private exists = false;
  private isMaking = false;

  constructor(
    private readonly model: Model,
    private readonly wanted: Wanted,
    private readonly options: ApplyOptions = {},
  ) {
    this.memory = freshMemory(model, 0);
    this.watch = new DefinitionWatch(model.sketch);
    const { app } = model;
    const sees = options.planned === true || app === undefined;
    const seen = sees ? new Set(app && writesOf(app).map(({ stamp }) => stamp.nonce)) : undefined;
    this.firstSight = { run: newRun(model.nowMs, "us"), seen };
  }

  /** Until it ends, or is killed after so many steps. */
  finish(killAfter = Number.POSITIVE_INFINITY): "done" | "giveUp" | "yield" | "killed" {
    for (let count = 0; count < 200; count++) {
      if (count >= killAfter) return "killed";
      this.model.nowMs = Math.max(this.model.nowMs, this.wakeMs);
      const end = this.step();
      if (end !== undefined) return end;
    }
    throw new Error(`no end: ${this.steps.join(" ")}`);
  }

  /** @returns undefined while there is more to do */
  step(): "done" | "giveUp" | "yield" | undefined {
    const { model, wanted } = this;
    const { app } = model;
    const rival = app && rivalOf(app, this.firstSight);
    if (app !== undefined) {
      if (!this.exists && rival === undefined) {
        this.options.adopt?.(app, this.firstSight);
        this.exists = true;
        this.isMaking = this.options.adopt !== undefined;
      }
      this.watch.look(app, model.nowMs);
      this.look(app);
    }
    const situation: Situation = {
      app,
      buildFailed: false,
      nowMs: model.nowMs,
      strangeSinceMs: this.watch.strangeSinceMs,
      rival,
    };
    const step = nextStep(situation, wanted, this.memory);
    this.steps.push(step.do);
    model.nowMs += 100;
    if (step.do === "done" || step.do === "giveUp" || step.do === "yield") return step.do;
    this.take(step, app);
    return undefined;
  }

  private remember(change: Partial<Memory>): void {
    this.memory = { ...this.memory, ...change };
  }

  private look(app: App): void {
    const { model, memory } = this;
    const look = { app, askedMs: model.nowMs, nowMs: model.nowMs, captainProcess: model.captainProcess };
    this.remember({ deploy: memory.deploy && observed(memory.deploy, look) });
  }

  private windowMs(app: App | undefined): number {
    return windowSeconds(app, this.wanted) * 1000;
  }

  private take(step: Step, app: App | undefined): void {
    const { model } = this;
    switch (step.do) {
      case "register":
        model.register();
        this.isMaking = true;
        return;
      case "poll":
        this.wakeMs = model.nowMs + 1000;
        return;
      case "wait":
        this.wakeMs = step.untilMs;
        return;
      case "prove":
        this.remember({ proven: true });
        return;
      case "verify":
        this.remember({ verifiedInVain: true });
        return;
      case "configure":
        if (app === undefined) throw new Error("there is no app");
        this.configure(app, step.changes);
        return;
      case "deploy":
        this.deploy(app);
        return;
      case "settleDeploy":
        this.settleDeploy(app, step.end === "arrived");
    }
  }

  private fate(): Fate {
    this.writes++;
    return this.options.fates?.shift() ?? "works";
  }

  private configure(app: App, changes: JsonObject): void {
    const { model } = this;
    const atZero = (changes["instanceCount"] ?? app.instanceCount) === 0;
    const creation = !this.isMaking ? "none" : atZero ? "unstarted" : "started";
    const stamp = newStamp(this.firstSight.run, model.nowMs, this.windowMs(app) / 1000, { creation });
    const works = model.configure(updateBody(app, changes, [stamp]), this.fate());
    const quietAtMs = model.nowMs + this.windowMs(app);
    if (!works) {
      this.remember({ failures: this.memory.failures + 1, quietAtMs });
      return;
    }
    this.watch.expect(stamp.nonce);
    const confirmed = new Set([...this.memory.confirmed, stamp.nonce]);
    this.remember({ confirmed, quietAtMs, effectMs: model.nowMs, proven: false });
  }

  private deploy(app: App | undefined): void {
    const { model, wanted } = this;
    const stamp = newStamp(this.firstSight.run, model.nowMs, this.windowMs(app) / 1000);
    const sentMs = model.nowMs;
    const { captainProcess } = model;
    model.deploy(wanted.source?.image ?? "", formatStamp(stamp), this.fate());
    this.watch.expect(stamp.nonce);
    const unseen = { idleLooks: 0, seenBuildingMs: undefined, arrivedMs: undefined };
    this.remember({
      deploy: { nonce: stamp.nonce, sentMs, sameCaptain: true, captainProcess, above: 0, ...unseen },
    });
  }

  private settleDeploy(app: App | undefined, arrived: boolean): void {
    const { model, memory } = this;
    this.remember({
      deploy: undefined,
      confirmed: new Set([...memory.confirmed, ...(arrived ? [memory.deploy?.nonce ?? ""] : [])]),
      deployedNow: arrived,
      effectMs: model.nowMs,
      failures: memory.failures + (arrived ? 0 : 1),
      quietAtMs: arrived && app?.instanceCount === 0 ? memory.quietAtMs : model.nowMs + this.windowMs(app),
    });
  }
}
