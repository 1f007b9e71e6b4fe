import { MODEL_PROVIDERS, modelProvider, modelProviderMeantBy } from "../hermes/model-providers";
import { showValue } from "../support/errors";
import { isUnresolved } from "../support/tokens";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const MODEL_RULES = rulesFor<AgentSubject>()({
  "model-provider-misnamed": {
    severity: "error",
    refuses: "the provider `codex-oauth`",
    because: "Hermes answers `Unknown provider`; guides still show it",
    final: true,
    check: ({ settings: { model } }) => {
      const meant = model && modelProviderMeantBy(model.provider);
      return when(meant !== undefined, () => ({
        prop: "model.provider",
        value: showValue(model?.provider),
        fix: `write ${showValue(meant)}`,
      }));
    },
  },
  "model-endpoint-ignored": {
    severity: "error",
    refuses:
      "`baseUrl` for a model provider that ignores it, `apiKey` for a provider other than `custom`, or `custom` without `baseUrl`",
    because:
      "Hermes reads an endpoint from config.yaml for some providers only, and a key from there for `custom` only",
    check: ({ settings: { model } }) => {
      if (model === undefined || isUnresolved(model.provider)) return [];
      const known = modelProvider(model.provider);
      const endpoint = known?.endpoint ?? "ignored";
      const key = known?.provider.key;
      const usedUnderOwnName = endpoint === "ignored" && known?.provider.endpoint === "used";
      const variable = typeof key === "object" ? key.variable : MODEL_PROVIDERS.openrouter.key.variable;
      return [
        ...when(endpoint === "required" && model.baseUrl === undefined, () => ({
          prop: "model.baseUrl",
          problem: "is missing",
          fix: "give the server's address, such as http://vllm:8000/v1",
        })),
        ...when(endpoint === "ignored" && model.baseUrl !== undefined, () => ({
          prop: "model.baseUrl",
          fix: `${usedUnderOwnName ? `write provider: "${known.name}", or ` : ""}use provider: "custom"`,
        })),
        ...when(key !== "config" && model.apiKey !== undefined, () => ({
          prop: "model.apiKey",
          fix: `give the provider's own variable in \`secrets\`, such as ${variable}`,
        })),
      ];
    },
  },
});
