import { healthCheckCommand } from "../hermes/health-check";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const HEALTH_CHECK_RULES = rulesFor<AgentSubject>()({
  "health-check-off": {
    severity: "error",
    refuses: "an agent without health check",
    because:
      "the container keeps running when its gateway has given up, and an apply reports success before anything runs",
    seen: "run 0.19.0: `down (exitcode 78)`, container Up; kreuzwerker/docker 3.6.2 and 4.5.0",
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
      "there is nothing to check, so an apply does not wait for the agent; the container ends when its gateway ends",
    seen: "run 0.14.0: no other port is open, and the container ends with its gateway",
    check: ({ settings, release, services }) =>
      when(settings.healthCheck !== false && healthCheckCommand(release, services) === undefined, () => ({
        prop: "healthCheck",
        problem: `${release.tag} offers nothing to check`,
        fix: "give `apiServer`",
      })),
  },
});
