/** An agent with profiles beside the default one: what each has for itself, and what holds for all of them. */
import type { Construct } from "constructs";
import { wholeLeaves } from "../hermes/config-routes";
import { type ConfigMap, mapOfLeaves } from "../hermes/managed-config";
import { NEVER_ESCAPED } from "../hermes/secret-checks";
import { type OwnServices, servicesOf } from "../hermes/services";
import {
  type AgentEnvironment,
  type EnvironmentSources,
  profileEnvironment,
  sharedEnvironment,
  terminalConfig,
} from "./environment";
import { readMind } from "./mind-files";
import { type Pins, pinsOf } from "./pins";
import type { MindContent } from "./settings/mind-content";
import { type ProfileProps, profilePropsOf } from "./settings/profile-props";
import { declaredProfiles, isMultiplexed, type ProfileSettings } from "./settings/profiles";

/** One of several profiles, with what it has for itself. */
export interface OwnProfile extends ProfileSettings {
  readonly services: OwnServices;
  /** Lines of its `.env`. */
  readonly environment: AgentEnvironment;
  /** What its props decide: lines of its `.env`, and its config.yaml. */
  readonly pins: Pins;
  /** The files of its mind. */
  readonly mind: MindContent;
}

/** What an agent with several profiles comes to. */
export interface Profiles {
  /** The default profile first. */
  readonly own: readonly [OwnProfile, ...OwnProfile[]];
  readonly shared: Shared;
}

/** What belongs to the container, and so to all of its profiles. */
export interface Shared {
  /** What every process may see. Each home gets its secrets. */
  readonly environment: AgentEnvironment;
  /** What is pinned for all profiles. */
  readonly pins: Pins;
  /** Settings of the terminal. */
  readonly terminal: ConfigMap | undefined;
}

/** The services of each profile beside the default one. */
export function servicesOfProfiles(settings: EnvironmentSources["settings"]): Record<string, OwnServices> {
  return Object.fromEntries(
    Object.entries(settings.profiles ?? {}).map(([name, { apiServer, messaging }]) => [
      name,
      servicesOf(undefined, apiServer, messaging),
    ]),
  );
}

export function profilesOf(scope: Construct, sources: EnvironmentSources): Profiles {
  const { settings, release, access, stopGraceSeconds, additions } = sources;
  const services = servicesOfProfiles(settings);
  const environment = checkedEnvironment(sharedEnvironment(sources), sources);
  const terminal = terminalConfig(sources);
  const [first, ...others] = declaredProfiles(settings);
  const own: Profiles["own"] = [
    ownProfile(scope, first, sources.services, sources),
    ...others.map((profile) => ownProfile(scope, profile, services[profile.name] ?? {}, sources)),
  ];
  const { env = {}, trustedProxies } = settings;
  const pins = pinsOf({
    settings: { env, ...(trustedProxies && { trustedProxies }) },
    release,
    terminal,
    access,
    stopGraceSeconds,
    additions,
    ...environment,
  });
  return { own, shared: { environment, pins: forAll(pins, own), terminal } };
}

/** With what a secret must be for the way in which the gateways read it. */
function checkedEnvironment(
  { plain, secrets }: AgentEnvironment,
  { settings, release }: EnvironmentSources,
): AgentEnvironment {
  const further = isMultiplexed(settings, release) ? [NEVER_ESCAPED] : [];
  return { plain, secrets: secrets.map((secret) => ({ ...secret, checks: [...secret.checks, ...further] })) };
}

function ownProfile(
  scope: Construct,
  profile: ProfileSettings,
  services: OwnServices,
  sources: EnvironmentSources,
): OwnProfile {
  const { release, settings: agent, stopGraceSeconds } = sources;
  const { name, prop } = profile;
  const settings: ProfileProps = {
    ...profilePropsOf(profile.settings),
    env: { ...agent.env, ...profile.settings.env },
  };
  const { plain, secrets } = checkedEnvironment(profileEnvironment(settings, release, services), sources);
  const environment = {
    plain,
    secrets: secrets.map((secret) => (prop === "" ? secret : { ...secret, prop: `${prop}.${secret.prop}` })),
  };
  const pins = pinsOf({
    profile: name,
    settings,
    release,
    access: undefined,
    stopGraceSeconds,
    modelLeaves: sources.modelLeaves[name],
    ...environment,
  });
  const mind = readMind(scope, profile.settings, prop === "" ? "" : `${prop}.`);
  return { name, prop, settings: profile.settings, services, environment, pins, mind };
}

/** Without what one of the profiles says otherwise: the managed files would win over its home. */
function forAll(pins: Pins, own: readonly OwnProfile[]): Pins {
  const variables = Object.fromEntries(
    Object.entries(pins.variables).filter(([name, value]) =>
      own.every(({ environment, pins: { variables } }) => {
        const secret = environment.secrets.some((one) => one.name === name);
        return !secret && (variables[name] ?? value) === value;
      }),
    ),
  );
  const decided = new Map(own.flatMap(({ pins }) => leavesOf(pins)));
  const leaves = leavesOf(pins).filter(
    ([path, { value }]) => !decided.has(path) || decided.get(path)?.value === value,
  );
  const { names } = pins;
  return {
    variables,
    config: leaves.length === 0 ? undefined : mapOfLeaves(leaves.map(([, leaf]) => leaf)),
    names: { ...names, variables: names.variables.filter((name) => Object.hasOwn(variables, name)) },
  };
}

function leavesOf({ config = {} }: Pins) {
  return wholeLeaves(config).map((leaf) => [JSON.stringify(leaf.path), leaf] as const);
}
