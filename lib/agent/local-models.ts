/** The LocalModels that an agent names, and the settings that follow from them. */
import type { ModelInUse } from "../container-spec";
import { DEFAULT_PROFILE } from "../hermes/profiles";
import { LocalModel } from "../local-model";
import type { HermesAppProps, ProfileProps } from "./props";
import type { AgentSettings } from "./settings/agent-settings";
import type { ProfileProps as ProfileSettings } from "./settings/profile-props";

/** Settings of config.yaml that fit to the server of each profile's own model, by dotted path. */
export type ModelLeaves = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Plain settings in the place of the models, and what they need. */
export interface ReadModels {
  readonly settings: Pick<AgentSettings, "model" | "fallbackModels" | "profiles" | "extraHosts">;
  readonly models: readonly ModelInUse[];
  readonly leaves: ModelLeaves;
}

type Given = Pick<HermesAppProps, "model" | "fallbackModels" | "profiles" | "extraHosts">;

export function readModels(given: Given, hostNetwork: boolean): ReadModels {
  const profiles = Object.entries(given.profiles ?? {});
  const models = inUse([
    ...modelsOf(given, ""),
    ...profiles.flatMap(([name, profile]) => modelsOf(profile, `profiles.${name}.`)),
  ]);
  const plain = (profile: Given | ProfileProps) => plainModels(profile, hostNetwork);
  const hosts = Object.assign({}, ...models.map(({ model }) => model.extraHosts(hostNetwork)));
  return {
    settings: {
      ...plain(given),
      ...(given.profiles && {
        profiles: Object.fromEntries(
          profiles.map(([name, profile]): [string, ProfileSettings] => {
            const { model: _model, fallbackModels: _fallbackModels, ...others } = profile;
            return [name, { ...others, ...plain(profile) }];
          }),
        ),
      }),
      ...(Object.keys(hosts).length > 0 && { extraHosts: { ...hosts, ...given.extraHosts } }),
    },
    models,
    leaves: Object.fromEntries(
      [[DEFAULT_PROFILE, given] as const, ...profiles].flatMap(([name, { model }]) =>
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

function plainModels({ model, fallbackModels }: Models, hostNetwork: boolean) {
  return {
    ...(model && { model: model instanceof LocalModel ? model.modelProps(hostNetwork) : model }),
    ...(fallbackModels && {
      fallbackModels: fallbackModels.map((one) =>
        one instanceof LocalModel ? one.modelProps(hostNetwork) : one,
      ),
    }),
  };
}
