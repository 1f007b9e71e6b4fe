import type { AppDefinition } from "./captain/app-definition";
import type { ContainerLogLine } from "./engine/container";
import type { DataDirectory } from "./engine/data-store";
import type { JsonObject } from "./engine/json";
import type { UpdateStatus } from "./engine/service";
import type { ServiceSpec } from "./engine/service-spec";

/** An app as the sandbox sees it: what CapRover has saved, and what really runs. */
export interface SandboxApp {
  /** What CapRover has saved; its API's list of apps shows the same. */
  readonly definition: Readonly<AppDefinition>;
  /** The app's Swarm service; `undefined` before the first image is deployed. */
  readonly service: SandboxService | undefined;
  /** The containers that run at this moment. */
  readonly running: readonly SandboxContainer[];
  /** Whether an image is being pulled or built for the app, or waits for its turn. */
  readonly isBuilding: boolean;
}

/** A Swarm service, below what CapRover's API shows. */
export interface SandboxService {
  /** The app's name; with `srv-captain--` in front for an app that a CapRover before 1.15 made. */
  readonly name: string;
  /** The whole spec as the Docker engine has accepted it. */
  readonly spec: JsonObject;
  /** The part of `spec` that decides what runs. */
  readonly wanted: ServiceSpec;
  /** How the latest update goes; `undefined` before the first. CapRover's API shows nothing of it. */
  readonly updateStatus: UpdateStatus | undefined;
}

/** A container of a service. */
export interface SandboxContainer {
  /** As Swarm names it: service, slot and task, with dots between. */
  readonly name: string;
  /** The service's spec when the container was made. */
  readonly spec: ServiceSpec;
  /** What is mounted, by path in the container; volumes that the image declares are among it. */
  readonly mounts: Readonly<Record<string, DataDirectory>>;
  /** The lines that the program has written, oldest first. */
  readonly log: readonly ContainerLogLine[];
  /** In simulated time; `undefined` before the start. */
  readonly startedAt: Date | undefined;
  /** Ends the program with an exit code, as a crash does. */
  exit(code: number): void;
}
