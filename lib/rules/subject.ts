import type { AgentSettings, DataSettings } from "../agent/settings/agent-settings";
import type { DashboardAccess } from "../agent/settings/dashboard-access";
import type { MindContent } from "../agent/settings/mind-content";
import type { SecretVariable } from "../agent/settings/secret-variable";
import type { Release } from "../hermes/releases";
import { SERVICE_NAMES, type ServiceName, type Services } from "../hermes/services";

/** From where a service can be reached. The target decides it. Rules about logins, keys and TLS read only this. */
export interface Reach {
  /**
   * - `container`: only the container itself and others on its networks
   * - `loopback`: the host itself
   * - `network`: whoever reaches an address of the host
   * - `public`: everyone
   */
  readonly from: "container" | "loopback" | "network" | "public";
  /** Names under which people reach it, beside those that only the place itself knows. @default - none is known */
  readonly domains?: readonly string[];
  /** First label of the name that the place gives it by itself, such as the app's name on CapRover. */
  readonly label?: string;
  /** The connection is encrypted from outside. */
  readonly tls: boolean;
  /** A proxy in front asks for a login of its own. */
  readonly login: boolean;
  /** The target's prop that decides it, for messages. Its value as it may be shown. */
  readonly prop: string;
  readonly value?: string;
}

export type Reaches = { readonly [Name in ServiceName]?: Reach };

/** What props decide over the head of the volume, by name. */
export interface PinNames {
  /** Lines of the managed `.env`. What `env` gives besides is not among them. */
  readonly variables: readonly string[];
  /** Leaves of the managed config.yaml that only take the volume's away, as dotted paths. */
  readonly leaves: readonly string[];
}

/** What a target answers: the reach of each service that the agent has. */
export function reachesOf(services: Services, reachOf: (service: ServiceName) => Reach): Reaches {
  const own = SERVICE_NAMES.filter((service) => services[service] !== undefined);
  return Object.fromEntries(own.map((service) => [service, reachOf(service)]));
}

/** An agent as plain facts: what its rules look at. */
export interface AgentSubject {
  readonly name: string;
  readonly settings: AgentSettings;
  /** The files of its mind. */
  readonly mind: MindContent;
  readonly release: Release;
  readonly data: DataSettings;
  readonly access: DashboardAccess | undefined;
  /** All secrets of the agent, whichever prop carries them. */
  readonly secrets: readonly SecretVariable[];
  /** The settings that override those of the volume. */
  readonly pins: PinNames;
  /** With the default filled in. */
  readonly stopGraceSeconds: number;
  /** What listens in the container. */
  readonly services: Services;
  /** From where each of `services` can be reached. */
  readonly reach: Reaches;
}

/** Whether it can be reached from outside the container and its host. */
export function isExposed(reach: Reach | undefined): reach is Reach {
  return reach !== undefined && (reach.from === "network" || reach.from === "public");
}
