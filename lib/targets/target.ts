import type { Construct } from "constructs";
import type { ContainerSpec } from "../container-spec";
import type { HermesImage } from "../hermes-image";
import type { DeploymentSubject } from "../rules/deployment";

/** Something that runs containers. A new target is a new class beside `DockerTarget` and touches nothing above. */
export interface HermesTarget {
  /** Names the engine: agents with equal names share volumes, container names and ports. */
  engineOf(scope: Construct): string;
  /** What the rules should know of this target. */
  describe(scope: Construct, image: HermesImage): DeploymentSubject;
  /** How a person reaches the container from a shell. */
  locate(scope: Construct, name: string): { readonly docker: string; readonly container: string };
  /** Makes the resources. */
  deploy(scope: Construct, spec: ContainerSpec): void;
}
