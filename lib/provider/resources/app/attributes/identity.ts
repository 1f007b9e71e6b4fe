/** What an app is called, and how it is sorted. */
import { bool, defaulted, required, set, string } from "../../../../terraform-plugin";
import { ownTags } from "../../../settings/settings";
import { noSetting, plain, setting } from "../row";
import { appName } from "../validators";

export const identity = {
  name: noSetting(
    required(string, {
      description:
        "The app's name, which is part of its address. Replacing an app with `delete_volumes = true` destroys its data.",
      requiresReplace: true,
      validators: [appName],
    }),
    "at creation",
    ({ app }) => app.name,
  ),
  persistent: noSetting(
    defaulted(bool, false, {
      description:
        "The app has data in volumes. CapRover can't change this later. Replacing an app with `delete_volumes = true` destroys its data.",
      requiresReplace: true,
    }),
    "at creation",
    ({ app }) => app.persistent,
  ),
  description: setting(
    defaulted(string, "", { description: "Shown in CapRover's dashboard." }),
    plain("description"),
  ),
  project_id: setting(
    defaulted(string, "", { description: "Id of the `caprover_project` that the app belongs to." }),
    plain("projectId"),
  ),
  tags: setting(
    defaulted(set(string), [], {
      description:
        "The provider adds a tag of its own, `terraform-…`, by which it recognises its last write.",
    }),
    { read: ({ app }) => ownTags(app), write: (tags) => ({ tags }) },
  ),
};
