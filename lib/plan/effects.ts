/** What a change does to what runs. */
import { RESTARTING_RESOURCES, WITHOUT_RESTART } from "../caprover-server/restart";
import type { Change } from "./changes";

export type Effect =
  | "none"
  | "create"
  /** It changes while it runs. */
  | "update"
  /** What has stopped runs again. */
  | "start"
  | "stop"
  /** A new container takes the place of the previous one, with the same resource. */
  | "restart"
  | "replace"
  | "destroy"
  /** Terraform lets go of it, and it stays as it is. */
  | "forget";

export function effectOf(change: Change): Effect {
  const { actions, type } = change;
  if (actions.includes("create")) return actions.length > 1 ? "replace" : "create";
  if (actions.includes("delete")) return "destroy";
  if (actions.includes("forget")) return "forget";
  if (!actions.includes("update")) return "none";
  return RUNNING[type]?.(change) ?? "update";
}

/** What an update does to a container. */
const RUNNING: Readonly<Record<string, (change: Change) => Effect>> = {
  // The Docker provider updates only what the engine changes without a restart, and replaces the container for the rest.
  docker_container: ({ before, after }) =>
    before?.["must_run"] === false && after?.["must_run"] !== false ? "start" : "update",
  caprover_app: ({ before, after, attributes }) => {
    const [had, has] = [before?.["instance_count"], after?.["instance_count"]];
    if (had === 0) return has === 0 ? "update" : "start";
    if (has === 0) return "stop";
    return attributes.some((name) => !WITHOUT_RESTART.includes(name)) ? "restart" : "update";
  },
};

/** Whether the change restarts the app that it belongs to. */
export function restartsItsApp(change: Change): boolean {
  return RESTARTING_RESOURCES.includes(change.type) && !["none", "forget"].includes(effectOf(change));
}
