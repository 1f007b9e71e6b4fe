import { type Logger, redactor } from "../../terraform-plugin";
import { API_STATUS, isDone } from "../captain/api-status";
import { type App, hasOnlyPlaceholder } from "../captain/app";
import type { AppList, Captain } from "../captain/client";
import {
  gone,
  isBusyBuilding,
  isNotPlaced,
  isSavedWithoutImage,
  notKept,
  overtaken,
  refusal,
  unknownFate,
} from "../captain/errors";
import type { JsonObject } from "../captain/json";
import type { Outcome } from "../captain/session";
import { type Changes, hiddenValues, isEmpty } from "../settings/settings";
import { type CreationMark, deployStamp, formatStamp, newStamp, writeStamp } from "../settings/stamp";
import { buildFailure, readBuild } from "./build";
import { DefinitionWatch } from "./definition-watch";
import { freshMemory, type Remembered } from "./memory";
import { isDeployed, type Memory, nextStep, observed, type Situation, type Step } from "./planner";
import { quietFromMs, windowSeconds } from "./quiet-window";
import { awaitReady, hasStarted, type Probe } from "./ready";
import { type FirstSight, rivalOf } from "./rivals";
import type { Target } from "./target";
import { placement, StaleLook, stillAsSeen, writeApp } from "./write";

export interface RunOptions {
  readonly captain: Captain;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly remembered: Remembered;
  readonly firstSight: FirstSight;
  /**
   * Throws when an existing app must not be taken over as the one to create.
   * Undefined when the app has to exist already.
   */
  readonly adopt?: (app: App) => void;
  /** Called once before the first write. */
  readonly check?: (list: AppList) => void;
}

const POLL_SECONDS = 1;
/** CapRover asks to wait for a minute. */
const MOST_PLACEMENT_POLLS = 60;

/** Brings one app to what is wanted: asks the planner for the next step, does it, and looks again. */
export class AppRunner {
  private memory: Memory;
  private readonly watch: DefinitionWatch;
  private lastWhy = "";
  /** What CapRover saved is not what runs. */
  isInDoubt = false;
  /** Another run changes the app, and this one has ended for it. */
  hasYielded = false;
  private exists = false;
  /** This run creates the app, or resumes a creation that was cut off. */
  private isMaking = false;
  /** The changes that CapRover accepted last. */
  private lastAnswered = "";
  private firstSight: FirstSight;
  private app: App | undefined;
  private lookedAtMs = 0;
  private placementPolls = 0;

  constructor(
    private readonly target: Target,
    private readonly options: RunOptions,
  ) {
    const { remembered } = options;
    this.firstSight = options.firstSight;
    this.memory = freshMemory(remembered, this.toClockMs(remembered.quietAtServerMs));
    this.watch = new DefinitionWatch(remembered.sketch);
  }

  /** The app as it was seen last. */
  get lastSeen(): App | undefined {
    return this.app;
  }

  /** Until when previous containers may run, in the clock's milliseconds. */
  get quietAtMs(): number {
    const { strangeSinceMs } = this.watch;
    return Math.max(
      this.memory.quietAtMs,
      quietFromMs(this.app, strangeSinceMs, this.target, this.memory.quietAtMs),
    );
  }

  /** The same in the server's time. */
  get quietAtServerMs(): number {
    return this.captain.nowMs() + this.quietAtMs - this.nowMs;
  }

  /** @returns the app at the end, and the list that it was in */
  async run(): Promise<{ readonly app: App; readonly list: AppList }> {
    for (let first = true; ; first = false) {
      const askedMs = this.nowMs;
      this.lookedAtMs = askedMs;
      const list = await this.captain.apps(this.options.signal);
      const app = list.apps.get(this.target.appName);
      this.app = app;
      if (first) {
        this.options.check?.(list);
        // every stamp on an app that was not there is a surprise
        if (app === undefined) this.firstSight = { ...this.firstSight, seen: new Set() };
      }
      if (app !== undefined && !this.exists && rivalOf(app, this.firstSight) === undefined) {
        this.options.adopt?.(app);
        this.exists = true;
        this.isMaking =
          this.options.adopt !== undefined && (app.instanceCount === 0 || hasOnlyPlaceholder(app));
      }
      const step = nextStep(await this.situation(app, askedMs), this.target, this.memory);
      this.progress(step);
      if (step.do === "done" && app !== undefined) return { app, list };
      try {
        await this.take(step, app, list);
      } catch (error) {
        // the next look shows what has changed meanwhile
        if (!(error instanceof StaleLook)) throw error;
      }
    }
  }

  /**
   * Sets an app whose creation failed to zero instances, so that it does not crash again and again. An app that was
   * already running, and was only found again, keeps running. So does one that another run has changed since.
   */
  async park(): Promise<void> {
    const { signal, log } = this.options;
    if (!this.isMaking || this.hasYielded || signal.aborted) return;
    try {
      this.lookedAtMs = this.nowMs;
      const app = (await this.captain.apps(signal)).apps.get(this.target.appName);
      if (app === undefined || app.isBuilding || app.instanceCount === 0) return;
      if (writeStamp(app)?.run?.nonce !== this.firstSight.run.nonce) return;
      log.info(`${app.name}: park`, { why: "its creation failed; the next apply resumes it" });
      await this.configure(app, { instanceCount: 0 });
    } catch (error) {
      log.warn("the app could not be parked", {
        why: error instanceof Error ? error.message : String(error),
      });
    }
  }

