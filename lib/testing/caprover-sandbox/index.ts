export {
  type AppDefinition,
  type AppEnvVar,
  type AppPort,
  type AppPushWebhook,
  type AppSettings,
  type AppVersion,
  type AppVolume,
  PLACEHOLDER_IMAGE,
} from "./captain/app-definition";
export { CLOCK_SPEED_VARIABLE, type ScheduledAction, type SimulatedClock } from "./engine/clock";
export type { ContainerLogLine } from "./engine/container";
export type { DataDirectory, Overlap } from "./engine/data-store";
export type {
  ImageCatalogue,
  LogLine,
  ProgramContext,
  ProgramPorts,
  ProgramRequest,
  ProgramResponse,
  SandboxImages,
  SimulatedImage,
} from "./engine/image";
export type { Json, JsonObject } from "./engine/json";
export type { UpdateStatus } from "./engine/service";
export type { RestartPolicy, ServiceMount, ServiceSpec, UpdatePolicy } from "./engine/service-spec";
export type { SwarmEvent } from "./engine/swarm";
export type { Fault, FaultEffect, FaultTarget, RecordedRequest, SandboxFaults } from "./http/faults";
export { hermesImage } from "./images/hermes";
export type {
  HermesState,
  SimulatedJob,
  SimulatedModel,
  SimulatedPlatform,
  SimulatedProfile,
} from "./images/hermes-state";
export { CapRoverSandbox, type CapRoverSandboxProps } from "./sandbox";
export type { SandboxApp, SandboxContainer, SandboxService } from "./sandbox-app";
