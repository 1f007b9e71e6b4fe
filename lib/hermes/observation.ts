/**
 * What can be seen of a running agent, as plain facts. A part is missing where nothing could look at it: an agent on
 * CapRover shows only what it answers over HTTP. A part that is there with `unseen` was tried in vain, and says why.
 */

/** Tried, and not seen. */
export interface Unseen {
  /** Why, as a clause. */
  readonly unseen: string;
  /** It can be seen from there; this time something was missing or gave no answer. */
  readonly missed?: true;
}

export interface Observation {
  readonly container?: ContainerState;
  /** The app of a CapRover server, as the server lists it. */
  readonly app?: AppState;
  /** Version of the Hermes package, such as `0.19.1`. */
  readonly version?: Seen<string>;
  readonly gateway?: Seen<GatewayState>;
  /** What the log of a CapRover app tells of its starts. */
  readonly appStarts?: AppStarts;
  /** Process id of the gateway, as its API server tells it. */
  readonly gatewayPid?: number;
  /** The line of agent.log with the gateway's last start, with its time. */
  readonly gatewayStartLine?: string;
  /** The container or its gateway started again between two looks. */
  readonly startedAgain?: true;
  /** The profiles beside the default one. */
  readonly profiles?: Seen<readonly ProfileState[]>;
  /** What the merge at boot says of itself. */
  readonly merge?: Seen<MergeState>;
  readonly apiServer?: Seen<ApiServerState>;
  readonly dashboard?: Seen<DashboardState>;
  /** Absent where nobody tries to log in. */
  readonly dashboardLogin?: Seen<{ readonly accepted: boolean; readonly said?: string }>;
  /** Each platform's connection, as the gateway states it. */
  readonly platforms?: Readonly<Record<string, PlatformState>>;
  /** Answers of the chat platforms about the agent's tokens, by variable. */
  readonly tokens?: Readonly<Record<string, TokenState>>;
  readonly model?: Seen<ConfiguredModel>;
  /** What the server at the model's address answers to a question for its models. */
  readonly endpoint?: Seen<EndpointState>;
  /** How the place where commands run answers to the agent's login. */
  readonly terminal?: Seen<TerminalState>;
  readonly answer?: Seen<ModelAnswer>;
  readonly codexLogin?: Seen<CodexLogin>;
  readonly config?: Seen<ConfigState>;
  readonly managed?: Seen<ManagedScope>;
  readonly databases?: Seen<readonly Database[]>;
  readonly disk?: Seen<{ readonly usedPercent: number; readonly freeMiB: number }>;
  readonly cron?: Seen<CronState>;
  readonly mcp?: Seen<McpState>;
  /** Files of the data that the agent can't use, or that others can read. */
  readonly files?: Seen<readonly UnfitFile[]>;
  /** Names that a `.env` on the volume decides, although the program gives them too. */
  readonly shadowed?: Seen<readonly ShadowedName[]>;
  /**
   * Ids of the known bad lines, each with the last such line: those of the boot since the container's start, and the
   * others since the gateway's.
   */
  readonly logLines?: Seen<Readonly<Record<string, string>>>;
  /** Of these, the lines of the file agent.log, of which the container's log has only some. */
  readonly agentLog?: Seen<Readonly<Record<string, string>>>;
}

export type Seen<Part> = Part | Unseen;

export interface ContainerState {
  readonly running: boolean;
  readonly restarting: boolean;
  readonly paused: boolean;
  /** How often the engine has started it again by itself. */
  readonly restarts: number;
  /** Docker's `State.Health.Status`; undefined without a health check. */
  readonly health: string | undefined;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Seconds since its last start. */
  readonly upSeconds: number;
  /** Its last start by the engine's clock, in milliseconds since the epoch. */
  readonly startedMs: number;
  /** The image that it was made from, as a person names it. */
  readonly image: string;
  /** When it was made, by the engine's clock in milliseconds since the epoch. */
  readonly createdMs: number;
  /** The image's id is the one that the declared reference names on this engine; undefined if that can't be known. */
  readonly declaredImage: boolean | undefined;
}

