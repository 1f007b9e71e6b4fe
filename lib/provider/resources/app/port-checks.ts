/** A port of the node leads to one app. Docker would refuse the second one after CapRover has saved it. */
import { type Diagnostics, isKnown, TerraformError } from "../../../terraform-plugin";
import type { AppList } from "../../captain/client";
import type { PlannedApps } from "../../rollout/planned-apps";
import type { AppDraft, AppState } from "./schema";

const hostPortsIn = (ports: AppDraft["ports"]): readonly number[] =>
  isKnown(ports)
    ? (ports ?? []).filter(isKnown).flatMap(({ host_port: port }) => (typeof port === "number" ? [port] : []))
    : [];

/** Within one app. */
export function checkOwnPorts({ ports }: Pick<AppDraft, "ports">, diagnostics: Diagnostics): void {
  const all = hostPortsIn(ports);
  for (const twice of new Set(all.filter((port, index) => all.indexOf(port) !== index))) {
    diagnostics.addError(`host_port ${twice} is there twice`, {
      path: ["ports"],
      detail: "A port of the node leads to one port of the container.",
    });
  }
}

/**
 * Among all apps. Only new ports are compared: when another app took a port later, the app that had it first can still be
 * changed. An app that this plan takes the port from has to be planned first.
 */
export function checkPorts(
  { name, ports }: Pick<AppDraft, "name" | "ports">,
  prior: Pick<AppState, "name" | "ports"> | null,
  { apps }: AppList,
  planned: PlannedApps,
): void {
  if (typeof name !== "string") return;
  const wanted = hostPortsIn(ports);
  // a replacement under another name
  if (prior !== null && prior.name !== name) planned.planGone(prior.name);
  planned.plan(name, wanted);
  const had = prior?.name === name ? hostPortsIn(prior.ports) : [];
  for (const port of wanted) {
    if (had.includes(port)) continue;
    const other = planned.holderOf(port, name);
    if (other !== undefined) throw taken(port, `is for app "${other}" too`);
    const holder = [...apps.values()].find(
      (app) =>
        app.name !== name &&
        app.ports.some(({ hostPort }) => hostPort === port) &&
        planned.portsOf(app.name)?.includes(port) !== false,
    );
    if (holder !== undefined) throw taken(port, `leads to app "${holder.name}" already`);
  }
}

function taken(port: number, problem: string): TerraformError {
  return new TerraformError(`Port ${port} of the node ${problem}`, {
    detail:
      "Two apps can't have the same host_port. Choose another one. To give it from one app to the other, let the app that gets it depend on the one that loses it.",
    path: ["ports"],
  });
}
