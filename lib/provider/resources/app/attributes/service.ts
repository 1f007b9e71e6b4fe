/** Settings of the app's Swarm service, which CapRover takes as a service override. */
import { LONGEST_STOP_SECONDS, MIN_MEMORY_MIB } from "../../../../caprover-server/limits";
import { integer, list, nested, number, optional, required, string } from "../../../../terraform-plugin";
import { canonical } from "../../../captain/json";
import { DEFAULT_STOP_GRACE_SECONDS, normalOverride } from "../../../settings/override";
import { overrideProblem, parseOverride } from "../../../settings/override-text";
import { kept, noSetting, setting } from "../row";
import { atLeast, port } from "../validators";

export const service = {
  stop_grace_seconds: setting(
    optional(integer, {
      description: `Time from SIGTERM to SIGKILL. Default: 10. With volumes at most ${LONGEST_STOP_SECONDS}: Docker Swarm starts the next container a minute after it stops the previous one, whether that one has ended or not.`,
      validators: [atLeast(1)],
    }),
    {
      read: ({ service: { stopGraceSeconds: saved } }, prior) =>
        (saved ?? DEFAULT_STOP_GRACE_SECONDS) === (prior ?? DEFAULT_STOP_GRACE_SECONDS) ? prior : saved,
      write: (grace) => ({ stopGraceSeconds: grace }),
    },
  ),
  lock_port: setting(
    optional(integer, {
      description:
        "A UDP port of the node that the container holds while it runs, on a CapRover of several nodes. Swarm starts no second container on the node as long as the first one has it, also after the node was cut off and came back. Nobody listens there. It has to be free on the node, and each app needs one of its own.",
      validators: [port],
    }),
    {
      // on one node there is no such port, and no need for it
      read: ({ service: { lockPort: saved }, hasSeveralNodes }, prior) =>
        saved ?? (hasSeveralNodes ? null : prior),
      write: (lockPort) => ({ lockPort }),
    },
  ),
  stop_wait_seconds: noSetting(
    optional(integer, {
      description:
        "How long the app may take to stop, when that is longer than the stop grace that CapRover shows, such as after an import.",
      validators: [atLeast(1)],
    }),
    "not sent",
    kept,
  ),
  health_check: setting(
    optional(
      nested({
        test: required(list(string), {
          description: 'The command in Docker\'s form, such as `["CMD", "true"]`.',
          validators: [
            (test) =>
              test.length > 0
                ? undefined
                : 'it is empty: leave health_check out for the image\'s own check, or give ["NONE"] for none',
          ],
        }),
        interval_seconds: optional(integer, {
          description: "Time between two checks. Default: Docker's, 30.",
          validators: [atLeast(1)],
        }),
        timeout_seconds: optional(integer, {
          description: "How long one check may take. Default: Docker's, 30.",
          validators: [atLeast(1)],
        }),
        start_period_seconds: optional(integer, {
          description: "Failures in this time after the start do not count. Default: Docker's, 0.",
          validators: [atLeast(0)],
        }),
        retries: optional(integer, {
          description: "After so many failures in a row Swarm replaces the container. Default: Docker's, 3.",
          validators: [atLeast(1)],
        }),
      }),
      { description: "The container's health check. Default: the image's own." },
    ),
    {
      read: ({ service: { healthCheck: saved } }) =>
        saved && {
          test: saved.test,
          interval_seconds: saved.intervalSeconds,
          timeout_seconds: saved.timeoutSeconds,
          start_period_seconds: saved.startPeriodSeconds,
          retries: saved.retries,
        },
      write: (check) => ({
        healthCheck: check && {
          test: check.test,
          intervalSeconds: check.interval_seconds,
          timeoutSeconds: check.timeout_seconds,
          startPeriodSeconds: check.start_period_seconds,
          retries: check.retries,
        },
      }),
    },
  ),
  limits: setting(
    optional(
      nested({
        memory_mib: optional(integer, {
          description: "Memory in MiB, at least 4.",
          validators: [atLeast(MIN_MEMORY_MIB)],
        }),
        cpus: optional(number, {
          description: "How many CPUs, such as 0.5.",
          validators: [(cpus) => (cpus > 0 ? undefined : `${cpus} is not above 0`)],
        }),
      }),
      { description: "The most that the container may use. Default: no limit." },
    ),
    {
      read: ({ service: { memoryMiB, cpus } }, prior) => {
        if (memoryMiB !== null || cpus !== null) return { memory_mib: memoryMiB, cpus };
        return prior?.memory_mib === null && prior.cpus === null ? prior : null;
      },
      write: (limits) => ({ memoryMiB: limits?.memory_mib ?? null, cpus: limits?.cpus ?? null }),
    },
  ),
  service_override: setting(
    optional(string, {
      description:
        "YAML or JSON that CapRover merges over the Swarm service, for settings without an attribute. A setting that is removed from it goes back to Swarm's default, or the apply warns that CapRover can't reset it.",
      validators: [overrideProblem],
    }),
    {
      read: ({ service: { serviceOverride: saved } }, prior) => {
        if (normalOverride(prior ?? "") === canonical(saved)) return prior;
        return Object.keys(saved).length === 0 ? null : JSON.stringify(saved);
      },
      write: (text) => ({ serviceOverride: parseOverride(text ?? "") ?? {} }),
    },
  ),
};
