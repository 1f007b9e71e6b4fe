import { AGENT_RULES } from "../rules";
import { CONFLICT_RULES } from "../rules/conflicts";
import { DATA_RULES } from "../rules/data";
import { IMAGE_RULES } from "../rules/image";
import { LOCAL_MODEL_RULES } from "../rules/local-model";
import { CREDENTIAL_RULES } from "../rules/secret";
import { SERVER_RULES } from "../rules/server";
import type { CapRoverTargetProps } from "./caprover/props";
import { CAPROVER_ADDRESS_RULES, CAPROVER_RULES } from "./caprover/rules";
import { CapRoverTarget } from "./caprover/target";
import type { DockerTargetProps } from "./docker/props";
import {
  DOCKER_MODEL_RULES,
  DOCKER_NAME_RULES,
  DOCKER_PROVIDER_RULES,
  DOCKER_RULES,
  DOCKER_SIDECAR_RULES,
} from "./docker/rules";
import { DockerTarget } from "./docker/target";
import type { HermesTarget as OpaqueTarget } from "./target";

/** Where an agent runs, with the settings that only this kind of target has. */
export type HermesTarget = OpaqueTarget;

/** Where an agent runs, with the settings that only this kind of target has. */
export const HermesTarget = {
  /** A Docker engine, through the provider kreuzwerker/docker. */
  docker: (props?: DockerTargetProps): HermesTarget => new DockerTarget(props),
  /** A CapRover server, through the provider that is part of this package. */
  caprover: (props?: CapRoverTargetProps): HermesTarget => new CapRoverTarget(props),
};

/** The rules that a `HermesApp` can break, on any target. */
export const APP_RULES = {
  ...CREDENTIAL_RULES,
  ...AGENT_RULES,
  ...CONFLICT_RULES,
  ...SERVER_RULES,
  ...DOCKER_RULES,
  ...DOCKER_SIDECAR_RULES,
  ...DOCKER_MODEL_RULES,
  ...DOCKER_NAME_RULES,
  ...DOCKER_PROVIDER_RULES,
  ...CAPROVER_RULES,
  ...CAPROVER_ADDRESS_RULES,
};

/** All rules: what is refused, why, and which may be acknowledged. */
export const RULES = { ...IMAGE_RULES, ...DATA_RULES, ...LOCAL_MODEL_RULES, ...APP_RULES };

/** A rule's id, as messages and docs/rules.md show it. */
export type RuleId = keyof typeof RULES;
