import { type ConfigValue, configLeaves } from "../hermes/managed-config";
import type { AgentSubject } from "../rules/subject";
import { type GivenPlaces, type TextPlace, textsIn } from "../support/credential-places";
import { credentialIn } from "../support/credentials";

/**
 * The places in an agent's props where a credential is, or could be by mistake. The target names those of its own
 * props.
 */
export function placesOf({ name, settings, access, secrets }: AgentSubject): GivenPlaces {
  const { config, env, ...others } = settings;
  return {
    secrets: secrets.map(({ prop, value }) => ({ prop, value })),
    config: [...configLeaves(config ?? {})].flatMap(([path, value]) => configTexts(path, value)),
    texts: [
      ...textsIn({ name, ...others }),
      // A variable's name has a rule of its own.
      ...[...textsIn(env, "env")].map((place) => ({ ...place, name: "" })),
      ...textsIn(access, "dashboard"),
    ],
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
