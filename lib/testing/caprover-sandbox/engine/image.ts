/** A request as the program in a container receives it from CapRover's nginx. */
export interface ProgramRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What the program in a container answers to a request. */
export interface ProgramResponse {
  /** The HTTP status. */
  readonly status: number;
  /** A list is sent as so many headers of that name. @default - none */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
  /** Simulated seconds until it answers; nginx waits no longer than its read timeout. @default 0 */
  readonly afterSeconds?: number;
}

/** What the program in a container knows of itself. */
export interface ProgramContext {
  readonly containerName: string;
  /** The reference of the image, as it was deployed. */
  readonly image: string;
  /** The arguments after the image's entrypoint; `undefined` where the image's own are used. */
  readonly args: readonly string[] | undefined;
  /** `Command` of the service, which replaces the image's entrypoint; `undefined` where there is none. */
  readonly command: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  /**
   * The files of what is mounted, by path in the container: file name to content. Containers that mount the same
   * volume share one map.
   */
  readonly mounts: Readonly<Record<string, Map<string, string>>>;
  /** In simulated time. */
  readonly startedAt: Date;
  /** Writes one line to the container's log, at once. */
  log(line: string, stream?: "stdout" | "stderr"): void;
  /** Ends the program with an exit code, as a crash would. */
  exit(code: number): void;
  /**
   * Sends a request to another app, such as `http://srv-captain--agent:8642`; `undefined` when nothing answers there.
   * Nothing outside of the sandbox answers.
   */
  send(url: string, request: ProgramRequest): ProgramResponse | undefined;
}

/** A line that the program writes to the container's log. */
export interface LogLine {
  /** Simulated seconds after the start of the container. @default 0 */
  readonly afterSeconds?: number;
  /** Without a line break. */
  readonly line: string;
  /** @default "stdout" */
  readonly stream?: "stdout" | "stderr";
}

/** An image, described by what a container of it does. All times are simulated. */
export interface SimulatedImage {
  /** How long the first pull takes. @default 0.05 */
  readonly pullSeconds?: number;
  /** The engine's message with which each pull fails. @default - each pull succeeds */
  readonly pullError?: string;
  /** The registry account that a pull demands. @default - none */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** From the start of the container until its ports answer. @default 0 */
  readonly startSeconds?: number;
  /** From SIGTERM until the program ends by itself; Swarm kills it when its grace is shorter. @default 0.02 */
  readonly stopSeconds?: number;
  /** The program ends by itself. @default - it runs until it is stopped */
  readonly exits?: { readonly afterSeconds: number; readonly code: number };
  /** The image's HEALTHCHECK. @default - none: a container counts as running once it is started */
  readonly healthcheck?: {
    readonly healthyAfterSeconds: number | "never";
    /** From the start until Swarm kills a container that is never healthy. @default 8 */
    readonly unhealthyAfterSeconds?: number;
  };
  /** The paths that the image declares as VOLUME. @default - none */
  readonly volumes?: readonly string[];
  /** The files with which a new named volume is filled, by path of the mount and file name. @default - none */
  readonly content?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the program writes to its log. @default - nothing */
  readonly logLines?: readonly LogLine[] | ((context: ProgramContext) => readonly LogLine[]);
  /** Runs at the start of each container; it may read and write mounts, log, and exit. @default - nothing happens */
  readonly onStart?: (context: ProgramContext) => void;
  /** What answers on each port of the container. @default - port 80 answers 200 with the image's name */
  readonly ports?: ProgramPorts | ((context: ProgramContext) => ProgramPorts);
}

/** What answers on each port of a container. */
export type ProgramPorts = Readonly<
  Record<number, (request: ProgramRequest, context: ProgramContext) => ProgramResponse>
>;

/** Images by the reference with which they are pulled, with its tag or digest. */
export type ImageCatalogue = Readonly<Record<string, SimulatedImage>>;

/** The images that can be pulled from now on. */
export interface SandboxImages {
  /** Pushes an image to its registry; the next pull of an existing reference takes its full time again. */
  add(reference: string, image: SimulatedImage): void;
  /** Makes the reference unknown; the next pull or start of it fails. */
  remove(reference: string): void;
}
