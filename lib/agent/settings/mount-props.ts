/** What is mounted in a container beside its data. */

interface MountTarget {
  /** Absolute path in the container. */
  readonly target: string;
  /** The agent can't write there. @default false */
  readonly readOnly?: boolean;
}

/** A directory of the host in the container. */
export interface HostPathMount extends MountTarget {
  /** Absolute path on the engine's host. */
  readonly hostPath: string;
  readonly volume?: never;
}

/** A named volume in the container. */
export interface VolumeMount extends MountTarget {
  /** Name of the volume. */
  readonly volume: string;
  readonly hostPath?: never;
}

/** A further mount in the container: either a directory of the host or a named volume. */
export type MountProps = HostPathMount | VolumeMount;
