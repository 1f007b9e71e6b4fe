/** What a plan and an apply show of the app. */
import { bool, computed, integer, string } from "../../../../terraform-plugin";
import { type JsonObject, objectAt, objectsAt, textAt } from "../../../captain/json";
import { parseOverride, renderOverride } from "../../../settings/override";
import { noSetting } from "../row";

export const outcome = {
  id: noSetting(
    computed(string, {
      useStateForUnknown: true,
      description: "The app's name. Resources that need the app to exist refer to it.",
    }),
    "not sent",
    (seen) => seen.computed.id,
  ),
  applied: noSetting(
    computed(bool, {
      useStateForUnknown: true,
      description:
        "False when a write was cut off: it is saved, and may not have taken effect. Also false when the mounts in the app's override are not its volumes and `tmpfs`, such as after an edit in the dashboard. The next apply sends it again.",
    }),
    "as a repeated write",
    ({ app, service }, prior) => {
      const saved = mountsOf(parseOverride(app.serviceOverride) ?? {});
      return prior !== false && saved === mountsOf(renderOverride(service, app.volumes, app.isLegacy));
    },
  ),
  deployed_version: noSetting(
    computed(integer, {
      useStateForUnknown: true,
      description: "The version number that CapRover gave the last deploy.",
    }),
    "not sent",
    (seen) => seen.computed.deployed_version,
  ),
  url: noSetting(
    computed(string, { useStateForUnknown: true, description: "The app's address." }),
    "not sent",
    (seen) => seen.computed.url,
  ),
  internal_host: noSetting(
    computed(string, {
      useStateForUnknown: true,
      description: "The app's host name for other apps of the server.",
    }),
    "not sent",
    (seen) => seen.computed.internal_host,
  ),
  root_domain: noSetting(
    computed(string, {
      useStateForUnknown: true,
      description: "Root domain of the server that the app is on.",
    }),
    "not sent",
    (seen) => seen.computed.root_domain,
  ),
};

/** The mounts that an override names. They replace the app's own list. */
function mountsOf(override: JsonObject): string {
  const container = objectAt(objectAt(override, "TaskTemplate"), "ContainerSpec");
  return objectsAt(container, "Mounts")
    .map((mount) => `${textAt(mount, "Type")} ${textAt(mount, "Source")} ${textAt(mount, "Target")}`)
    .sort()
    .join("\n");
}
