/**
 * The next step that brings an app from what it is to what is wanted. Pure: it looks at the app as CapRover lists it,
 * at what this process has done, and at the time, so it can resume after any process that was killed. It follows two
 * rules. A write that may start a container on data waits until every previous container must have stopped. And a step
 * that may have happened already is looked for before it is done again.
 */
import { type App, deployed, hasOnlyPlaceholder } from "../captain/app";
import { type Changes, changesOf, isEmpty, type Settings } from "../settings/settings";
import { deployStamp, type Stamp, writeStamp } from "../settings/stamp";
import { quietFromMs, type StopTime } from "./quiet-window";

export interface Source {
  /** The captain-definition that is deployed; for a plain image one that names it. */
  readonly captainDefinition: string;
  /** Undefined when CapRover builds the image and names it. */
  readonly image: string | undefined;
  readonly fingerprint: string;
}
export interface Wanted extends StopTime {
  readonly settings: Settings;
  /** Undefined leaves the image to whoever deploys it. */
  readonly source: Source | undefined;
  /** The log shows when a new container has started, so a write that was cut off can be verified. */
  readonly hasStartLine: boolean;
}

/** What is seen now. Times are the clock's milliseconds. */
export interface Situation {
  readonly app: App | undefined;
  readonly buildFailed: boolean;
  readonly nowMs: number;
  /** When this process first saw a definition that it neither wrote nor remembers; undefined if there was none. */
  readonly strangeSinceMs: number | undefined;
  /** The stamp of another run that is changing the app, to which this run leaves it. */
  readonly rival: Stamp | undefined;
}

/** What this process has done, and what an earlier one left in the private state. */
export interface Memory {
  /** Nonces of writes that were seen to take effect. */
  readonly confirmed: ReadonlySet<string>;
  /** Until when previous containers may run, by the writes of this process and those it remembers. */
  readonly quietAtMs: number;
  readonly deploy: PendingDeploy | undefined;
  readonly deployedNow: boolean;
  /** The earliest time at which the last write can have reached the service. */
  readonly effectMs: number | undefined;
  readonly proven: boolean;
  /** A check whether a cut-off write took effect found nothing. */
  readonly verifiedInVain: boolean;
  /** Writes whose fate is unknown, and deploys that were lost. */
  readonly failures: number;
}
export interface PendingDeploy {
  readonly nonce: string;
  readonly sentMs: number;
  /** The CapRover process that got the deploy still runs, so it also tells the engine what it saves. */
  readonly sameCaptain: boolean;
  readonly captainProcess: number;
  /** The version at the time of sending. */
  readonly above: number;
  readonly seenBuildingMs: number | undefined;
  /** How many looks in a row showed nothing of it. */
  readonly idleLooks: number;
  /** When it was first seen as the deployed version. */
  readonly arrivedMs: number | undefined;
}

export type Step =
  | { readonly do: "register" }
  | { readonly do: "configure"; readonly changes: Changes }
  | { readonly do: "deploy" }
  /** Looks again a little later. */
  | { readonly do: "poll"; readonly why: string }
  | { readonly do: "wait"; readonly untilMs: number; readonly why: string }
  /** Waits until the new container is seen to run. */
  | { readonly do: "prove" }
  /** One look whether a write that was cut off has taken effect. */
  | { readonly do: "verify"; readonly stamp: Stamp }
  /** The deploy has ended. */
  | { readonly do: "settleDeploy"; readonly end: "arrived" | "failed" | "lost" | "unclear" }
  | { readonly do: "giveUp" }
  /** Another run is changing the app. */
  | { readonly do: "yield"; readonly to: Stamp }
  | { readonly do: "done" };

/** `isBuildFailed` may turn true a moment after the version has moved. */
const SECOND_LOOK_MS = 3000;
/** A deploy that neither built nor failed nor arrived in so many looks was lost with CapRover's process. */
const LOST_AFTER_LOOKS = 15;
const MOST_FAILURES = 3;