export interface AppState {
  readonly instances: number;
  readonly building: boolean;
  /** The image of the deployed version; empty if nothing was ever deployed. */
  readonly image: string;
  /** When it was deployed, in milliseconds since the epoch. */
  readonly deployedMs: number;
  /** The server's time of this look, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Starts that an app's log tells of. */
export interface AppStarts {
  /** Of its container in the last two minutes. */
  readonly container: number;
  /** Of its gateways in the last ten minutes, without the one that belongs to a start of the container. */
  readonly gateway: number;
  /** The container's last one, by the server's clock in milliseconds since the epoch. */
  readonly lastMs: number;
}

export interface GatewayState {
  /** A gateway process of this container runs. */
  readonly alive: boolean;
  /** As its state file says: `running`, `degraded`, `draining`, `stopped`, `startup_failed`. */
  readonly state?: string;
  readonly exitReason?: string;
  /** Starts of the gateway in the last ten minutes. */
  readonly recentStarts?: number;
  /** Its last start by the engine's clock, in milliseconds since the epoch. */
  readonly startedMs?: number;
  /** Seconds since its last sign of life; undefined for a release that gives none. */
  readonly heartbeatSeconds?: number;
}

/** What each profile has for itself. */
export type ProfileParts = Pick<Observation, "platforms" | "tokens" | "model" | "answer">;

export interface ProfileState extends ProfileParts {
  readonly name: string;
  /** It has a gateway, be it its own or the default profile's, which serves it too. */
  readonly runs: boolean;
  /** The boot starts it, as its last start or stop said; undefined if that could not be seen. */
  readonly wanted?: boolean;
  /** As its state file says. */
  readonly state?: string;
  /** The default profile's gateway serves it. */
  readonly served?: boolean;
}

/** The last report of the merge at boot. */
export interface MergeState {
  /** It was written since the container's start, or there is nothing to report. */
  readonly finished: boolean;
  /** When, in milliseconds since the epoch; undefined if there is none. */
  readonly atMs?: number;
  readonly items: readonly MergedItem[];
}

export interface MergedItem {
  readonly what: "replaced" | "left" | "takenBack" | "refused" | "kept";
  readonly profile: string;
  /** Such as `variable`, `setting` or `file`. */
  readonly kind: string;
  readonly name: string;
  /** Why it was refused. */
  readonly reason?: string;
}

export interface ApiServerState {
  /** Status of `/health`. */
  readonly health: number;
  /** False if something else answers there. */
  readonly hermes?: boolean;
  /** Status of `/v1/models` without a key. */
  readonly withoutKey?: number;
  /** Status of `/v1/models` with the agent's key. */
  readonly withKey?: number;
}

export interface DashboardState {
  /** Status of `/`, and where it leads. */
  readonly root: number;
  readonly location?: string;
  /** Status of `/api/config` without a login. */
  readonly config: number;
  readonly authRequired?: boolean;
  /** False if something else answers there. */
  readonly hermes?: boolean;
}

export interface PlatformState {
  readonly state: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

export interface TokenState {
  readonly accepted: boolean;
  /** The platform's own word for what is wrong, such as `invalid_auth`. */
  readonly error?: string;
  /** The platform could not be asked. */
  readonly unreachable?: true;
}

export interface ConfiguredModel {
  readonly provider?: string;
  readonly name?: string;
  /** As the files say it, in the words of the program; elsewhere a service tells how it understands them. */
  readonly written?: true;
}

export interface EndpointState {
  /** Status of `/models`; 0 if nothing answers. */
  readonly status: number;
  /** Why nothing answers. */
  readonly error?: string;
  /** Names of its models, if it lists them. */
  readonly models?: readonly string[];
}

export interface TerminalState {
  readonly reached: boolean;
  /** What the client printed instead. */
  readonly said?: string;
}

export interface ModelAnswer {
  /** Who was asked: the gateway through its API server, or a CLI process beside it. */
  readonly by: "gateway" | "cli";
  /** The answer contains the nonce. */
  readonly exact: boolean;
  /** What came instead, shortened. */
  readonly text?: string;
}

export interface CodexLogin {
  readonly state: "logged-in" | "logged-out" | "missing" | "unreadable" | "broken";
  readonly loginAgain?: boolean;
  /** The access token's time is over, which is normal: the next message renews it. */
  readonly expired?: boolean;
}

export interface ConfigState {
  readonly present: boolean;
  readonly parses: boolean;
  readonly error?: string;
}

export interface ManagedScope {
  readonly variables: NamesSeen;
  readonly config: NamesSeen & { readonly error?: string };
}

/** How many names there are, and a hash of them. */
export interface NamesSeen {
  readonly count: number;
  readonly hash: string;
}

export interface Database {
  readonly path: string;
  /** What `PRAGMA integrity_check` says first: `ok` if all is well. */
  readonly check: string;
}

export interface CronState {
  /** Jobs whose last run failed, by name, each with the error. */
  readonly failed: Readonly<Record<string, string>>;
  /** How many are switched on. */
  readonly jobs: number;
  /** Seconds since the scheduler last looked for jobs that are due; undefined for a release that does not say. */
  readonly tickerSeconds?: number;
}

export interface McpState {
  /** The configured servers by name. */
  readonly servers: readonly string[];
  /** Those that did not start, each with what the log says of it. */
  readonly failed: Readonly<Record<string, string>>;
}

export interface UnfitFile {
  readonly path: string;
  /** Somebody else's, closed to its own owner, or open to others although it holds secrets. */
  readonly problem: "foreign-owner" | "locked" | "open-to-others";
  readonly uid: number;
  /** As octal digits. */
  readonly mode: string;
}

export interface ShadowedName {
  readonly name: string;
  /** The file that decides it, below the data: `.env`, or `profiles/NAME/.env` for that profile alone. */
  readonly file: string;
}

export function isUnseen(part: unknown): part is Unseen {
  return typeof part === "object" && part !== null && "unseen" in part;
}
