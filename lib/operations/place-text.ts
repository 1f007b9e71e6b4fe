import type { Place } from "./manifest";

const SENSITIVE = "(sensitive)";

/** The value, or that it must not be shown. */
export function orSensitive(value: string | null): string {
  return value ?? SENSITIVE;
}

/** Where an agent runs: container or app, and engine or CapRover server. */
export function placeInWords(place: Place): string {
  return place.kind === "caprover"
    ? `app ${place.app} of the ${hostInWords(place)}`
    : `container ${place.container}${place.hostNetwork ? " on the host's network" : ""}, ${hostInWords(place)}`;
}

/** The engine or CapRover server. */
export function hostInWords(place: Place): string {
  if (place.kind === "caprover") return `CapRover server ${place.url ?? "that CAPROVER_URL names"}`;
  const { context, host } = place;
  if (context !== undefined) return `engine of the Docker context ${orSensitive(context)}`;
  return `Docker engine ${host === undefined ? "of this machine or of DOCKER_HOST" : orSensitive(host)}`;
}
