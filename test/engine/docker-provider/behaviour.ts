/** The two releases that the stand-in imitates: the one that the bindings pin, and one of the 4.x line. */
export const VERSIONS = ["3.6.2", "4.5.0"] as const;
export type Version = (typeof VERSIONS)[number];

export function isVersion(text: string | undefined): text is Version {
  return VERSIONS.some((version) => version === text);
}

/** Where the releases differ. Numbers after # are issues of kreuzwerker/terraform-provider-docker. */
export interface Behaviour {
  /** What a refresh does about a container that should run and doesn't (#590). */
  readonly stoppedContainer: "deletes" | "reports";
  /** What `cpus` does (#759). */
  readonly cpus: "panics" | "limits";
  /** Whether these are read back if the configuration does not set them (#473). */
  readonly readsUnconfigured: boolean;
  /** Whether a destroy fails if somebody else has already removed the container. */
  readonly missingAtDestroy: "fails" | "passes";
  readonly buildFailure: "Error running legacy build" | "Error running buildx build";
  /** Whether a container takes `timeouts`, as an image does in both (#777). */
  readonly containerTimeouts: boolean;
}

export const BEHAVIOURS: Readonly<Record<Version, Behaviour>> = {
  "3.6.2": {
    stoppedContainer: "deletes",
    cpus: "panics",
    readsUnconfigured: true,
    missingAtDestroy: "fails",
    buildFailure: "Error running legacy build",
    containerTimeouts: false,
  },
  "4.5.0": {
    stoppedContainer: "reports",
    cpus: "limits",
    readsUnconfigured: false,
    missingAtDestroy: "passes",
    buildFailure: "Error running buildx build",
    containerTimeouts: true,
  },
};
