import { CapRoverTarget, type CapRoverTargetProps } from "./caprover/target";
import { DockerTarget, type DockerTargetProps } from "./docker/target";
import type { HermesTarget as Target } from "./target";

/** Where an agent runs. */
export type HermesTarget = Target;

export const HermesTarget = {
  /** A Docker engine, by kreuzwerker/docker. */
  docker: (props?: DockerTargetProps): HermesTarget => new DockerTarget(props),
  /** A CapRover, by the provider that this package brings. */
  caprover: (props?: CapRoverTargetProps): HermesTarget => new CapRoverTarget(props),
};
