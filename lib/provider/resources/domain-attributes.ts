/** What the resources of an app's domains have in common. */
import { DOMAIN } from "../../caprover-server/limits";
import { bool, computed, required, string } from "../../terraform-plugin";
import { parseImportId } from "./import-id";

export const id = computed(string, {
  useStateForUnknown: true,
  description: "The app's name; of a custom domain, with the domain after a slash.",
});
export const app = required(string, {
  description:
    "Id of the app, such as `caprover_app.web.id`, which is its name. With the id, this follows the app when it is replaced: the id is known only once the app exists.",
  requiresReplace: true,
});
export const host = (description: string) => computed(string, { useStateForUnknown: true, description });
export const url = computed(string, {
  useStateForUnknown: true,
  description: "The app's address at this domain.",
});

export const applied = computed(bool, {
  useStateForUnknown: true,
  description:
    "False when a write was cut off: it is saved, and may not have taken effect. The next apply sends it again.",
});
export const hostName = (domain: string) =>
  DOMAIN.accepts(domain) ? undefined : `"${domain}" is not ${DOMAIN.allowed}`;

export const appIn = (importId: string): string => parseImportId(importId, "the app's name", []).name;
