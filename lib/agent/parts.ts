/** What an agent comes to: for its rules, its container, and the homes of its profiles. */
import type { Construct } from "constructs";
import { DECLARATION_VERSION } from "../boot/declaration";
import type { Declared } from "../container-spec";
import { DEFAULT_PROFILE } from "../hermes/profiles";
import { profileOf, type Services, servicesOfProfile } from "../hermes/services";
import type { AgentSubject, ProfileSubject, Reaches } from "../rules/subject";
import { declaredOf } from "./declared";
import {
  type AgentEnvironment,
  agentEnvironment,
  type EnvironmentSources,
  terminalConfig,
} from "./environment";
import { homeOf } from "./homes";
import { readMind } from "./mind-files";
import { type Pins, pinsOf } from "./pins";
import { type OwnProfile, profilesOf } from "./profiles";
import { containerPropsOf, hasProfiles, isMultiplexed } from "./settings/profiles";
import { terminalKey, withKeyFile } from "./terminal-login";

export interface AgentParts {
  readonly subject: AgentSubject;
  /** Of the container. With several profiles no secret is in it. */
  readonly environment: AgentEnvironment;
  /** Of the managed files. */
  readonly pins: Pins;
  /** What the boot merges into the data. */
  readonly declared: Declared | undefined;
}

export interface PartSources extends EnvironmentSources {
  readonly name: string;
  readonly data: AgentSubject["data"];
  /** All services, with those of the profiles. */
  readonly allServices: Services;
  readonly reach: Reaches;
  /** The container has the host's network. */
  readonly hostNetwork: boolean;
  /** Names by which the container finds itself. */
  readonly ownNames: readonly string[];
}

/** @throws HermesConfigError for files of a mind that can't be read */
export function partsOf(scope: Construct, sources: PartSources): AgentParts {
  return hasProfiles(sources.settings) ? ofSeveral(scope, sources) : ofOne(scope, sources);
}

function ofOne(scope: Construct, sources: PartSources): AgentParts {
  const { settings, release, access, stopGraceSeconds, additions } = sources;
  const modelLeaves = sources.modelLeaves[DEFAULT_PROFILE];
  const environment = agentEnvironment(sources);
  const mind = readMind(scope, settings);
  const terminal = terminalConfig(sources);
  const pins = pinsOf({
    settings,
    release,
    terminal,
    access,
    stopGraceSeconds,
    additions,
    modelLeaves,
    ...environment,
  });
  const key = terminalKey(settings.terminal);
  const secrets = [...environment.secrets, ...key];
  const declared = declaredOf({ settings, mind, release, terminal, environment, pinned: pins.variables });
  return {
    subject: { ...common(sources), mind, secrets, pins: pins.names, profiles: [] },
    environment,
    pins,
    declared: declared && withKeyFile(declared, key),
  };
}

function ofSeveral(scope: Construct, sources: PartSources): AgentParts {
  const { settings, release } = sources;
  const { own, shared } = profilesOf(scope, sources);
  const [first, ...others] = own;
  const multiplexed = isMultiplexed(settings, release) === true;
  const homes = own.map((profile) => ({ name: profile.name, ...homeOf(profile, shared, multiplexed) }));
  const key = terminalKey(settings.terminal);
  return {
    subject: {
      ...common(sources),
      mind: first.mind,
      secrets: [...first.environment.secrets, ...shared.environment.secrets, ...key],
      pins: shared.pins.names,
      profiles: others.map((profile) => profileSubject(sources, profile)),
    },
    environment: { plain: shared.environment.plain, secrets: [] },
    pins: shared.pins,
    declared: withKeyFile(
      {
        declaration: {
          version: DECLARATION_VERSION,
          profiles: Object.fromEntries(homes.map(({ name, declaration }) => [name, declaration])),
          secretFiles: {},
          dropped: [],
        },
        values: Object.assign({}, ...homes.map(({ values }) => values)),
      },
      key,
    ),
  };
}

function common({
  name,
  settings,
  release,
  access,
  data,
  stopGraceSeconds,
  allServices,
  reach,
  hostNetwork,
  ownNames,
}: PartSources) {
  return {
    name,
    settings,
    release,
    access,
    data,
    stopGraceSeconds,
    services: allServices,
    reach,
    hostNetwork,
    ownNames,
  };
}

/** The agent's other services are there too, under the names that they have beside this profile. */
function profileSubject(sources: PartSources, profile: OwnProfile): ProfileSubject {
  const { settings: agent, reach } = sources;
  const { name, prop, settings, environment, pins, mind } = profile;
  return {
    ...common(sources),
    profile: name,
    prop,
    declared: settings,
    settings: { ...containerPropsOf(agent), ...settings, env: { ...agent.env, ...settings.env } },
    access: undefined,
    mind,
    secrets: environment.secrets,
    pins: pins.names,
    services: servicesOfProfile(name, sources.allServices),
    reach: Object.fromEntries(
      Object.entries(reach).flatMap(([service, found]) =>
        profileOf(service) === name ? [[service.slice(name.length + 1), found]] : [],
      ),
    ),
    profiles: [],
  };
}
