import { configLeaves } from "../../hermes/managed-config";
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

/**
 * Whether one gateway serves all profiles; undefined where nothing depends on it. Without `profiles` it is off: else a
 * profile that somebody makes by hand would take the program's secrets away from the agent, on releases where it is
 * Hermes' own default from two profiles on.
 */
export function isMultiplexed(settings: AgentSettings, release: Release): boolean | undefined {
  const { multiplexProfiles, config = {} } = settings;
  if (multiplexProfiles !== undefined) return multiplexProfiles;
  if (hasProfiles(settings)) return isMultiplexedByDefault(release);
  const said = [...configLeaves(config)].some(([path]) => MULTIPLEX_SETTINGS.includes(path.join(".")));
  return isMultiplexedByDefault(release) && !said ? false : undefined;
}

/** Where config.yaml says it. */
export const MULTIPLEX_SETTINGS: readonly string[] = ["gateway.multiplex_profiles", "multiplex_profiles"];
