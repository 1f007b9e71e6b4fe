import { isToolsetList } from "../agent/settings/mind";
import { isToolset, TOOLSET_SURFACES, toolsetNames } from "../hermes/toolsets";
import { showValue } from "../support/errors";
import { nearest } from "../support/spelling";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const TOOLSET_RULES = rulesFor<AgentSubject>()({
  "toolset-unknown": {
    severity: "warning",
    refuses: "a name in `toolsets` that is no toolset of Hermes 0.19.0 (or of the release, if it is earlier)",
    because:
      "Hermes takes the name and has no tool for it, without a word, unless a plugin or an MCP server has that name",
    seen: "run 0.17.0, 0.18.2 and 0.19.0: the names of toolsets.py; run 0.19.0: a wrong one stays in the list of toolsets",
    check: ({ settings: { toolsets = [], mcpServers = {} }, release }) => {
      const lists: readonly (readonly [string, readonly string[]])[] = isToolsetList(toolsets)
        ? [["toolsets", toolsets]]
        : Object.entries(toolsets).map(([surface, names]) => [`toolsets.${surface}`, names]);
      return lists.flatMap(([prop, names]) =>
        names.flatMap((name) =>
          when(!isToolset(name, release) && !Object.hasOwn(mcpServers, name), () => {
            const near = nearest(name, toolsetNames(release));
            return {
              prop,
              value: showValue(name),
              fix:
                near === undefined
                  ? "remove it, or acknowledge the rule for a toolset of a plugin"
                  : `did you mean ${showValue(near)}?`,
            };
          }),
        ),
      );
    },
  },
  "toolset-surface-unknown": {
    severity: "warning",
    refuses: "lists in `toolsets` for a surface that Hermes 0.19.0 does not have",
    because: "Hermes reads it only if a plugin brings a platform of that name",
    seen: "run 0.17.0, 0.18.2 and 0.19.0: the names of hermes_cli/platforms.py",
    check: ({ settings: { toolsets = [] } }) => {
      if (isToolsetList(toolsets)) return [];
      return Object.keys(toolsets).flatMap((surface) =>
        when(!TOOLSET_SURFACES.includes(surface), () => {
          const near = nearest(surface, TOOLSET_SURFACES);
          return {
            prop: `toolsets.${surface}`,
            fix:
              near === undefined
                ? `use one of ${TOOLSET_SURFACES.join(", ")}, or acknowledge the rule`
                : `did you mean ${showValue(near)}?`,
          };
        }),
      );
    },
  },
});
