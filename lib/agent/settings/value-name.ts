import { DEFAULT_PROFILE } from "../../hermes/profiles";

/**
 * The name under which a profile's value travels to the container apart from the declaration, and under which a secrets
 * file of the host has it: that of the variable, for the default profile; else such as `WORK__SLACK_BOT_TOKEN`. It is a
 * variable's name itself, for places that carry values as variables.
 */
export function valueName(profile: string, name: string): string {
  if (profile === DEFAULT_PROFILE) return name;
  return `${profile.toUpperCase().replaceAll("-", "_")}__${name}`;
}
