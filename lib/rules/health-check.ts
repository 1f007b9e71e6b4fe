import { healthCheckCommand } from "../hermes/health-check";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const HEALTH_CHECK_RULES = rulesFor<AgentSubject>()({
  "health-check-off": {
    severity: "error",
    refuses: "an agent without health check",
    because:
      "a gateway that gave up leaves the container up, and an apply says complete before anything runs",
    references: ["#76435"],
    check: ({ settings }) =>
      when(settings.healthCheck === false, () => ({
        prop: "healthCheck",
        value: "false",
        fix: "leave it out, or acknowledge the rule with your reason",
      })),
  },
  "health-check-unsupported": {
    severity: "warning",
    refuses: "a tini release with neither API server nor dashboard",
    because:
      "nothing in it can be checked, so an apply does not wait; the container at least ends with its gateway",
    check: ({ settings, release, services }) =>
      when(settings.healthCheck !== false && healthCheckCommand(release, services) === undefined, () => ({
        prop: "healthCheck",
        problem: `${release.tag} offers nothing to check`,
        fix: "give `apiServer`",
      })),
  },
});
