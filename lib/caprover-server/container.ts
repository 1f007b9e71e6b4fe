import { shellWord } from "../support/shell";

/**
 * Finds the container of an app, in a shell of the node that runs it. Swarm gives each one a new name. Apps that were
 * created before CapRover 1.15 have a prefix.
 */
export function containerOnNode(app: string): string {
  return `$(docker ps -q -f ${shellWord(`name=^(srv-captain--)?${app}[.]`)})`;
}
