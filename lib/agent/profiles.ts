/** An agent with profiles beside the default one: what each has for itself, and what holds for all of them. */
import type { Construct } from "constructs";
import { wholeLeaves } from "../hermes/config-routes";
import { mapOfLeaves } from "../hermes/managed-config";
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
import type { SecretVariable } from "./settings/secret-variable";

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
  /** What every process of the container may see, and what is pinned for all profiles. */
  readonly shared: { readonly environment: AgentEnvironment; readonly pins: Pins };
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
  const shared = sharedEnvironment(sources);
  const [first, ...others] = declaredProfiles(settings);
  const own: Profiles["own"] = [
    ownProfile(scope, first, sources.services, sources, shared.secrets),
    ...others.map((profile) => ownProfile(scope, profile, services[profile.name] ?? {}, sources)),
  ];
  const { env = {}, trustedProxies } = settings;
  const pins = pinsOf({
    settings: { env, ...(trustedProxies && { trustedProxies }) },
    release,
    terminal: terminalConfig(sources),
    access,
    stopGraceSeconds,
    additions,
    ...shared,
  });
  return { own, shared: { environment: shared, pins: forAll(pins, own) } };
}

function ownProfile(
  scope: Construct,
  profile: ProfileSettings,
  services: OwnServices,
  { release, settings: agent, stopGraceSeconds }: EnvironmentSources,
  ofContainer: readonly SecretVariable[] = [],
): OwnProfile {
  const { name, prop } = profile;
  const settings: ProfileProps = {
    ...profilePropsOf(profile.settings),
    env: { ...agent.env, ...profile.settings.env },
  };
  const { plain, secrets: given } = profileEnvironment(settings, release, services);
  const further = isMultiplexed(agent, release) ? [NEVER_ESCAPED] : [];
  const named = given.map((secret) => ({
    ...secret,
    prop: prop === "" ? secret.prop : `${prop}.${secret.prop}`,
    checks: [...secret.checks, ...further],
  }));
  const environment = { plain, secrets: [...ofContainer, ...named] };
  const pins = pinsOf({
    profile: name,
    settings,
    release,
    access: undefined,
    stopGraceSeconds,
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
