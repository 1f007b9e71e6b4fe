import type { NetworkProps } from "./agent/props";
import type { SecretVariable } from "./agent/secret-variable";
import type { ConfigValue } from "./hermes/managed-config";
import type { HermesImage } from "./hermes-image";
import type { PersistentDataVolume } from "./persistent-data-volume";

/** One container, in no target's terms. Everything above produces it, every target consumes it. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: HermesImage;
  readonly data: PersistentDataVolume;
  /** The CMD slot; the image's entrypoint is never touched. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The part of the environment that Hermes itself reads, and in which a `.env` on the volume would win. */
  readonly pinned: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretVariable[];
  /** Whether the release reads `/etc/hermes`, so that secrets and settings can go there. */
  readonly managedScope: boolean;
  /** Settings to pin. */
  readonly config: { readonly [key: string]: ConfigValue } | undefined;
  /** A file of the host that holds the secrets. */
  readonly secretsFile: string | undefined;
  readonly mounts: readonly Mount[];
  readonly ports: readonly Port[];
  readonly healthCheck: HealthCheck | undefined;
  readonly memoryMiB: number | undefined;
  readonly cpus: number | undefined;
  readonly shmMiB: number;
  readonly stopGraceSeconds: number;
  readonly networks: readonly NetworkProps[];
  readonly extraHosts: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** What must hold and only Terraform can tell. */
  readonly preconditions: readonly Precondition[];
}

export interface Mount {
  readonly source: { readonly hostPath: string } | { readonly volume: string };
  readonly target: string;
  readonly readOnly: boolean;
}

export interface Port {
  readonly container: number;
  readonly address: string;
  readonly host: number;
}

export interface HealthCheck {
  readonly test: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

export interface Precondition {
  /** A Terraform expression, without `${}` around it. */
  readonly condition: string;
  readonly message: string;
}
