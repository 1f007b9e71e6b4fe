/** One change of an app by a resource other than the app's own: waits before it, and until the app runs again. */
import { TerraformError } from "../../terraform-plugin";
import { isDone } from "../captain/api-status";
import type { App } from "../captain/app";
import type { AppList, Captain } from "../captain/client";
import { refusal } from "../captain/errors";
import { type Changes, isEmpty } from "../settings/settings";
import { newStamp, type Stamper, stampOf, stampsOf } from "../settings/stamp";
import type { CaptainContext } from "./connection";
import { DefinitionWatch, sketchOf } from "./definition-watch";
import { recall, remember } from "./memory";
import { quietFromMs, windowSeconds } from "./quiet-window";
import { visit } from "./visit";
import { writeApp } from "./write";

const ATTEMPTS = 4;
const POLL_SECONDS = 1;
/** Long enough for a slow start: only the app's own resource knows its ready conditions. */
const LONGEST_START_SECONDS = 300;
/** An app without data gets its new container before the old one stops, at most 3 s after the answer. */
const HANDOVER_SECONDS = 5;
/** nginx answers with these for an app that does not answer. */
const NOT_THERE: readonly number[] = [502, 503, 504];
/** This resource does not know the app's stop time; CapRover shows its stop grace. */
const UNKNOWN_STOP = { longestStopSeconds: 0 };

export interface AppChange {
  readonly appName: string;
  /** Whose change it is. Its stamp stands beside that of the app's own resource, which still recognises the app. */
  readonly by: Exclude<Stamper, "app">;
  /** What is asked, such as `force SSL for app "hermes"`. */
  readonly call: string;
  /** Called for the app as it is now; empty when there is nothing to change. */
  readonly changesFor: (app: App) => Changes;
}

/** @throws TerraformError when there is no such app */
export async function findApp(captain: Captain, appName: string, signal: AbortSignal): Promise<App> {
  return appIn(await captain.apps(signal), appName);
}

function appIn({ apps }: AppList, appName: string): App {
  const app = apps.get(appName);
  if (app !== undefined) return app;
  throw new TerraformError(`There is no app "${appName}" on the CapRover server`, { path: ["app"] });
}

/** Whether the last write took effect. CapRover saves a write first, and may die before it tells the engine. */
export function isInForce(app: App, by: Stamper, { privateState }: Pick<CaptainContext, "privateState">) {
  const stamp = stampOf(app, by);
  return stamp === undefined || recall(privateState).confirmed.has(stamp.nonce);
}

export function rememberInForce(app: App, by: Stamper, { privateState }: CaptainContext): void {
  const stamp = stampOf(app, by);
  if (stamp !== undefined) confirm(stamp.nonce, privateState);
}

function confirm(nonce: string, privateState: CaptainContext["privateState"]): void {
  remember(privateState, { confirmed: new Set([nonce]), sketch: undefined, quietAtServerMs: 0 });
}

export async function changeApp(change: AppChange, context: CaptainContext): Promise<void> {
  await context.providerData.coordination.inTurn(change.appName, () => changeInTurn(change, context));
}

async function changeInTurn(change: AppChange, context: CaptainContext): Promise<void> {
  const { providerData, signal, privateState } = context;
  const { captain, coordination } = providerData;
  const { clock } = captain;
  const { appName, by, call, changesFor } = change;
  const { sketch, quietAtMs: settledQuietAtMs = 0 } = coordination.settled.get(appName) ?? {};
  const watch = new DefinitionWatch(sketch);
  let quietAtMs = settledQuietAtMs;
  for (let attempt = 1; attempt <= ATTEMPTS; ) {
    const list = await captain.apps(signal);
    const app = appIn(list, appName);
    const changes = changesFor(app);
    if (isEmpty(changes) && isInForce(app, by, context)) return;
    watch.look(app, clock.milliseconds());
    const waitMs = quietFromMs(app, watch.strangeSinceMs, UNKNOWN_STOP, quietAtMs) - clock.milliseconds();
    if (app.isBuilding || waitMs > 0) {
      await clock.sleep(app.isBuilding ? POLL_SECONDS : waitMs / 1000, signal);
      continue;
    }
    const answered = await isAnswering(app, list.rootDomain, context);
    const windowLength = windowSeconds(app, UNKNOWN_STOP);
    const stamp = newStamp(providerData.run, captain.nowMs(), windowLength, { by });
    const others = stampsOf(app).filter((one) => one.by !== by);
    const outcome = await writeApp(captain, app, changes, [...others, stamp], signal);
    quietAtMs = clock.milliseconds() + windowLength * 1000;
    if (outcome.kind === "answer") {
      if (!isDone(outcome.status)) throw refusal({ call, ...outcome });
      confirm(stamp.nonce, privateState);
      const changed =
        app.instanceCount > 0
          ? await awaitRestart(appName, answered, quietAtMs, context)
          : (await captain.apps(signal)).apps.get(appName);
      if (changed !== undefined) coordination.settled.set(appName, { sketch: sketchOf(changed), quietAtMs });
      return;
    }
    attempt++;
  }
  throw new TerraformError(`It is not known whether CapRover did ${call}`);
}

/**
 * Waits until the old container is gone, and the new one answers if the old one did.
 * @returns the app as it was last seen
 */
async function awaitRestart(
  appName: string,
  answered: boolean,
  quietAtMs: number,
  context: CaptainContext,
): Promise<App | undefined> {
  const { providerData, signal, diagnostics } = context;
  const { clock } = providerData.captain;
  const handoverMs = clock.milliseconds() + HANDOVER_SECONDS * 1000;
  let wasAway = false;
  for (;;) {
    const { apps, rootDomain } = await providerData.captain.apps(signal);
    const app = apps.get(appName);
    if (app === undefined) return undefined;
    const answers = answered && (await isAnswering(app, rootDomain, context));
    wasAway ||= answered && !answers;
    const nowMs = clock.milliseconds();
    const isNew = wasAway || nowMs >= (app.persistent ? quietAtMs : handoverMs);
    if (isNew && (answers || !answered)) return app;
    if (nowMs > quietAtMs + LONGEST_START_SECONDS * 1000) {
      diagnostics.addWarning(`${appName} does not answer after its restart`, {
        detail: `It answered before the restart. The apply waited ${LONGEST_START_SECONDS} s for it and waits no longer. See its log on CapRover.`,
      });
      return app;
    }
    await clock.sleep(POLL_SECONDS, signal);
  }
}

async function isAnswering(
  app: App,
  rootDomain: string,
  { providerData, signal }: CaptainContext,
): Promise<boolean> {
  if (app.notExposeAsWebApp || rootDomain === "") return false;
  const seen = await visit(providerData.captain, app, rootDomain, "/", {}, signal);
  return "answer" in seen && !NOT_THERE.includes(seen.answer.status);
}
