/** What the provider waits for, and what it does not destroy. CapRover stores none of these. */
import { bool, defaulted, integer, list, nested, optional, string } from "../../../../terraform-plugin";
import { kept, noSetting } from "../row";
import { absolutePath, atLeast, lineText } from "../validators";

const readyHttp = nested({
  path: defaulted(string, "/", {
    description: "Path at the app's own address.",
    validators: [absolutePath],
  }),
  status: defaulted(integer, 200, { description: "The HTTP status of the answer." }),
  contains: optional(string, {
    description:
      "A text in the answer that only this app gives. A status of 200 needs it, because CapRover answers 200 for names that it does not know.",
  }),
});

export const lifecycle = {
  ready: noSetting(
    optional(
      nested({
        log_line: optional(string, {
          description: "A text in a line that the app prints when it has started.",
        }),
        failure_log_line: optional(string, {
          description: "A text in a line that means that the start failed.",
        }),
        start_line: optional(string, {
          description:
            "A text in a line that each container prints once, early in its start. When a second container starts before the app is ready, the apply fails at once: the app is in a crash loop.",
          validators: [lineText],
        }),
        fatal_lines: optional(list(string), {
          description:
            "Texts in lines that mean that the app does not get any further. When the same one comes twice before the app is ready, the apply fails at once.",
          validators: [(texts) => texts.map(lineText).find((problem) => problem !== undefined)],
        }),
        http: optional(readyHttp, { description: "A request to the app's own address." }),
        timeout_seconds: defaulted(integer, 300, {
          description: "After this time the apply fails.",
          validators: [atLeast(1)],
        }),
      }),
      {
        description:
          "What an apply waits for: one instance that meets these conditions. CapRover itself does not say whether an app runs.",
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
