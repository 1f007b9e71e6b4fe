import { configLeaves } from "../hermes/managed-config";
import { unsafeSetting } from "../hermes/protections";
import { showValue } from "../support/errors";
import { isToken } from "../support/tokens";
import { rulesFor, type Violation } from "./rule";
import type { AgentSubject } from "./subject";

export const CONFIG_RULES = rulesFor<AgentSubject>()({
  "config-unsafe": {
    severity: "error",
    refuses:
      "settings in `config` that let everyone in, or switch approvals, redaction or the check of signatures off",
    because: "each is a decision that a reviewer should see with its reason",
    check: ({ settings }) =>
      [...configLeaves(settings.config ?? {})].flatMap(([path, value]): Violation[] => {
        const unsafe = isToken(value) ? undefined : unsafeSetting(path, value);
        if (unsafe === undefined) return [];
        const { effect, fix } = unsafe;
        return [{ prop: `config.${path.join(".")}`, value: showValue(value), problem: effect, fix }];
      }),
  },
});
