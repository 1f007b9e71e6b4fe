import type { MountProps } from "./agent/settings/mount-props";
import type { SecretVariable } from "./agent/settings/secret-variable";
import type { Declaration } from "./boot/declaration";
import type { PublicFile } from "./boot/terminal-login";
import type { ConfigValue } from "./hermes/managed-config";
import type { Services } from "./hermes/services";
import type { HermesImage } from "./hermes-image";
import type { LocalModel } from "./local-model";
import type { PersistentDataVolume } from "./persistent-data-volume";
import type { HealthCheck } from "./server-spec";
import type { Precondition } from "./support/precondition";

/** One container, independent of the target. Everything above produces it, and every target consumes it. */
export interface ContainerSpec {
  readonly name: string;
  /** A target may make its resources for it as the construct's children, once for all agents (CDK's `bind`). */
  readonly image: HermesImage;
  /** Like `image`: the resource of a volume with options is a child of this construct. */
  readonly data: PersistentDataVolume;
  /**
   * The models on machines of their own, with the props that name them. Like `image`: the resources of a server in a
   * container are children of the construct.
   */
  readonly localModels: readonly ModelInUse[];
  /** The CMD slot. The image's entrypoint is never changed. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /**
   * What Hermes itself reads and a line of the volume's `.env` must not change (#18705, #19201): the part of the
   * environment that it reads, and what is off. An empty value takes the volume's line away.
   */
  readonly pinned: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretVariable[];
  /** Whether the release reads `/etc/hermes`, so that secrets and settings can go there. */
  readonly managedScope: boolean;
  /** Settings to pin. */
  readonly config: { readonly [key: string]: ConfigValue } | undefined;
  /**
   * Each profile has its secrets in its own home, by what is declared, so that `secrets` and the managed `.env` have none.
   */
  readonly severalProfiles: boolean;
  /** What is merged into the data at each boot; undefined for a release that can't. */
  readonly declared: Declared | undefined;
  readonly mounts: readonly MountProps[];
  /** Directories among them that the boot gives to the runtime user while they are new. */
  readonly workDirectories: readonly string[];
  /** Further files that everybody in the container may read. */
  readonly files: readonly PublicFile[];
  /** The line of a secrets file of the host that no process of Hermes may have as a variable. */
  readonly keyInSecretsFile: string | undefined;
  /** What listens inside. Each target publishes or routes them by its own props. */
  readonly services: Services;
  readonly healthCheck: HealthCheck | undefined;
  readonly memoryMiB: number | undefined;
  readonly cpus: number | undefined;
  readonly shmMiB: number;
  readonly stopGraceSeconds: number;
  readonly extraHosts: Readonly<Record<string, string>>;
  /** Conditions that only Terraform can check. */
  readonly preconditions: readonly Precondition[];
}

/** A LocalModel with the props that name it. */
export interface ModelInUse {
  readonly model: LocalModel;
  /** The first of them, for messages. */
  readonly prop: string;
  readonly props: readonly string[];
}

/** What the boot merges into the data. */
export interface Declared {
  readonly declaration: Declaration;
  /** What only Terraform knows of it, by the names that the declaration refers to. */
  readonly values: Readonly<Record<string, ConfigValue>>;
}
