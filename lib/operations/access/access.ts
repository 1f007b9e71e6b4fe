/** One small interface to reach a running agent. A place leaves out what it does not offer. */
import type { AppState, ContainerState } from "../../hermes/observation";
import type { OwnServiceName } from "../../hermes/services";
import { UserError } from "../../support/user-error";

/** How many of its last lines a log is read for. */
export const MOST_LOG_LINES = 5000;

export interface AgentAccess {
  /** What a person types, for printed commands; undefined where there are none. */
  readonly shell?: AgentShell;
  /** @throws Unreachable */
  container?(): Promise<ContainerState>;
  /** The app of a CapRover server. @throws Unreachable */
  app?(): Promise<AppState>;
  /**
   * Runs a Python program in the container, as root, with one argument. Returns what it prints.
   * @throws Unreachable
   */
  run?(program: string, argument: string, limit: Limit): Promise<string>;
  /**
   * The container's log since its last start, at most its last {@link MOST_LOG_LINES} lines. A line may begin with the time.
   * @throws Unreachable
   */
  log?(): Promise<string>;
  /** Asks a service from outside. @throws Unreachable if nothing answers */
  request?(service: OwnServiceName, request: ServiceRequest): Promise<ServiceAnswer>;
}

/** Commands as a person types them. */
export interface AgentShell {
  /** Where that is, if not on this machine: as words after the command. */
  readonly where?: string;
  /** A command, or what to do. */
  readonly restart: string;
  /** A `hermes` command, such as `auth add openai-codex`. */
  hermes(arguments_: string): string;
  /** A shell command as root in the container. */
  sh(command: string): string;
}

export interface Limit {
  readonly seconds: number;
}

export interface ServiceRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly seconds: number;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** The agent could not be looked at. Its message is one line for a person: what, and what to do. */
export class Unreachable extends UserError {
  /** @param gone the place answers, and says that there is no such agent */
  constructor(
    message: string,
    readonly gone = false,
  ) {
    super(message);
  }
}
