import type { AgentSettings } from "../agent/settings/agent-settings";
import { showValue } from "../support/errors";
import { nearest } from "../support/spelling";
import { isUnresolved } from "../support/tokens";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const TIMEZONE_RULES = rulesFor<AgentSubject>()({
  "timezone-unknown": {
    severity: "error",
    refuses:
      "a time zone that is no name of the IANA database, in HERMES_TIMEZONE or in `timezone` of `config`",
    because: "Hermes then uses the container's own time, which is UTC, and cron jobs run at other hours",
    seen: "0.17.0 to 0.19.0: hermes_time.py, read",
    check: ({ settings }) =>
      zonesOf(settings)
        .filter(({ value }) => !isZone(value))
        .map(({ prop, value }) => {
          const near = nearest(value, Intl.supportedValuesOf("timeZone"));
          return {
            prop,
            value: showValue(value),
            allowed: "a name such as Europe/Berlin",
            fix: near === undefined ? "correct it" : `did you mean ${showValue(near)}?`,
          };
        }),
  },
  "timezone-duplicate": {
    severity: "error",
    refuses: "one time zone in HERMES_TIMEZONE and another in `timezone` of `config`",
    because: "the variable wins, and cron jobs run by it",
    seen: "0.17.0 to 0.19.0: hermes_time.py, read",
    check: ({ settings }) => {
      const [one, other] = zonesOf(settings);
      return when(one !== undefined && other !== undefined && one.value !== other.value, () => ({
        prop: other?.prop ?? "",
        value: showValue(other?.value),
        problem: `${one?.prop} says ${showValue(one?.value)}`,
        fix: "keep one of them",
      }));
    },
  },
});

/** The time zones that Hermes reads and this program knows, the one that wins first. */
function zonesOf({ env = {}, config = {} }: AgentSettings): readonly { prop: string; value: string }[] {
  return [
    { prop: "env.HERMES_TIMEZONE", given: env["HERMES_TIMEZONE"] },
    { prop: "config.timezone", given: config["timezone"] },
  ].flatMap(({ prop, given }) => {
    const value = typeof given === "string" && !isUnresolved(given) ? given.trim() : "";
    return value === "" ? [] : [{ prop, value }];
  });
}

/** An offset such as `+01:00` is a time zone to JavaScript alone. */
function isZone(name: string): boolean {
  if (!/^[A-Z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
