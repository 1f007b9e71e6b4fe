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
    check: ({ settings: { model } }) =>
      when(model?.provider === "codex-oauth", () => ({
        prop: "model.provider",
        value: showValue(model?.provider),
        fix: 'write "openai-codex"',
      })),
  },
  "model-endpoint-ignored": {
    severity: "error",
    refuses: "`baseUrl` or `apiKey` of a model whose provider is not `custom`, or `custom` without `baseUrl`",
    because: "Hermes takes the endpoint and its key from here for `custom` only",
    check: ({ settings: { model } }) => {
      if (model === undefined || isUnresolved(model.provider)) return [];
      const custom = model.provider === "custom";
      return [
        ...when(custom && model.baseUrl === undefined, () => ({
          prop: "model.baseUrl",
          problem: "is missing",
          fix: "give the server's address, such as http://vllm:8000/v1",
        })),
        ...when(!custom && model.baseUrl !== undefined, () => ({
          prop: "model.baseUrl",
          fix: 'use provider: "custom"',
        })),
        ...when(!custom && model.apiKey !== undefined, () => ({
          prop: "model.apiKey",
          fix: "give the provider's own variable in `secrets`, such as OPENROUTER_API_KEY",
        })),
      ];
    },
  },
});
