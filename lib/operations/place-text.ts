import type { Place } from "./manifest";

const SENSITIVE = "(sensitive)";

/** The value, or that it must not be shown. */
export function orSensitive(value: string | null): string {
  return value ?? SENSITIVE;
}

/** Where an agent runs: container or app, and engine or CapRover server. */
export function placeInWords(place: Place): string {
  if (place.kind === "caprover")
    return `app ${place.app} of the CapRover server ${place.url ?? "that CAPROVER_URL names"}`;
  const { container, context, host } = place;
  if (context !== undefined)
    return `container ${container}, engine of the Docker context ${orSensitive(context)}`;
  return `container ${container}, Docker engine ${host === undefined ? "of this machine or of DOCKER_HOST" : orSensitive(host)}`;
}
