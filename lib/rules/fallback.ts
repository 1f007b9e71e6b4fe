import type { FallbackModel } from "../agent/settings/mind";
import { fallbackNameMeantBy, modelProvider } from "../hermes/model-settings";
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
    seen: "as for `model`, which was run with every name; of a fallback, 0.19.0 was run with every name that needs no login: it asks the given server for `xai` and `copilot` too",
    check: (agent) => [
      ...asModel("model-provider-misnamed", agent),
      ...asModel("model-endpoint-ignored", agent).filter(({ prop }) => !isTaken(prop, agent)),
      ...asModel("model-endpoint-duplicate", agent),
    ],
  },
  "fallback-provider-alias": {
    severity: "error",
    refuses:
      "another name of a provider in `fallbackModels`, such as `ollama` or `hf`, that is good for `model` alone",
    because: "Hermes skips the model as not configured, just when the first one fails",
    seen: "run 0.19.0: agent/auxiliary_client.py with every name; its list of names is the same in 0.17.0 and 0.18.2",
    check: ({ settings: { fallbackModels = [] } }) =>
      fallbackModels.flatMap(({ provider }, i) => {
        const meant = isUnresolved(provider) ? undefined : fallbackNameMeantBy(provider);
        return when(meant !== undefined, () => ({
          prop: `fallbackModels[${i}].provider`,
          value: showValue(provider),
          fix: `write ${showValue(meant)}`,
        }));
      }),
  },
  "fallback-provider-unknown": {
    severity: "warning",
    refuses:
      "a provider in `fallbackModels` that Hermes 0.19.0 (or the release, if it is earlier) does not know",
    because: "unless `config` or the volume defines it, Hermes skips the model",
    seen: "run 0.19.0: agent/auxiliary_client.py answers nothing for such a name, and agent/chat_completion_helpers.py goes on",
    check: (agent) => asModel("model-provider-unknown", agent),
  },
  "fallback-key-missing": {
    severity: "warning",
    refuses: "an item of `fallbackModels` whose provider reads a key that the program does not give",
    because: "unless somebody typed the key in, Hermes skips the model",
    seen: "0.19.0: agent/chat_completion_helpers.py, read",
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
    refuses:
      "an item of `fallbackModels` with the provider and name of the agent's own model, or of an earlier item, whatever its server",
    because:
      "Hermes skips it: it compares provider and name, and takes it for the model that has just failed",
    seen: "run 0.19.0: agent/chat_completion_helpers.py says `matches current provider/model`, for another `base_url` too",
    final: true,
    check: ({ settings: { fallbackModels = [], model } }) =>
      fallbackModels.flatMap((one, i): readonly Violation[] => {
        const before = [...(model ? [model] : []), ...fallbackModels.slice(0, i)];
        return when(
          before.some((other) => isSame(one, other)),
          () => ({
            prop: `fallbackModels[${i}]`,
            value: showValue(`${one.provider} ${one.name}`),
            fix: "remove it; if it is another server, let that give the model another name",
          }),
        );
      }),
  },
});

/** The endpoint of a fallback model that would be ignored in `model` alone. */
function isTaken(prop: string, { settings: { fallbackModels = [] } }: AgentSubject): boolean {
  return fallbackModels.some(({ provider }, i) => {
    const known = isUnresolved(provider) ? undefined : modelProvider(provider);
    const takes = known?.byAlias === false && known.provider.takesEndpointAsFallback === true;
    return takes && prop === `fallbackModels[${i}].baseUrl`;
  });
}

type Model = Pick<FallbackModel, "provider" | "name">;

function isSame(one: Model, other: Model): boolean {
  const own = ({ provider }: Model) => modelProvider(provider)?.name ?? provider.trim().toLowerCase();
  return own(one) === own(other) && one.name.toLowerCase() === other.name.toLowerCase();
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
