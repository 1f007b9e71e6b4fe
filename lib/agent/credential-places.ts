import { type ConfigValue, configLeaves } from "../hermes/managed-config";
import type { AgentSubject } from "../rules/subject";
import { type GivenPlaces, type TextPlace, textsIn } from "../support/credential-places";
import { credentialIn } from "../support/credentials";

/**
 * The places in an agent's props where a credential is, or could be by mistake. The target names those of its own
 * props.
 */
export function placesOf(agent: AgentSubject): GivenPlaces {
  const { profiles: _, ...settings } = agent.settings;
  const own = placesIn({ ...agent, settings }, "");
  const all = [
    own,
    ...agent.profiles.map(({ declared, secrets, prop }) =>
      placesIn({ settings: declared, secrets }, `${prop}.`),
    ),
  ];
  return {
    secrets: all.flatMap(({ secrets = [] }) => secrets),
    config: all.flatMap(({ config = [] }) => config),
    texts: [
      ...textsIn({ name: agent.name }),
      ...all.flatMap(({ texts }) => texts),
      ...textsIn(agent.access, "dashboard"),
    ],
  };
}

/** @param at what the props stand below, with a dot at its end; empty for the agent's own */
function placesIn(
  { settings, secrets }: Pick<AgentSubject, "settings" | "secrets">,
  at: string,
): GivenPlaces & { readonly texts: readonly TextPlace[] } {
  const { config, env, ...others } = settings;
  const below = (place: TextPlace) => ({ ...place, prop: `${at}${place.prop}` });
  return {
    secrets: secrets.map(({ prop, value }) => ({ prop, value })),
    config: [...configLeaves(config ?? {})].flatMap(([path, value]) => configTexts(path, value)).map(below),
    texts: [
      ...textsIn(others),
      // A variable's name has a rule of its own.
      ...[...textsIn(env, "env")].map((place) => ({ ...place, name: "" })),
    ].map(below),
  };
}

/** A leaf's own text, and keys that are credentials themselves. */
function configTexts(path: readonly string[], value: ConfigValue): readonly TextPlace[] {
  const shown = path.map((key) => (credentialIn(key) === undefined ? key : "(name not shown)"));
  const prop = ["config", ...shown].join(".");
  // Items of a list have the name of the list.
  const name = path.findLast((key) => !/^\d+$/.test(key)) ?? "";
  return [
    ...(typeof value === "string" ? [{ prop, name, value }] : []),
    ...path.map((key) => ({ prop, name: "", value: key })),
  ];
}