export function nextStep(situation: Situation, wanted: Wanted, memory: Memory): Step {
  const { app, nowMs, rival } = situation;
  if (rival !== undefined) return { do: "yield", to: rival };
  if (memory.failures > MOST_FAILURES) return { do: "giveUp" };
  if (app === undefined) return { do: "register" };
  if (app.isBuilding) return { do: "poll", why: "CapRover builds or pulls" };
  if (memory.deploy !== undefined) return followDeploy(situation, memory.deploy);

  const { settings, source } = wanted;
  const doubt = doubtful(app, memory);
  const verifiable = wanted.hasStartLine && app.instanceCount > 0 && !memory.verifiedInVain;
  const quietAtMs = quietFromMs(app, situation.strangeSinceMs, wanted, memory.quietAtMs);
  const wait: Step | undefined =
    nowMs < quietAtMs
      ? { do: "wait", untilMs: quietAtMs, why: "previous containers may still be stopping" }
      : undefined;
  if (doubt.stamp !== undefined && verifiable) return wait ?? { do: "verify", stamp: doubt.stamp };

  const mustDeploy = source !== undefined && (doubt.deploy || !isDeployed(app, source));
  const parked = app.instanceCount === 0 || hasOnlyPlaceholder(app);
  if (mustDeploy && parked) {
    // at zero instances nothing starts, so no write has to wait
    const changes = changesOf(app, { ...settings, instanceCount: 0 });
    return isEmpty(changes) && !doubt.write ? { do: "deploy" } : { do: "configure", changes };
  }
  if (mustDeploy) return wait ?? { do: "deploy" };

  const changes = changesOf(app, settings);
  const mustProve = memory.effectMs !== undefined && !memory.proven && app.instanceCount > 0;
  if (!isEmpty(changes) || doubt.write) {
    // the new image may be migrating its data: do not stop it now
    if (mustProve && memory.deployedNow) return { do: "prove" };
    const startsNothing = settings.instanceCount === 0;
    return (startsNothing ? undefined : wait) ?? { do: "configure", changes };
  }
  return mustProve ? { do: "prove" } : { do: "done" };
}

function followDeploy({ app, buildFailed, nowMs }: Situation, deploy: PendingDeploy): Step {
  if (buildFailed) return { do: "settleDeploy", end: "failed" };
  const arrived = app !== undefined && deployStamp(app)?.nonce === deploy.nonce;
  if (arrived) {
    const settled = deploy.arrivedMs !== undefined && nowMs >= deploy.arrivedMs + SECOND_LOOK_MS;
    if (!settled) return { do: "poll", why: "the new image was deployed" };
    // CapRover may have died after saving the version and before telling the engine
    return { do: "settleDeploy", end: deploy.sameCaptain ? "arrived" : "unclear" };
  }
  return deploy.idleLooks < LOST_AFTER_LOOKS
    ? { do: "poll", why: "the deploy was started" }
    : { do: "settleDeploy", end: "lost" };
}

export interface Look {
  readonly app: App;
  readonly askedMs: number;
  readonly nowMs: number;
  readonly captainProcess: number;
}

/** What a look at the app says about a deploy that was sent. */
export function observed(
  deploy: PendingDeploy,
  { app, askedMs, nowMs, captainProcess }: Look,
): PendingDeploy {
  const arrived = deployStamp(app)?.nonce === deploy.nonce;
  return {
    ...deploy,
    sameCaptain: deploy.captainProcess === captainProcess,
    idleLooks: app.isBuilding || arrived ? 0 : deploy.idleLooks + 1,
    seenBuildingMs: app.isBuilding ? askedMs : deploy.seenBuildingMs,
    arrivedMs: deploy.arrivedMs ?? (arrived ? nowMs : undefined),
  };
}

export interface Doubt {
  readonly write: boolean;
  readonly deploy: boolean;
  /** The latest stamp in doubt. */
  readonly stamp: Stamp | undefined;
}

/** This provider's writes that are saved and were not seen to take effect. */
export function doubtful(app: App, { confirmed }: Pick<Memory, "confirmed">): Doubt {
  const unconfirmed = (stamp: Stamp | undefined) =>
    stamp !== undefined && !confirmed.has(stamp.nonce) ? [stamp] : [];
  const write = unconfirmed(writeStamp(app));
  const deploy = unconfirmed(deployStamp(app));
  const [stamp] = [...write, ...deploy].sort((a, b) => b.startedMs - a.startedMs);
  return { write: write.length > 0, deploy: deploy.length > 0, stamp };
}

export function isDeployed(app: App, source: Source): boolean {
  if (source.image !== undefined) return deployed(app)?.image === source.image;
  return deployStamp(app)?.fingerprint === source.fingerprint;
}
