import { configLeaves } from "../hermes/managed-config";
import { unsafeSetting } from "../hermes/protections";
import { showValue } from "../support/errors";
import { isToken } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
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
  "config-schema-version": {
    severity: "warning",
    refuses: "`_config_version` in `config`",
    because:
      "a boot reads the schema's version from the volume's config.yaml alone, and from v2026.7.30 on migrates it only from version 12 on",
    references: ["PR #74433"],
    check: ({ settings: { config } }) =>
      when(config !== undefined && "_config_version" in config, () => ({
        prop: "config._config_version",
        value: showValue(config?.["_config_version"]),
        fix: "remove it; docs/upgrading.md shows how to read the volume's version, and how to bring an old one forward",
      })),
  },
});
