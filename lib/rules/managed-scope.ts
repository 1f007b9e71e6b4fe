import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const MANAGED_SCOPE_RULES = rulesFor<AgentSubject>()({
  "managed-scope-unsupported": {
    severity: "error",
    refuses: "`model`, `config` or `workspace` on a release without the managed scope",
    because:
      "the release does not read /etc/hermes, and the environment alone does not set the model or where commands start",
    seen: "0.16.0 has no managed scope, 0.17.0 has; run 0.19.0: the gateway ignores HERMES_INFERENCE_MODEL",
    final: true,
    check: ({ settings, release }) =>
      (["model", "config", "workspace"] as const).flatMap((prop) =>
        when(settings[prop] !== undefined && !hasFeature(release, "managedScope"), () => ({
          prop,
          problem: `${release.tag} does not read it`,
          fix: `use ${firstReleaseWith("managedScope")} or later, or \`hermes setup\` once in the container`,
        })),
      ),
  },
  "managed-scope-unpinned": {
    severity: "warning",
    refuses:
      "props on a release before the managed scope that the volume can overrule: before v2026.5.28 all, later those that config.yaml can say too",
    because:
      "a line of the volume's `.env`, or its config.yaml, decides what the props say otherwise: who may talk to the agent, who may log in",
    seen: "run 0.19.0: the volume's `.env` beats the environment (hermes_cli/env_loader.py)",
    references: ["#18705", "#19201"],
    check: ({ pins, release }) => {
      // From s6 on, the boot takes such lines out of the volume's `.env`.
      const variables = hasFeature(release, "supervision") ? [] : pins.variables;
      const names = [...variables, ...pins.leaves];
      return when(names.length > 0 && !hasFeature(release, "managedScope"), () => ({
        prop: names.join(", "),
        problem: `${release.tag} reads nothing that would win over the volume`,
        fix: `use ${firstReleaseWith("managedScope")} or later, or remove these names from the volume by hand`,
      }));
    },
  },
});
