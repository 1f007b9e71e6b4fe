/** The LocalModels that an agent names, and the settings that follow from them. */
import type { ModelInUse } from "../container-spec";
import { DEFAULT_PROFILE } from "../hermes/profiles";
import { LocalModel } from "../local-model";
import type { HermesAppProps, ProfileProps } from "./props";
import type { AgentSettings } from "./settings/agent-settings";

/** Settings of config.yaml that fit to the server of each profile's own model, by dotted path. */
export type ModelLeaves = Readonly<Record<string, Readonly<Record<string, number>>>>;

type Given = Omit<HermesAppProps, "name" | "image" | "data" | "dashboard" | "target" | "acknowledge">;

/** The settings with plain models in the place of the constructs, and what those need. */
export interface ReadModels {
  readonly settings: AgentSettings;
  readonly models: readonly ModelInUse[];
  readonly leaves: ModelLeaves;
}

export function readModels({ profiles, ...given }: Given, hostNetwork: boolean): ReadModels {
  const named = Object.entries(profiles ?? {});
  const models = inUse([
    ...modelsOf(given, ""),
    ...named.flatMap(([name, profile]) => modelsOf(profile, `profiles.${name}.`)),
  ]);
  const hosts = Object.assign({}, ...models.map(({ model }) => model.extraHosts(hostNetwork)));
  return {
    settings: {
      ...withPlainModels(given, hostNetwork),
      ...(profiles && {
        profiles: Object.fromEntries(
          named.map(([name, profile]) => [name, withPlainModels(profile, hostNetwork)]),
        ),
      }),
      ...(Object.keys(hosts).length > 0 && { extraHosts: { ...hosts, ...given.extraHosts } }),
    },
    models,
    leaves: Object.fromEntries(
      [[DEFAULT_PROFILE, given] as const, ...named].flatMap(([name, { model }]) =>
        model instanceof LocalModel && model.server ? [[name, model.server.leaves]] : [],
      ),
    ),
  };
}

type Models = Pick<ProfileProps, "model" | "fallbackModels">;

type Named = Pick<ModelInUse, "prop" | "model">;

function inUse(named: readonly Named[]): readonly ModelInUse[] {
  return [...new Set(named.map(({ model }) => model))].flatMap((model) => {
    const props = named.filter((one) => one.model === model).map(({ prop }) => prop);
    const [prop] = props;
    return prop === undefined ? [] : [{ model, prop, props }];
  });
}

function modelsOf({ model, fallbackModels = [] }: Models, at: string): readonly Named[] {
  const named = [
    { prop: `${at}model`, model },
    ...fallbackModels.map((one, i) => ({ prop: `${at}fallbackModels[${i}]`, model: one })),
  ];
  return named.flatMap(({ prop, model }) => (model instanceof LocalModel ? [{ prop, model }] : []));
}

function withPlainModels<Props extends Models>(
  { model, fallbackModels, ...others }: Props,
  hostNetwork: boolean,
) {
  return {
    ...others,
    ...(model && { model: model instanceof LocalModel ? model.modelProps(hostNetwork) : model }),
    ...(fallbackModels && {
      fallbackModels: fallbackModels.map((one) =>
        one instanceof LocalModel ? one.modelProps(hostNetwork) : one,
      ),
    }),
  };
}
