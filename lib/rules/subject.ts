import type { AgentSettings, DataSettings } from "../agent/settings/agent-settings";
import type { DashboardAccess } from "../agent/settings/dashboard-access";
import type { MindContent } from "../agent/settings/mind-content";
import { isProfileProp, type ProfileProps } from "../agent/settings/profile-props";
import type { SecretVariable } from "../agent/settings/secret-variable";
import type { Release } from "../hermes/releases";
import { type ServiceName, type Services, serviceNames } from "../hermes/services";
import type { Violation } from "./rule";

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
  /** Hosts and ports at which it is reached inside its place too, beside the container's own. `host-gateway` is the host. */
  readonly doors?: readonly { readonly host: string; readonly port: number }[];
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
  return Object.fromEntries(serviceNames(services).map((service) => [service, reachOf(service)]));
}

/** An agent, or one of its profiles, as plain facts: what its rules look at. */
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
  /** The container has the host's network, so that its loopback is the host's. */
  readonly hostNetwork: boolean;
  /** Names by which the container finds itself on its networks. */
  readonly ownNames: readonly string[];
  /** The profiles beside the default one, which are subjects of all these rules too. */
  readonly profiles: readonly ProfileSubject[];
}

/** A profile as a subject. Of the agent it has what both share: mounts, hosts, `env` and the like. */
export interface ProfileSubject extends AgentSubject {
  readonly profile: string;
  /** The prop that declares it. */
  readonly prop: string;
  /** What the program says of the profile alone. */
  readonly declared: ProfileProps;
}

/**
 * A violation of a profile in the props of its agent. One of what the profile shares with the agent is left out: the agent
 * itself has it too.
 */
export function inProfile({
  prop: profile,
  declared: { env = {} },
}: ProfileSubject): (violation: Violation) => readonly Violation[] {
  return (violation) => {
    const props = violation.prop.split(", ").flatMap((prop) => {
      const root = prop.replace(/[.[].*$/s, "");
      if (root === "env" && !Object.hasOwn(env, prop.slice("env.".length))) return [];
      if (isProfileProp(root)) return [`${profile}.${prop}`];
      return root === "profiles" || root === "target" ? [prop] : [];
    });
    return props.length === 0 ? [] : [{ ...violation, prop: props.join(", ") }];
  };
}

/** The address of a service under that name. */
export function urlOf(domain: string, { tls }: Reach): string {
  return `${tls ? "https" : "http"}://${domain}`;
}

/** Whether it is one of the service's own names, with the scheme and the port of a proxy in front. */
export function leadsTo({ domains = [], label, tls }: Reach, url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port } = new URL(url);
  const known = domains.includes(hostname) || (label !== undefined && hostname.startsWith(`${label}.`));
  return known && port === "" && protocol === (tls ? "https:" : "http:");
}

/** Whether it can be reached from outside the container and its host. */
export function isExposed(reach: Reach | undefined): reach is Reach {
  return reach !== undefined && (reach.from === "network" || reach.from === "public");
}
