import { isToolsetList } from "../agent/settings/mind";
import { workingDirectoryOf } from "../agent/settings/mounts";
import { configRoute, wholeLeaves } from "../hermes/config-routes";
import { configLeaves, WORKING_DIRECTORY_KEY } from "../hermes/managed-config";
import { MODEL_SETTINGS } from "../hermes/model-settings";
import { unsafeSetting } from "../hermes/protections";
import { NO_SIGNATURE } from "../hermes/secret-checks";
import { showValue } from "../support/errors";
import { isToken } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

interface SetByProp {
  readonly prop: string;
  readonly value: unknown;
}

function optionally(path: string, prop: string, value: unknown): readonly (readonly [string, SetByProp])[] {
  return value === undefined ? [] : [[path, { prop, value }]];
}

const WEBHOOK_ROUTES: readonly string[] = ["platforms", "webhook", "extra", "routes"];

/** A model as one text, of which nothing of the prop would be left. */
const MODEL_ALONE = Symbol("a model's name alone");

export const CONFIG_RULES = rulesFor<AgentSubject>()({
  "config-unsafe": {
    severity: "error",
    refuses:
      "settings in `config` that let everyone in, or switch off approvals, redaction or the check of signatures",
    because: "each is a decision that a reviewer should see with its reason",
    seen: "0.19.0: each setting in lib/hermes/protections.ts, read there; the lists run",
    check: ({ settings }) =>
      [...configLeaves(settings.config ?? {})].flatMap(([path, value]): Violation[] => {
        const unsafe = isToken(value) ? undefined : unsafeSetting(path, value);
        if (unsafe === undefined) return [];
        const { effect, fix } = unsafe;
        return [{ prop: `config.${path.join(".")}`, value: showValue(value), problem: effect, fix }];
      }),
  },
  "config-owned": {
    severity: "error",
    refuses:
      "settings in `config` that a prop of its own sets, such as `skills.external_dirs` or `fallback_providers`",
    because: "the pinned config.yaml does not reach them, and the prop checks what it is given",
    seen: "run 0.17.0 and 0.19.0: lib/hermes/config-routes.ts says of each what was seen",
    final: true,
    check: ({ settings }) => {
      const found = wholeLeaves(settings.config ?? {}).flatMap(({ path }) => {
        const prop = configRoute(path)?.prop;
        return prop === undefined
          ? []
          : [{ prop: `config.${configRoute(path)?.path}`, fix: `use \`${prop}\`` }];
      });
      return found.filter(({ prop }, i) => found.findIndex((other) => other.prop === prop) === i);
    },
  },
  "config-duplicate-setting": {
    severity: "warning",
    refuses:
      "a setting of `config` that a prop sets to something else: that of `model`, `mcpServers`, `toolsets` or `workspace`",
    because: "the prop wins, and what `config` says is silently lost",
    seen: "this library merges the props over `config`",
    check: ({ settings }) => {
      const { config = {}, model, mcpServers, toolsets } = settings;
      const { provider, name, baseUrl, apiKey } = MODEL_SETTINGS;
      const set = new Map<string, { prop: string; value: unknown }>([
        ...optionally("model", "model", model && MODEL_ALONE),
        ...optionally(`model.${provider.configKey}`, "model.provider", model?.provider),
        ...optionally(`model.${name.configKey}`, "model.name", model?.name),
        ...optionally(`model.${baseUrl.configKey}`, "model.baseUrl", model?.baseUrl),
        ...optionally(`model.${apiKey.configKey}`, "model.apiKey", model?.apiKey),
        ...optionally(`terminal.${WORKING_DIRECTORY_KEY}`, "workspace", workingDirectoryOf(settings)),
        ...Object.entries(mcpServers ?? {}).flatMap(([server, settings]) => [
          ...optionally(`mcp_servers.${server}.command`, `mcpServers.${server}.command`, settings.command),
          ...optionally(`mcp_servers.${server}.url`, `mcpServers.${server}.url`, settings.url),
        ]),
        ...Object.keys(toolsets !== undefined && !isToolsetList(toolsets) ? toolsets : {}).map(
          (surface) =>
            [`platform_toolsets.${surface}.0`, { prop: `toolsets.${surface}`, value: undefined }] as const,
        ),
      ]);
      return [...configLeaves(config)].flatMap(([path, value]) => {
        const found = set.get(path.join("."));
        if (found === undefined || found.value === value || value === null) return [];
        const prop = `config.${path.join(".")}`;
        return [{ prop, problem: `\`${found.prop}\` sets it`, fix: `keep \`${found.prop}\`` }];
      });
    },
  },
  "config-webhook-unsigned": {
    severity: "error",
    refuses: "a webhook route in `config` without a secret",
    because: "Hermes checks each request's signature with it, and without one no webhook of the agent starts",
    seen: "run 0.19.0: gateway/platforms/webhook.py refuses to start",
    check: ({ settings: { config = {}, messaging } }) => {
      const leaves = [...configLeaves(config)];
      const below = (...head: readonly string[]) =>
        leaves.filter(([path]) => head.every((key, i) => path[i] === key)).map(([path]) => path);
      const routes = new Set(below(...WEBHOOK_ROUTES).map((path) => path[WEBHOOK_ROUTES.length] ?? ""));
      const shared =
        below("platforms", "webhook", "extra", "secret").length > 0 || messaging?.webhook !== undefined;
      return (
        [...routes]
          .filter((route) => !shared && below(...WEBHOOK_ROUTES, route, "secret").length === 0)
          // A route that says so has a rule of its own.
          .filter((route) => !leaves.some(([path, value]) => path.includes(route) && value === NO_SIGNATURE))
          .map((route) => ({
            prop: `config.${WEBHOOK_ROUTES.join(".")}.${route}`,
            problem: "has no secret",
            fix: "give `messaging.webhook`, whose `secret` holds for every route",
          }))
      );
    },
  },
  "config-schema-version": {
    severity: "warning",
    refuses: "`_config_version` in `config`",
    because:
      "a boot reads the schema's version from the volume's config.yaml alone, and from v2026.7.30 on migrates it only from version 12 on",
    references: ["PR #74433"],
    seen: "PR #74433, read; the 0.19.0 package still migrates all",
    check: ({ settings: { config } }) =>
      when(config !== undefined && "_config_version" in config, () => ({
        prop: "config._config_version",
        value: showValue(config?.["_config_version"]),
        fix: "remove it; docs/upgrading.md shows how to read the volume's version, and how to bring an old one forward",
      })),
  },
});
