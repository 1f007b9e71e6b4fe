export type { DataDirectory, Overlap } from "./data-store";
export type { Fault, FaultEffect, RecordedRequest } from "./faults";
export { CapRoverSandbox, type CapRoverSandboxProps, type SandboxApp } from "./sandbox";
export { CLOCK_SPEED_VARIABLE, SimulatedClock } from "./simulated-clock";
export {
  type ImageCatalogue,
  type LogLine,
  PLACEHOLDER_IMAGE,
  type ProgramContext,
  type ProgramRequest,
  type ProgramResponse,
  type SimulatedImage,
} from "./simulated-image";
export type { SwarmEvent } from "./swarm";
