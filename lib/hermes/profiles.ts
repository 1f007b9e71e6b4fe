/** The profiles of one container: agents with homes of their own, which share the image, the user and the supervisor. */
import { hasFeature, type Release } from "./releases";

/** The profile whose home is the data directory itself. It is there without being declared. */
export const DEFAULT_PROFILE = "default";

/** A profile's name, which is also a folder and part of a service's name (hermes_cli/profiles.py of 0.19.0). */
export const PROFILE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Names that Hermes gives to nobody, the same in 0.16.0 to 0.19.0 (hermes_cli/profiles.py). */
export const RESERVED_PROFILE_NAMES: ReadonlySet<string> = new Set([
  DEFAULT_PROFILE,
  "hermes",
  "root",
  "sudo",
  "test",
  "tmp",
]);

/** Where the API server of a gateway that serves all profiles answers for one of them (0.19.0). */
export function profilePath(profile: string): string {
  return `/p/${profile}`;
}

/** Whether one gateway serves all profiles when nobody says anything. */
export function isMultiplexedByDefault(release: Release): boolean {
  return hasFeature(release, "multiplexedByDefault");
}

/**
 * Platforms that listen on a port, by their names in config.yaml. A gateway that serves all profiles leaves a second
 * profile out entirely if it has one of them (gateway/config.py of 0.19.0).
 */
export const LISTENING_PLATFORMS: ReadonlySet<string> = new Set([
  "api_server",
  "bluebubbles",
  "feishu",
  "line",
  "msgraph_webhook",
  "sms",
  "webhook",
  "wecom_callback",
  "whatsapp_cloud",
]);
