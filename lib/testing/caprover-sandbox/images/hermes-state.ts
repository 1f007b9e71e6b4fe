/** How a simulated agent is, as far as its log shows it and its dashboard and API server tell it. */
export interface HermesState {
  /**
   * `startup_failed` and `stopped` are what Hermes itself says of its gateway. `dead` is a gateway that has left no word.
   * @default "running"
   */
  readonly gateway?: "running" | "startup_failed" | "stopped" | "dead";
  /** How often the gateway has crashed and started again since the container's start. @default 0 */
  readonly gatewayRestarts?: number;
  /** The profiles beside the default one. @default - none */
  readonly profiles?: Readonly<Record<string, SimulatedProfile>>;
  /** What Hermes says of why its gateway gave up. @default - nothing */
  readonly exitReason?: string;
  /** The connections of chat platforms. @default - those whose secrets the app has are connected */
  readonly platforms?: Readonly<Record<string, SimulatedPlatform>>;
  /** @default - none is configured */
  readonly model?: SimulatedModel;
  /** The text of the volume's config.yaml. @default "{}" */
  readonly config?: string;
  /** How full the disk of the data is. @default 40 */
  readonly diskPercent?: number;
  /** Scheduled jobs. @default - none */
  readonly jobs?: readonly SimulatedJob[];
  /** Lines of the volume's `.env`, which beat the app's variables. @default - none */
  readonly volumeVariables?: Readonly<Record<string, string>>;
  /** What agent.log has since the gateway's start. @default - its usual lines */
  readonly agentLog?: readonly string[];
  /** More lines of the container's log. @default - none */
  readonly containerLog?: readonly string[];
  /** Takes connections and answers none of them. @default - it answers */
  readonly hangs?: true;
}

/** A profile with a gateway of its own. */
export interface SimulatedProfile {
  readonly runs: boolean;
  /** What its file gateway_state.json says. @default - it has none */
  readonly state?: { readonly gateway_state?: string; readonly desired_state?: string };
  /** What its config.yaml says. @default - no model */
  readonly model?: Pick<SimulatedModel, "provider" | "name">;
}

/** A chat platform, as the gateway states it. */
export interface SimulatedPlatform {
  /** Such as `connected`, `retrying` or `fatal`. */
  readonly state: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** A model that is configured, and what it does when it is asked. */
export interface SimulatedModel {
  readonly provider: string;
  readonly name: string;
  /** `repeats` does what it is told; `chatters` says something else. @default "repeats" */
  readonly does?: "repeats" | "chatters" | "401" | "404" | "429" | "500" | "answers nothing" | "hangs";
}

/** A scheduled job, with how its last run ended. */
export interface SimulatedJob {
  readonly name: string;
  /** Such as `ok` or `error`. @default - it never ran */
  readonly lastStatus?: string;
  readonly lastError?: string;
  /** @default true */
  readonly enabled?: boolean;
}