  private get captain(): Captain {
    return this.options.captain;
  }

  private get nowMs(): number {
    return this.captain.clock.milliseconds();
  }

  private toClockMs(serverMs: number): number {
    return this.nowMs + serverMs - this.captain.nowMs();
  }

  private remember(change: Partial<Memory>): void {
    this.memory = { ...this.memory, ...change };
  }

  private async situation(app: App | undefined, askedMs: number): Promise<Situation> {
    if (app !== undefined) {
      this.watch.look(app, this.nowMs);
      const seen = { app, askedMs, nowMs: this.nowMs, captainProcess: this.captain.processesSeen };
      this.remember({ deploy: this.memory.deploy && observed(this.memory.deploy, seen) });
    }
    const { deploy } = this.memory;
    return {
      app,
      buildFailed: deploy !== undefined && app !== undefined && (await this.hasBuildFailed(app)),
      nowMs: this.nowMs,
      strangeSinceMs: this.watch.strangeSinceMs,
      rival: app && rivalOf(app, this.firstSight),
    };
  }

  /** CapRover keeps the flag after its build, so it counts only when a newer build was seen. */
  private async hasBuildFailed(app: App): Promise<boolean> {
    const { deploy } = this.memory;
    if (deploy === undefined || app.isBuilding) return false;
    const isOurs = deploy.seenBuildingMs !== undefined || newestVersion(app) > deploy.above;
    return isOurs && (await readBuild(this.captain, app.name, this.options.signal)).hasFailed;
  }

  private progress(step: Step): void {
    const why = "why" in step ? step.why : "";
    if (step.do === "poll" && why === this.lastWhy) return;
    this.lastWhy = why;
    const seconds = step.do === "wait" ? { seconds: Math.round((step.untilMs - this.nowMs) / 1000) } : {};
    this.options.log.info(`${this.target.appName}: ${step.do}`, { why, ...seconds });
  }

  private async take(step: Step, app: App | undefined, list: AppList): Promise<void> {
    const { clock } = this.captain;
    const { signal } = this.options;
    if (step.do === "register") return this.register();
    if (step.do === "yield") {
      this.hasYielded = true;
      throw overtaken(this.target.appName, step.to.startedMs);
    }
    if (app === undefined) throw gone(this.target.appName);
    switch (step.do) {
      case "configure":
        return this.configure(app, step.changes);
      case "deploy":
        return this.deploy(app);
      case "poll":
        return clock.sleep(POLL_SECONDS, signal);
      case "wait":
        return clock.sleep((step.untilMs - this.nowMs) / 1000, signal);
      case "prove":
        await awaitReady(this.probe(app, list, this.memory.effectMs ?? this.nowMs));
        return this.remember({ proven: true });
      case "verify": {
        const started = await hasStarted(this.probe(app, list, this.toClockMs(step.stamp.startedMs)));
        if (!started) return this.remember({ verifiedInVain: true });
        const nonces = [writeStamp(app), deployStamp(app)].flatMap((stamp) => stamp?.nonce ?? []);
        return this.remember({
          confirmed: new Set([...this.memory.confirmed, ...nonces]),
          effectMs: this.toClockMs(step.stamp.startedMs),
        });
      }
      case "settleDeploy":
        return this.settleDeploy(app, step.end);
      case "giveUp":
        throw unknownFate(app.name);
    }
  }

  private async register(): Promise<void> {
    const { appName, persistent, settings } = this.target;
    if (this.options.adopt === undefined || this.exists) throw gone(this.target.appName);
    const body = { appName, projectId: settings.projectId, hasPersistentData: persistent };
    const outcome = await this.post("/user/apps/appDefinitions/register?detached=1", body);
    if (outcome.kind === "uncertain") return this.uncertain();
    if (outcome.status === API_STATUS.alreadyExists) {
      // somebody created it after the list was read
      this.remember({ failures: this.memory.failures + 1 });
      return this.captain.clock.sleep(POLL_SECONDS, this.options.signal);
    }
    this.expectDone(outcome, `create app "${appName}"`);
    this.exists = true;
    this.isMaking = true;
  }

