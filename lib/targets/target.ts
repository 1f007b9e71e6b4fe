import type { Construct } from "constructs";
import type { ContainerSpec } from "../container-spec";
import type { Services } from "../hermes/services";
import type { Review } from "../rules/review";
import type { AgentSubject, Reaches } from "../rules/subject";

declare const opaque: unique symbol;

/** Where an agent runs. Made by the factories of `HermesTarget` alone. */
export interface HermesTarget {
  readonly [opaque]: never;
}

/** A target's own side: what the user gave, not yet bound to an agent. */
export abstract class Target implements HermesTarget {
  declare readonly [opaque]: never;

  /** @throws HermesConfigError for props of the wrong shape: only here there is a construct to name */
  abstract bind(scope: Construct, name: string): BoundTarget;
}

/** A target as one agent has it. A new target is a new folder beside `docker/` and touches nothing above. */
export interface BoundTarget {
  /** Names the engine: agents with equal names share volumes, container names and ports. */
  readonly engine: string;
  /** The proxy that the target has in front, for agents that do not name theirs. */
  readonly trustedProxies?: readonly string[];
  /** What the engine there allows a stop to take, in seconds. @default - no limit */
  readonly longestStopSeconds?: number;
  /** How a person reaches the container from a shell. */
  readonly shell: { readonly docker: string; readonly container: string };
  /** From where each service can be reached. */
  reach(services: Services): Reaches;
  /** Applies the target's own rules, and takes what only one agent can have there. */
  review(review: Review, agent: AgentSubject, spec: ContainerSpec): void;
  /** Makes the resources. */
  deploy(spec: ContainerSpec): void;
}

/** The target as this agent has it. */
export function bind(target: HermesTarget, scope: Construct, name: string): BoundTarget {
  if (!isTarget(target)) throw new TypeError("a target is made by HermesTarget's factories");
  return target.bind(scope, name);
}

export function isTarget(value: unknown): value is Target {
  return value instanceof Target;
}
