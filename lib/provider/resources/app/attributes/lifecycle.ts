/** What the provider waits for, and what it does not destroy. CapRover has none of it. */
import { bool, defaulted, integer, nested, optional, string } from "../../../../terraform-plugin";
import { kept, noSetting } from "../row";
import { absolutePath, atLeast } from "../validators";

const readyHttp = nested({
  path: defaulted(string, "/", {
    description: "Asked of the app's own address.",
    validators: [absolutePath],
  }),
  status: defaulted(integer, 200, { description: "The HTTP status that it answers." }),
  contains: optional(string, {
    description:
      "A text in the answer that only the app gives. CapRover answers 200 for names that it does not know, so a status of 200 needs it.",
  }),
});

export const lifecycle = {
  ready: noSetting(
    optional(
      nested({
        log_line: optional(string, {
          description: "A text in a line that the app prints when it has started.",
        }),
        failure_log_line: optional(string, { description: "A text in a line that means that it has not." }),
        http: optional(readyHttp),
        timeout_seconds: defaulted(integer, 300, { validators: [atLeast(1)] }),
      }),
      {
        description:
          "What has to be seen before an apply is complete, of the first instance that shows it. CapRover itself does not tell whether an app runs.",
      },
    ),
    "not sent",
    kept,
  ),
  deletion_protection: noSetting(
    defaulted(bool, false, { description: "Terraform refuses to destroy the app." }),
    "not sent",
    kept,
  ),
  delete_volumes: noSetting(
    defaulted(bool, false, { description: "Destroying the app destroys its named volumes." }),
    "not sent",
    kept,
  ),
};
