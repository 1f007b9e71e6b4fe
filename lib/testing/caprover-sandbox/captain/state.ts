import type { SimulatedClock } from "../engine/clock";
import type { DataStore } from "../engine/data-store";
import type { ImageStore } from "../engine/image-store";
import type { Swarm } from "../engine/swarm";
import type { AppStore } from "./app-store";
import type { Authentication } from "./authentication";
import type { Nginx } from "./nginx";
import type { ProjectStore } from "./projects";
import type { RegistryStore } from "./registries";

export interface CaptainSettings {
  version: string;
  rootDomain: string;
  hasRootSsl: boolean;
  forceSsl: boolean;
}

/** Everything that outlives a process of CapRover. */
export interface CaptainState {
  readonly clock: SimulatedClock;
  readonly swarm: Swarm;
  readonly data: DataStore;
  readonly images: ImageStore;
  readonly nginx: Nginx;
  readonly apps: AppStore;
  readonly projects: ProjectStore;
  readonly registries: RegistryStore;
  readonly authentication: Authentication;
  readonly settings: CaptainSettings;
  /** The domains that do not point to this server. */
  readonly foreignDomains: ReadonlySet<string>;
  readonly certificateSeconds: number;
}

/** Before 1.15 there is no partial update, and names of services and volumes are prefixed. */
export function isBefore115(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 1 || (major === 1 && minor < 15);
}
