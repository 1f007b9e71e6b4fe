/** One write of an app's settings, for any resource. */
import { type App, deployed } from "../captain/app";
import type { Captain } from "../captain/client";
import { canonical } from "../captain/json";
import type { Outcome } from "../captain/session";
import { type Changes, updateBody } from "../settings/settings";
import type { Stamp } from "../settings/stamp";

/**
 * How long after a look a write may follow it. CapRover takes 2 s for each write and meanwhile refuses another one, so
 * within that time nobody's whole write fits between the look and this one.
 */
const FRESH_MS = 1000;

/** The app is no longer as it was when the write was decided on. */
export class StaleLook extends Error {}

/**
 * @param lookedAtMs when the app was asked for, in the clock's milliseconds
 * @returns what throws a `StaleLook` when the look is old and the app has changed since
 */
export function stillAsSeen(
  captain: Captain,
  app: App,
  lookedAtMs: number,
  signal: AbortSignal,
): () => Promise<void> {
  const seen = canonical(app.raw);
  let latestMs = lookedAtMs;
  return async () => {
    if (captain.clock.milliseconds() - latestMs <= FRESH_MS) return;
    latestMs = captain.clock.milliseconds();
    const { apps } = await captain.apps(signal);
    if (canonical(apps.get(app.name)?.raw) !== seen) throw new StaleLook();
  };
}

/**
 * @param stamps all stamps that the app carries afterwards
 * @param check called just before the change is sent
 */
export function writeApp(
  captain: Captain,
  app: App,
  changes: Changes,
  stamps: readonly Stamp[],
  signal: AbortSignal,
  check?: () => Promise<void>,
): Promise<Outcome> {
  const method = app.canPatch ? "PATCH" : "POST";
  const body = updateBody(app, changes, stamps);
  return captain.write(method, "/user/apps/appDefinitions/update", body, signal, check);
}

/** An app whose placeholder could not be pulled has no service. Then CapRover wants to be told the node. */
export async function placement(
  captain: Captain,
  app: App,
  changes: Changes,
  signal: AbortSignal,
): Promise<Changes> {
  const hasService = deployed(app)?.image !== undefined && deployed(app)?.image !== "";
  if (hasService || !app.persistent || app.nodeId !== "" || changes["nodeId"] !== undefined) return {};
  const nodeId = await captain.ownNode(signal);
  return nodeId === "" ? {} : { nodeId };
}
