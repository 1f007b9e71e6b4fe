import { DEFAULT_PROFILE, isMultiplexedByDefault } from "../../hermes/profiles";
import type { Release } from "../../hermes/releases";
import type { AgentSettings } from "./agent-settings";
import { isProfileProp, type ProfileProps } from "./profile-props";

/** One of an agent's profiles as the program declares it. */
export interface ProfileSettings {
  readonly name: string;
  /** The prop that declares it; empty for the default profile, whose props are the agent's own. */
  readonly prop: string;
  readonly settings: ProfileProps;
}

/** The default profile first, then the others in the order of the program. */
export function declaredProfiles(settings: AgentSettings): readonly [ProfileSettings, ...ProfileSettings[]] {
  const others = Object.entries(settings.profiles ?? {});
  return [
    { name: DEFAULT_PROFILE, prop: "", settings },
    ...others.map(([name, given]) => ({ name, prop: `profiles.${name}`, settings: given })),
  ];
}

/** Whether the agent has profiles beside the default one, so that each has a home with its own secrets. */
export function hasProfiles({ profiles = {} }: AgentSettings): boolean {
  return Object.keys(profiles).length > 0;
}

/** What the settings say of the container, beside what each profile has for itself. */
export function containerPropsOf({
  profiles: _,
  multiplexProfiles: __,
  ...settings
}: AgentSettings): AgentSettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !isProfileProp(name)));
}

/** Whether one gateway serves all profiles; undefined where there is only one and nobody says. */
export function isMultiplexed(settings: AgentSettings, release: Release): boolean | undefined {
  const byDefault = hasProfiles(settings) ? isMultiplexedByDefault(release) : undefined;
  return settings.multiplexProfiles ?? byDefault;
}
