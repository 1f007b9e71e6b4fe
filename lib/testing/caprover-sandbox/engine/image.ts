/** A request as the program in a container receives it from CapRover's nginx. */
export interface ProgramRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface ProgramResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** how long the program is silent before it answers; nginx waits no longer than its read timeout. @default 0 */
  readonly afterSeconds?: number;
}

/** What the program in a container knows of itself. */
export interface ProgramContext {
  readonly containerName: string;
  readonly image: string;
  /** arguments after the image's entrypoint; `undefined` when the image's own are used */
  readonly args: readonly string[] | undefined;
  /** `Command` of the service; it replaces the image's entrypoint */
  readonly command: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** what is mounted, by path in the container: file name to content, shared by all who mount the same */
  readonly mounts: Readonly<Record<string, Map<string, string>>>;
  readonly startedAt: Date;
  /** writes one line to the container's log */
  log(line: string, stream?: "stdout" | "stderr"): void;
  /** ends the program, as a crash would */
  exit(code: number): void;
}

export interface LogLine {
  /** @default 0 */
  readonly afterSeconds?: number;
  readonly line: string;
  /** @default "stdout" */
  readonly stream?: "stdout" | "stderr";
}

/** An image described by what a container of it does. */
export interface SimulatedImage {
  /** time that a first pull takes. @default 0.05 */
  readonly pullSeconds?: number;
  /** a failing pull, with the engine's message. @default the pull works */
  readonly pullError?: string;
  /** the registry account that the pull demands. @default none */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** time from the start of the container until its ports answer. @default 0 */
  readonly startSeconds?: number;
  /** time from SIGTERM until it exits by itself; more than its grace ends in SIGKILL. @default 0.02 */
  readonly stopSeconds?: number;
  /** exits by itself. @default runs until it is stopped */
  readonly exits?: { readonly afterSeconds: number; readonly code: number };
  /** the image's HEALTHCHECK. @default none: a container counts as running once it is started */
  readonly healthcheck?: {
    readonly healthyAfterSeconds: number | "never";
    /** time until a container that is never healthy is killed. @default 8 */
    readonly unhealthyAfterSeconds?: number;
  };
  /** paths that the image declares as VOLUME */
  readonly volumes?: readonly string[];
  /** content that a fresh named volume is filled with, by path of the mount */
  readonly content?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly logLines?: readonly LogLine[] | ((context: ProgramContext) => readonly LogLine[]);
  /** runs at the start of each container: reads and writes mounts, logs, exits */
  readonly onStart?: (context: ProgramContext) => void;
  /** answers by port in the container. @default port 80 answers 200 with the image's name */
  readonly ports?: Readonly<
    Record<number, (request: ProgramRequest, context: ProgramContext) => ProgramResponse>
  >;
}

/** Images by the reference that they are pulled with, tag or digest. */
export type ImageCatalogue = Readonly<Record<string, SimulatedImage>>;
