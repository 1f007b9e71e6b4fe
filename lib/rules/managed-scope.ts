import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const MANAGED_SCOPE_RULES = rulesFor<AgentSubject>()({
  "managed-scope-unsupported": {
    severity: "error",
    refuses: "`model` or `config` on a release without the managed scope",
    because: "the release does not read /etc/hermes, and the environment alone does not set the model",
    final: true,
    check: ({ settings, release }) =>
      (["model", "config"] as const).flatMap((prop) =>
        when(settings[prop] !== undefined && !hasFeature(release, "managedScope"), () => ({
          prop,
          problem: `${release.tag} does not read it`,
          fix: `use ${firstReleaseWith("managedScope")} or later, or \`hermes setup\` once in the container`,
        })),
      ),
  },
});
