import type { AgentSettings } from "../agent/settings/agent-settings";
import { configLeaves } from "../hermes/managed-config";
import { MODEL_PROVIDERS, type ModelProvider } from "../hermes/model-providers";
import {
  endpointUse,
  MODEL_PROVIDER_NAMES,
  modelProvider,
  modelProviderMeantBy,
  NAMED_MODEL_PROVIDERS,
  type NamedModelProvider,
  reachesEndpoint,
} from "../hermes/model-settings";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { showValue } from "../support/errors";
import { nearest } from "../support/spelling";
import { isUnresolved } from "../support/tokens";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const MODEL_RULES = rulesFor<AgentSubject>()({
  "model-provider-misnamed": {
    severity: "error",
    refuses: "the provider `codex-oauth`",
    because: "Hermes answers `Unknown provider`; guides still show it",
    seen: "run 0.14.0 to 0.19.0: `Unknown provider`",
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
  "model-provider-unknown": {
    severity: "warning",
    refuses:
      "a model provider that Hermes 0.19.0 (or the release, if it is earlier) does not know and `config` does not define",
    because: "unless the volume defines it, Hermes answers `Unknown provider` to every message",
    seen: "run 0.17.0, 0.18.2 and 0.19.0 with every name: `Unknown provider`",
    check: ({ settings, release }) => {
      const { model } = settings;
      if (model === undefined || isUnresolved(model.provider)) return [];
      const since = modelProvider(model.provider)?.provider.since;
      if (since !== undefined && !hasFeature(release, since)) {
        const first = firstReleaseWith(since);
        const problem = `${release.tag} does not know it`;
        return [
          { prop: "model.provider", value: showValue(model.provider), problem, fix: `use ${first} or later` },
        ];
      }
      const unknown = knownProvider(settings) === undefined && !isDefined(model.provider, settings.config);
      return when(unknown && modelProviderMeantBy(model.provider) === undefined, () => {
        const near = nearest(model.provider, MODEL_PROVIDER_NAMES);
        return {
          prop: "model.provider",
          value: showValue(model.provider),
          fix: `${near === undefined ? "" : `did you mean ${showValue(near)}? Or `}write "custom" with the server's baseUrl, or acknowledge the rule`,
        };
      });
    },
  },
  "model-endpoint-ignored": {
    severity: "error",
    refuses:
      "`baseUrl` for a model provider that ignores it, `apiKey` for one that does not read it, or no `baseUrl` for one that needs it",
    because: "Hermes would ask another server than the program says, or send no key",
    seen: "run 0.17.0, 0.18.2 and 0.19.0 with every name: the gateway was asked for server and key",
    check: ({ settings, release }) => {
      const { model } = settings;
      const known = knownProvider(settings);
      if (model === undefined || known === undefined) return [];
      const { provider } = known;
      const missing = provider.endpoint === "required" && !isEndpointGiven(settings, provider);
      const ignored =
        model.baseUrl !== undefined &&
        !isUnresolved(model.baseUrl) &&
        !reachesEndpoint(known, model.baseUrl, release);
      const variable =
        typeof provider.key === "object"
          ? provider.key.variables[0]
          : MODEL_PROVIDERS.openrouter.key.variables[0];
      return [
        ...when(missing, () => ({
          prop: "model.baseUrl",
          problem: "is missing",
          fix: `give the server's address, such as http://vllm:8000/v1${known.byAlias && endpointUse(known) === "ignored" ? `, under the provider's own name ${showValue(known.name)}` : ""}`,
        })),
        ...when(ignored, () => ({
          prop: "model.baseUrl",
          value: showValue(model.baseUrl),
          ...(provider.takes !== undefined && { allowed: provider.takes.allowed }),
          fix: `${endpointFix(known)}use provider: "custom"`,
        })),
        ...when(provider.key !== "config" && model.apiKey !== undefined, () => ({
          prop: "model.apiKey",
          fix: `give the provider's own variable in \`secrets\`, such as ${variable}`,
        })),
      ];
    },
  },
  "model-endpoint-duplicate": {
    severity: "error",
    refuses: "`model.baseUrl` beside the variable of the same provider's endpoint",
    because: "Hermes uses only one of the two, for most providers the variable",
    seen: "run 0.17.0 to 0.19.0: the variable wins, but for azure-foundry",
    check: ({ settings }) => {
      const { model } = settings;
      const variable = knownProvider(settings)?.provider.endpointVariable;
      if (model?.baseUrl === undefined || variable === undefined) return [];
      return given(settings, [variable])
        .filter(({ value }) => value !== model.baseUrl)
        .map(({ prop }) => ({ prop, fix: "keep `model.baseUrl`, and remove the variable" }));
    },
  },
  "model-endpoint-unused": {
    severity: "error",
    refuses:
      "the endpoint of a model provider in `env` that nothing in the program uses, such as OPENAI_BASE_URL alone",
    because: "Hermes reads it only for that provider, and asks another server",
    seen: "run 0.17.0 and 0.19.0: OPENAI_BASE_URL alone leaves no provider, with a key openrouter.ai",
    check: ({ settings }) =>
      NAMED_MODEL_PROVIDERS.flatMap((named) => {
        const { endpointVariable, toolsReadEndpoint } = named.provider;
        if (endpointVariable === undefined || toolsReadEndpoint || isUsed(settings, named)) return [];
        return given(settings, [endpointVariable]).map(({ prop }) => ({
          prop,
          problem: `belongs to the provider ${named.name}`,
          fix: `give \`model\` with provider: ${showValue(named.name)}, or provider: "custom" with the address as \`baseUrl\``,
        }));
      }),
  },
  "model-key-misdirected": {
    severity: "warning",
    refuses:
      "OPENAI_API_KEY without OPENROUTER_API_KEY, for an agent whose model is OpenRouter's or is not given",
    because: "as long as the volume names no other provider, Hermes sends this key to openrouter.ai",
    seen: "run 0.17.0 and 0.19.0: openrouter.ai with the key of OPENAI_API_KEY",
    check: ({ settings }) => {
      const { model, config = {} } = settings;
      const named = [...configLeaves(config)].some(([path]) => path.join(".") === "model.provider");
      const provider = model === undefined ? (named ? undefined : "auto") : knownProvider(settings)?.name;
      const asksOpenRouter =
        provider === "openrouter" || (provider === "auto" && model?.baseUrl === undefined);
      if (!asksOpenRouter || given(settings, MODEL_PROVIDERS.openrouter.key.variables).length > 0) return [];
      return given(settings, MODEL_PROVIDERS["openai-api"].key.variables).map(({ prop }) => ({
        prop,
        fix: 'give `model` with provider: "openai-api", or acknowledge the rule if the volume names the provider',
      }));
    },
  },
});

/** The model's provider, if it is one of Hermes' own and `config` does not define another under its name. */
function knownProvider({ model, config }: AgentSettings): NamedModelProvider | undefined {
  if (model === undefined || isUnresolved(model.provider)) return undefined;
  return isDefined(model.provider, config) ? undefined : modelProvider(model.provider);
}

/** Whether `config` defines a provider of that name, as Hermes compares them. */
function isDefined(provider: string, config: AgentSettings["config"] = {}): boolean {
  const plain = (name: string) => name.trim().toLowerCase().replaceAll(" ", "-");
  const asked = plain(provider);
  if (asked.startsWith("custom:")) return true;
  const byKey = config["providers"];
  const keys = typeof byKey === "object" && byKey !== null ? Object.keys(byKey) : [];
  const names = [...configLeaves(config)].flatMap(([[root, , last], value]) =>
    (root === "custom_providers" || root === "providers") && last === "name" && typeof value === "string"
      ? [value]
      : [],
  );
  return [...keys, ...names].map(plain).includes(asked);
}

function endpointFix({ name, provider, byAlias }: NamedModelProvider): string {
  const usedByOwnName = byAlias && (provider.endpoint !== "ignored" || provider.takes !== undefined);
  return usedByOwnName ? `write provider: ${showValue(name)}, or ` : "leave it out, or ";
}

function isEndpointGiven(settings: AgentSettings, { endpointVariable }: ModelProvider): boolean {
  const baseUrl = settings.model?.baseUrl;
  const inVariable = endpointVariable === undefined ? [] : given(settings, [endpointVariable]);
  return baseUrl !== undefined || inVariable.length > 0;
}

interface GivenVariable {
  readonly prop: string;
  readonly value: unknown;
}

/** Those of the variables that `env` or `secrets` give. An empty one is none to Hermes. */
function given(settings: AgentSettings, names: readonly string[]): readonly GivenVariable[] {
  return (["env", "secrets"] as const).flatMap((prop) => {
    const variables: Readonly<Record<string, unknown>> = settings[prop] ?? {};
    return names.flatMap((name) => {
      const value = Object.hasOwn(variables, name) ? variables[name] : "";
      return value === "" ? [] : [{ prop: `${prop}.${name}`, value }];
    });
  });
}

/** Whether the program names the provider, or leaves the choice to Hermes, which has it among its choices. */
function isUsed(
  { model, config = {}, fallbackModels = [] }: AgentSettings,
  { name, provider }: NamedModelProvider,
): boolean {
  const chosen =
    model === undefined || isUnresolved(model.provider) ? "auto" : modelProvider(model.provider)?.name;
  if (chosen === name || (chosen === "auto" && provider.neverChosen !== true)) return true;
  const names = [name, ...provider.aliases];
  if (fallbackModels.some((one) => names.includes(one.provider.trim().toLowerCase()))) return true;
  return [...configLeaves(config)].some(([path, value]) =>
    [...path, value].some((word) => typeof word === "string" && names.includes(word.trim().toLowerCase())),
  );
}
