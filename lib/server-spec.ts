import type { MountProps } from "./agent/settings/agent-settings";

/** One server beside the agents, in a container of its own: a sidecar, or a model's server. */
export interface ServerSpec {
  /** Name of the container. */
  readonly name: string;
  readonly image: string;
  /** @default - the image's own */
  readonly entrypoint?: readonly string[] | undefined;
  /** The CMD slot. @default - the image's own */
  readonly command?: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Further variables, whose values are secrets. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Files in the container, by path. Everybody in it can read them. */
  readonly files: Readonly<Record<string, string>>;
  readonly mounts: readonly MountProps[];
  readonly healthCheck: HealthCheck | undefined;
  readonly memoryMiB: number | undefined;
  readonly shmMiB: number | undefined;
  readonly gpus: "all" | undefined;
}

export interface HealthCheck {
  readonly test: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}
