/** What a plan and an apply show of the app. */
import { bool, computed, integer, string } from "../../../../terraform-plugin";
import { type JsonObject, objectAt, objectsAt, textAt } from "../../../captain/json";
import { parseOverride, renderOverride } from "../../../settings/override";
import { noSetting } from "../row";

export const outcome = {
  id: noSetting(computed(string, { useStateForUnknown: true }), "not sent", (seen) => seen.computed.id),
  applied: noSetting(
    computed(bool, {
      useStateForUnknown: true,
      description:
        "False when a write was cut off, so that it is saved and maybe not in force, or when the mounts in the app's override are not its volumes and `tmpfs`, as after an edit in the dashboard. The next apply sends it again.",
    }),
    "as a repeated write",
    ({ app, service }, prior) => {
      const saved = mountsOf(parseOverride(app.serviceOverride) ?? {});
      return prior !== false && saved === mountsOf(renderOverride(service, app.volumes, app.isLegacy));
    },
  ),
  deployed_version: noSetting(
    computed(integer, { useStateForUnknown: true, description: "CapRover's count of deploys." }),
    "not sent",
    (seen) => seen.computed.deployed_version,
  ),
  url: noSetting(
    computed(string, { useStateForUnknown: true, description: "The app's address." }),
    "not sent",
    (seen) => seen.computed.url,
  ),
  internal_host: noSetting(
    computed(string, { useStateForUnknown: true, description: "The app's name for other apps." }),
    "not sent",
    (seen) => seen.computed.internal_host,
  ),
  root_domain: noSetting(
    computed(string, { useStateForUnknown: true, description: "Of the captain that the app lives on." }),
    "not sent",
    (seen) => seen.computed.root_domain,
  ),
};

/** The mounts that an override names: the app's own list doesn't count then. */
function mountsOf(override: JsonObject): string {
  const container = objectAt(objectAt(override, "TaskTemplate"), "ContainerSpec");
  return objectsAt(container, "Mounts")
    .map((mount) => `${textAt(mount, "Type")} ${textAt(mount, "Source")} ${textAt(mount, "Target")}`)
    .sort()
    .join("\n");
}
