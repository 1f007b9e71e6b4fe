import type { Construct } from "constructs";
import type { ContainerSpec, ModelInUse } from "../container-spec";
import type { TYPED } from "../hermes/commands";
import type { ServiceName, Services } from "../hermes/services";
import type { AgentAdditions } from "../hermes/tool-servers";
import type { Place } from "../operations/manifest";
import type { Review } from "../rules/review";
import type { AgentSubject, Reaches } from "../rules/subject";

/** Where a Docker engine that runs as root has its volumes, unless its configuration says otherwise. */
export const VOLUMES_PATH = "/var/lib/docker/volumes";

declare const opaque: unique symbol;

/** Where an agent runs. Only the factories of `HermesTarget` make one. */
export interface HermesTarget {
  readonly [opaque]: never;
}

/** A directory or file of the host, or a volume. */
type MountSource =
  | { readonly hostPath: string; readonly volume?: never }
  | { readonly volume: string; readonly hostPath?: never };

/** A target with the user's props, not yet bound to an agent. */
export abstract class Target implements HermesTarget {
  declare readonly [opaque]: never;

  /**
   * @throws HermesConfigError for props of the wrong shape. Earlier there is no construct that a message could name.
   */
  abstract bind(scope: Construct, name: string): BoundTarget;
}

/** A target that is bound to one agent. A new target is a new folder beside `docker/` and changes nothing above. */
export interface BoundTarget {
  /** Names the engine: agents with equal names share volumes and container names. */
  readonly engine: string;
  /** Names the engine's machine: agents with equal names share directories and ports. @default - the engine's name */
  readonly machine?: string;
  /** Directory of the machine that has the engine's volumes. @default - none that is known */
  readonly volumesPath?: string | undefined;
  /** What the target itself mounts into the agent or beside it, with the props that ask for it. @default - none */
  readonly mounts?: readonly (MountSource & { readonly prop: string })[];
  /** The container has the host's network, and no loopback of its own. @default false */
  readonly hostNetwork?: boolean;
  /** Names by which the container finds itself on its networks, beside these models. @default - none */
  ownNames?(models: readonly ModelInUse[]): readonly string[];
  /** Settings that follow from what the target runs beside the agent. @default - none */
  readonly additions?: AgentAdditions;
  /** The target's own proxy, for agents that do not name one. */
  readonly trustedProxies?: readonly string[];
  /** The longest stop that the engine allows, in seconds. @default - no limit */
  readonly longestStopSeconds?: number;
  /** How a person reaches the container from a shell. */
  readonly shell: {
    readonly docker: string;
    readonly container: string;
    /** Where `docker` is typed. */
    readonly where: keyof typeof TYPED;
  };
  /** From where each service can be reached. */
  reach(services: Services): Reaches;
  /** Applies the target's own rules, and claims what only one agent can have there. */
  review(review: Review, agent: AgentSubject, spec: ContainerSpec): void;
  /** Makes the resources. Returns where the agent is then found. */
  deploy(spec: ContainerSpec): Deployed;
}

/** Where a deployed agent is found, and what the place gave it. Values may be tokens. */
export interface Deployed {
  readonly place: Place;
  /** Where each service is reached from outside, where it is. */
  readonly urls: { readonly [Name in ServiceName]?: string };
  /** What the place asks for before a service is reached. */
  readonly basicAuth?: {
    readonly [Name in ServiceName]?: { readonly username: string; readonly password: string };
  };
  /** Names in the files of /etc/hermes; undefined where this program does not write them. */
  readonly managed?: { readonly variables: readonly string[]; readonly settings: readonly string[] };
}

/** Binds the target to the agent. */
export function bind(target: HermesTarget, scope: Construct, name: string): BoundTarget {
  if (!isTarget(target)) throw new TypeError("a target is made by HermesTarget's factories");
  return target.bind(scope, name);
}

export function isTarget(value: unknown): value is Target {
  return value instanceof Target;
}
