import type { Construct } from "constructs";
import type { ContainerSpec } from "../container-spec";
import type { DeploymentSubject } from "../rules/conflicts";
import type { AgentSubject } from "../rules/subject";

/** Something that runs containers. A new target is a new class beside `DockerTarget` and touches nothing above. */
export interface HermesTarget {
  /** Whether ports are published on the engine's host, where each can be had once. */
  readonly publishesOnHost: boolean;
  /** The proxy that the target has in front, for agents that do not name theirs. */
  readonly trustedProxies?: readonly string[];
  /** Names the engine: agents with equal names share volumes, container names and ports. */
  engineOf(scope: Construct): string;
  /** What the rules should know of this target. */
  describe(scope: Construct, agent: AgentSubject, name: string): DeploymentSubject;
  /** How a person reaches the container from a shell. */
  locate(scope: Construct, name: string): { readonly docker: string; readonly container: string };
  /** Makes the resources. */
  deploy(scope: Construct, spec: ContainerSpec): void;
}
