export { PLACEHOLDER_IMAGE } from "./captain/app-definition";
export { CLOCK_SPEED_VARIABLE, SimulatedClock } from "./engine/clock";
export type { DataDirectory, Overlap } from "./engine/data-store";
export type {
  ImageCatalogue,
  LogLine,
  ProgramContext,
  ProgramRequest,
  ProgramResponse,
  SimulatedImage,
} from "./engine/image";
export type { SwarmEvent } from "./engine/swarm";
export type { Fault, FaultEffect, RecordedRequest } from "./http/faults";
export { CapRoverSandbox, type CapRoverSandboxProps, type SandboxApp } from "./sandbox";
