/** What an agent comes to: for its rules, its container, and the homes of its profiles. */
import { DEFAULT_PROFILE } from "../hermes/profiles";
import { type Services, withProfiles } from "../hermes/services";
import type { AgentSubject, ProfileSubject, Reaches } from "../rules/subject";
import { type AgentEnvironment, agentEnvironment, type EnvironmentSources } from "./environment";
import { homeOf } from "./homes";
import { type Pins, pinsOf } from "./pins";
import { type OwnProfile, profilesOf } from "./profiles";
import type { Home } from "./settings/home";
import { containerPropsOf, hasProfiles } from "./settings/profiles";

export interface AgentParts {
  readonly subject: AgentSubject;
  /** Of the container. With several profiles no secret is in it. */
  readonly environment: AgentEnvironment;
  /** Of the managed files. */
  readonly pins: Pins;
  /** The homes that the boot writes; none for an agent with one profile. */
  readonly homes: readonly Home[];
}

export interface PartSources extends EnvironmentSources {
  readonly name: string;
  readonly data: AgentSubject["data"];
  /** All services, with those of the profiles. */
  readonly allServices: Services;
  readonly reach: Reaches;
}

export function partsOf(sources: PartSources): AgentParts {
  const { name, settings, release, access, data, stopGraceSeconds, allServices, reach } = sources;
  const common = { name, release, data, stopGraceSeconds };
  const subject = { ...common, settings, access, services: allServices, reach };
  if (!hasProfiles(settings)) {
    const environment = agentEnvironment(sources);
    const pins = pinsOf({ settings, release, access, stopGraceSeconds, ...environment });
    const { secrets } = environment;
    return {
      subject: { ...subject, secrets, pins: pins.names, profiles: [] },
      environment,
      pins,
      homes: [],
    };
  }
  const profiles = profilesOf(sources);
  const [own, ...others] = profiles.own;
  const { environment, pins } = profiles.shared;
  return {
    subject: {
      ...subject,
      secrets: own?.environment.secrets ?? [],
      pins: pins.names,
      profiles: others.map((profile) => profileSubject(common, settings, profile, allServices, reach)),
    },
    environment: { plain: environment.plain, secrets: [] },
    pins,
    homes: profiles.own.map(homeOf),
  };
}

/** The agent's other services are there too, under the names that they have beside this profile. */
function profileSubject(
  common: Pick<AgentSubject, "name" | "release" | "data" | "stopGraceSeconds">,
  agent: AgentSubject["settings"],
  { name: profile, prop, settings, services, environment, pins }: OwnProfile,
  { dashboard: _, apiServer, ...others }: Services,
  reach: Reaches,
): ProfileSubject {
  const own = reach[`${profile}.apiServer`];
  return {
    ...common,
    profile,
    prop,
    declared: settings,
    settings: { ...containerPropsOf(agent), ...settings, env: { ...agent.env, ...settings.env } },
    access: undefined,
    // A message names the place by its own prop.
    secrets: environment.secrets,
    pins: pins.names,
    services: {
      ...withProfiles(services, apiServer ? { [DEFAULT_PROFILE]: { apiServer } } : {}),
      ...Object.fromEntries(Object.entries(others).filter(([name]) => name !== `${profile}.apiServer`)),
    },
    reach: own ? { apiServer: own } : {},
    profiles: [],
  };
}
