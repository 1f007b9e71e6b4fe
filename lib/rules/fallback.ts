import { MODEL_PROVIDERS } from "../hermes/model-providers";
import { modelProvider } from "../hermes/model-settings";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { showValue } from "../support/errors";
import { isUnresolved } from "../support/tokens";
import { MODEL_RULES } from "./model";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const FALLBACK_RULES = rulesFor<AgentSubject>()({
  "fallback-model-invalid": {
    severity: "error",
    refuses:
      "an item of `fallbackModels` that `model` could not be: a provider that Hermes does not know by that name, an endpoint that it ignores or lacks, a key that it does not read",
    because:
      "Hermes would ask another server than the program says, or none, just when the first model fails",
    seen: "as for `model`: run 0.17.0, 0.18.2 and 0.19.0 with every name",
    check: (agent) => [
      ...asModel("model-provider-misnamed", agent),
      ...asModel("model-endpoint-ignored", agent),
      ...asModel("model-endpoint-duplicate", agent),
    ],
  },
  "fallback-provider-unknown": {
    severity: "warning",
    refuses:
      "a provider in `fallbackModels` that Hermes 0.19.0 (or the release, if it is earlier) does not know",
    because: "unless `config` or the volume defines it, Hermes skips the model",
    seen: "as for `model`: run 0.17.0, 0.18.2 and 0.19.0 with every name",
    check: (agent) => asModel("model-provider-unknown", agent),
  },
  "fallback-key-missing": {
    severity: "warning",
    refuses: "an item of `fallbackModels` whose provider reads a key that the program does not give",
    because: "unless somebody typed the key in, Hermes skips the model",
    seen: "0.19.0: hermes_cli/runtime_provider.py, read",
    check: ({ settings: { fallbackModels = [], env = {}, secrets = {} } }) =>
      fallbackModels.flatMap(({ provider }, i) => {
        const key = isUnresolved(provider) ? undefined : modelProvider(provider)?.provider.key;
        if (typeof key !== "object") return [];
        const given = key.variables.some((name) => Object.hasOwn(env, name) || Object.hasOwn(secrets, name));
        return when(!given, () => ({
          prop: `fallbackModels[${i}].provider`,
          value: showValue(provider),
          fix: `give ${key.variables[0]} in \`secrets\`, or acknowledge the rule`,
        }));
      }),
  },
  "fallback-key-unsupported": {
    severity: "error",
    refuses: "`apiKey` in `fallbackModels` on a release that does not read the name of its variable",
    because: "the server would be asked without a key",
    seen: "0.18.2 has no `key_env` in hermes_cli/fallback_config.py, 0.19.0 has",
    final: true,
    check: ({ settings: { fallbackModels = [] }, release }) =>
      fallbackModels.flatMap(({ apiKey }, i) =>
        when(apiKey !== undefined && !hasFeature(release, "fallbackKeyVariable"), () => ({
          prop: `fallbackModels[${i}].apiKey`,
          problem: `${release.tag} does not read it`,
          fix: `use ${firstReleaseWith("fallbackKeyVariable")} or later`,
        })),
      ),
  },
  "fallback-duplicate": {
    severity: "error",
    refuses: "an item of `fallbackModels` that is the agent's own model, or stands there twice",
    because: "Hermes skips it: the model that has just failed is not asked again",
    seen: "0.19.0: agent/chat_completion_helpers.py, read",
    final: true,
    check: ({ settings: { fallbackModels = [], model } }) =>
      fallbackModels.flatMap((one, i): readonly Violation[] => {
        const before = [...(model ? [model] : []), ...fallbackModels.slice(0, i)];
        return when(
          before.some((other) => isSame(one, other)),
          () => ({
            prop: `fallbackModels[${i}]`,
            value: showValue(`${one.provider} ${one.name}`),
            fix: "remove it",
          }),
        );
      }),
  },
});

interface Model {
  readonly provider: string;
  readonly name: string;
  readonly baseUrl?: string;
}

function isSame(one: Model, other: Model): boolean {
  const own = ({ provider }: Model) => modelProvider(provider)?.name ?? provider.trim().toLowerCase();
  const custom = own(one) === "custom" && MODEL_PROVIDERS.custom.endpoint === "required";
  return (
    own(one) === own(other) &&
    one.name.toLowerCase() === other.name.toLowerCase() &&
    (!custom || one.baseUrl === other.baseUrl)
  );
}

/** What that rule of `model` says of each model. */
function asModel(id: keyof typeof MODEL_RULES, agent: AgentSubject): readonly Violation[] {
  return (agent.settings.fallbackModels ?? []).flatMap((model, i) =>
    MODEL_RULES[id].check({ ...agent, settings: { ...agent.settings, model } }).map((violation) => ({
      ...violation,
      prop: violation.prop.replace(/^model\b/, `fallbackModels[${i}]`),
      fix: violation.fix.replaceAll("`model.", `\`fallbackModels[${i}].`),
    })),
  );
}
