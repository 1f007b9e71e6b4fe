/** What a plan and an apply show of the app. */
import { bool, computed, integer, string } from "../../../../terraform-plugin";
import { listsOf, renderOverride } from "../../../settings/override";
import { parseOverride } from "../../../settings/override-text";
import { kept, noSetting } from "../row";

export const outcome = {
  id: noSetting(
    computed(string, {
      useStateForUnknown: true,
      description:
        "The app's name, known once the app exists: what depends on the app takes it, and follows when the app is replaced.",
    }),
    "not sent",
    (seen) => seen.computed.id,
  ),
  applied: noSetting(
    computed(bool, {
      useStateForUnknown: true,
      description:
        "False when a write was cut off: it is saved, and may not have taken effect. Also false when the mounts and ports in the app's override are not its volumes, `tmpfs` and `ports`, such as after an edit in the dashboard. The next apply sends it again.",
    }),
    "as a repeated write",
    ({ app, service }, prior) => {
      const saved = listsOf(parseOverride(app.serviceOverride) ?? {});
      return prior !== false && saved === listsOf(renderOverride(service, app, app.isLegacy));
    },
  ),
  adopted: noSetting(
    computed(string, {
      description:
        "Set by a creation that finds the app running, because an earlier creation by the same owner was cut off: the time of that creation. The plan warns of it.",
    }),
    "not sent",
    kept,
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
    computed(string, {
      useStateForUnknown: true,
      description:
        "The app's own address, with http. With https it is the `url` of its `caprover_base_domain_ssl`.",
    }),
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