  private async configure(app: App, changes: Changes): Promise<void> {
    const asked = JSON.stringify(changes);
    if (!isEmpty(changes) && asked === this.lastAnswered) throw notKept(app.name, Object.keys(changes));
    const { run } = this.firstSight;
    const creation = this.creationMark(changes["instanceCount"] ?? app.instanceCount);
    const stamp = newStamp(run, this.captain.nowMs(), windowSeconds(app, this.target), { creation });
    const placed = { ...changes, ...(await placement(this.captain, app, changes, this.options.signal)) };
    const sentMs = this.nowMs;
    const check = this.stillAsSeen(app);
    const outcome = await writeApp(this.captain, app, placed, [stamp], this.options.signal, check);
    if (outcome.kind === "uncertain") return this.uncertain(app);
    this.watch.expect(stamp.nonce);
    const isEarly = isNotPlaced(outcome) && this.placementPolls++ < MOST_PLACEMENT_POLLS;
    if (isEarly || isBusyBuilding(outcome))
      return this.captain.clock.sleep(POLL_SECONDS, this.options.signal);
    if (outcome.status === API_STATUS.nginxRefused) {
      // CapRover went back to the previous app, and the engine already has the new one
      this.isInDoubt = true;
    }
    if (!isSavedWithoutImage(outcome)) this.expectDone(outcome, `change app "${app.name}"`);
    this.lastAnswered = asked;
    this.remember({
      confirmed: new Set([...this.memory.confirmed, stamp.nonce]),
      quietAtMs: this.windowFromNow(app),
      effectMs: sentMs,
      proven: false,
    });
  }

  private async deploy(app: App): Promise<void> {
    const { source } = this.target;
    if (source === undefined) return;
    const { fingerprint } = source;
    const { run } = this.firstSight;
    const stamp = newStamp(run, this.captain.nowMs(), windowSeconds(app, this.target), { fingerprint });
    const sentMs = this.nowMs;
    const pending = {
      nonce: stamp.nonce,
      sentMs,
      above: newestVersion(app),
      captainProcess: this.captain.processesSeen,
      sameCaptain: true,
      idleLooks: 0,
      seenBuildingMs: undefined,
      arrivedMs: undefined,
    };
    const body = { captainDefinitionContent: source.captainDefinition, gitHash: formatStamp(stamp) };
    const outcome = await this.post(`/user/apps/appData/${app.name}?detached=1`, body, this.stillAsSeen(app));
    if (outcome.kind === "answer") this.expectDone(outcome, `deploy app "${app.name}"`);
    this.watch.expect(stamp.nonce);
    this.remember({ deploy: pending });
  }

  private async settleDeploy(app: App, end: "arrived" | "failed" | "lost" | "unclear"): Promise<void> {
    const { deploy } = this.memory;
    if (deploy === undefined) return;
    if (end === "failed") {
      const { lines } = await readBuild(this.captain, app.name, this.options.signal);
      const redacted = lines.map((line) => this.redact(app, line));
      throw buildFailure(app.name, this.target.source?.image, redacted);
    }
    if (end !== "arrived") {
      this.remember({ deploy: undefined });
      return this.uncertain(app);
    }
    const { source } = this.target;
    if (source !== undefined && !isDeployed(app, source)) throw notKept(app.name, ["image"]);
    this.remember({
      deploy: undefined,
      deployedNow: true,
      confirmed: new Set([...this.memory.confirmed, deploy.nonce]),
      effectMs: deploy.seenBuildingMs ?? deploy.sentMs,
      proven: false,
      // at zero instances nothing was stopped
      ...(app.instanceCount === 0 ? {} : { quietAtMs: this.windowFromNow(app) }),
    });
  }

  private probe(app: App, { rootDomain }: AppList, sinceMs: number): Probe {
    const { ready, credentials } = this.target;
    return {
      captain: this.captain,
      app,
      rootDomain,
      conditions: ready,
      credentials,
      sinceServerMs: this.captain.nowMs() - (this.nowMs - sinceMs) - 1000,
      quietAtMs: Math.max(this.memory.quietAtMs, sinceMs + windowSeconds(app, this.target) * 1000),
      signal: this.options.signal,
      redact: (text) => this.redact(app, text),
    };
  }

  /** CapRover prints the environment into build logs. */
  private redact(app: App, text: string): string {
    return redactor(hiddenValues(app, this.target.settings.environment))(text);
  }

  private post(path: string, body: JsonObject, check?: () => Promise<void>): Promise<Outcome> {
    return this.captain.write("POST", path, body, this.options.signal, check);
  }

  private stillAsSeen(app: App): () => Promise<void> {
    return stillAsSeen(this.captain, app, this.lookedAtMs, this.options.signal);
  }

  private creationMark(instanceCount: unknown): CreationMark {
    if (this.options.adopt === undefined) return "none";
    if (instanceCount !== 0) return "started";
    return this.isMaking ? "unstarted" : "none";
  }

  private windowFromNow(app: App | undefined): number {
    return this.nowMs + windowSeconds(app, this.target) * 1000;
  }

  /** The write may have begun just now: nothing is sent before its containers must have stopped. */
  private uncertain(app?: App): void {
    this.remember({
      failures: this.memory.failures + 1,
      quietAtMs: this.windowFromNow(app),
      verifiedInVain: false,
    });
  }

  private expectDone(outcome: Extract<Outcome, { kind: "answer" }>, call: string): void {
    if (!isDone(outcome.status)) throw refusal({ call, ...outcome });
  }
}

const newestVersion = (app: App): number => Math.max(-1, ...app.versions.map(({ version }) => version));
