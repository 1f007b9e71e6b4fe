import { type ConfigValue, configLeaves } from "../hermes/managed-config";
import type { AgentSubject } from "../rules/subject";
import { type GivenPlaces, type TextPlace, textsIn } from "../support/credential-places";
import { credentialIn } from "../support/credentials";
import type { Secret } from "../support/secret";
import type { McpServerProps } from "./settings/mind";
import type { MindContent } from "./settings/mind-content";
import { isCarried } from "./settings/mind-secrets";

/**
 * The places in an agent's props where a credential is, or could be by mistake. The target names those of its own
 * props.
 */
export function placesOf(agent: AgentSubject): GivenPlaces {
  const { profiles: _, ...settings } = agent.settings;
  const all = [
    placesIn({ ...agent, settings }, ""),
    ...agent.profiles.map(({ declared, secrets, mind, prop }) =>
      placesIn({ settings: declared, secrets, mind }, `${prop}.`),
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
  { settings, secrets, mind }: Pick<AgentSubject, "settings" | "secrets" | "mind">,
  at: string,
): GivenPlaces {
  const { config, env, soul: _soul, files: _files, mcpServers, ...others } = settings;
  const below = (place: TextPlace) => ({ ...place, prop: `${at}${place.prop}` });
  return {
    secrets: secrets.filter(({ mayBePlain }) => !mayBePlain).map(({ prop, value }) => ({ prop, value })),
    config: [
      ...[...configLeaves(config ?? {})].flatMap(([path, value]) => configTexts(path, value)),
      ...Object.entries(mcpServers ?? {}).flatMap(([server, settings]) => serverTexts(server, settings)),
    ].map(below),
    texts: [
      ...[...textsIn(others)].map(below),
      // They name their whole prop themselves.
      ...mindTexts(mind),
      // A variable's name has a rule of its own.
      ...[...textsIn(env, "env")].map((place) => below({ ...place, name: "" })),
    ],
  };
}

/** Variables and headers are as settings of config.yaml: they may name a credential, and hold only a reference. */
function serverTexts(server: string, { env, headers, ...others }: McpServerProps): readonly TextPlace[] {
  const prop = `mcpServers.${server}`;
  const values = Object.entries({ env, headers }).flatMap(([kind, given = {}]) =>
    Object.entries<Secret>(given).flatMap(([name, value]) =>
      typeof value === "string" && !isCarried(value)
        ? [{ prop: `${prop}.${kind}.${name}`, name, value }]
        : [],
    ),
  );
  return [...values, ...[...textsIn(others, prop)].map((place) => ({ ...place, name: "" }))];
}

/** The texts that travel into the container. Longer files are data, in which anything looks like a credential. */
function mindTexts({ soul, files, skills }: MindContent): readonly TextPlace[] {
  const own = [...(soul ? [soul] : []), ...Object.values(files)];
  const ofSkills = skills.flatMap(({ prop, files }) =>
    Object.values(files).map((file) => ({ prop, ...file })),
  );
  return [...own, ...ofSkills].flatMap(({ prop, content }) =>
    typeof content === "string" && content.length <= LONGEST_TEXT ? [{ prop, name: "", value: content }] : [],
  );
}

const LONGEST_TEXT = 256 * 1024;

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
