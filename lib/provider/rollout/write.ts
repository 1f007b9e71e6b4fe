/** One write of an app's settings, for any resource. */
import { type App, deployed } from "../captain/app";
import type { Captain } from "../captain/client";
import type { Outcome } from "../captain/session";
import { type Changes, updateBody } from "../settings/settings";
import type { Stamp } from "../settings/stamp";

/** @param stamps all stamps that the app carries afterwards */
export function writeApp(
  captain: Captain,
  app: App,
  changes: Changes,
  stamps: readonly Stamp[],
  signal: AbortSignal,
): Promise<Outcome> {
  const method = app.canPatch ? "PATCH" : "POST";
  const body = updateBody(app, changes, stamps);
  return captain.write(method, "/user/apps/appDefinitions/update", body, signal);
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
