import type { Json } from "../engine/json";

/** A request to the CapRover server, as it arrived. */
export interface RecordedRequest {
  /** Counts from 1. */
  readonly ordinal: number;
  readonly method: string;
  /** Below `/api/v2`, without the query. */
  readonly path: string;
  /** Passwords and tokens are in clear. */
  readonly body: Json;
  /** In simulated time. */
  readonly at: Date;
  /** CapRover's `status` for HTTP 200, else the HTTP status; `undefined` while there is no whole answer. */
  outcome: number | undefined;
}

/**
 * What goes wrong with a request:
 *
 * - `429`: HTTP 429, as while another write is at work;
 * - `500`: HTTP 500;
 * - `1106`: the token is no longer valid;
 * - `not placed`: the answer to an early update of an app with data, whose first task Swarm has not placed yet;
 * - `reset`: the connection breaks;
 * - `hang`: no answer comes;
 * - `truncated`: the connection breaks after half of the answer;
 * - `server crash`: CapRover's process dies at this moment;
 * - `server restart`: CapRover's process is replaced; the old one answers for 13 more seconds.
 *
 * A function runs whatever a test needs at that moment; the request continues.
 */
export type FaultEffect =
  | "429"
  | "500"
  | "1106"
  | "not placed"
  | "reset"
  | "hang"
  | "truncated"
  | "server crash"
  | "server restart"
  | ((request: RecordedRequest) => void);

/** The effects that have a name. */
export const EFFECTS = [
  "429",
  "500",
  "1106",
  "not placed",
  "reset",
  "hang",
  "truncated",
  "server crash",
  "server restart",
] as const satisfies readonly FaultEffect[];

/** A fault: what goes wrong, with which requests, and when. */
export type Fault = FaultTarget &
  (
    | {
        readonly effect: FaultEffect;
        /**
         * Before CapRover begins with the request, or after it has done the work.
         * @default "arrival" - always "answer" for `truncated`
         */
        readonly at?: "arrival" | "answer";
      }
    | {
        readonly effect: "server crash" | ((request: RecordedRequest) => void);
        /** When the request, or the deploy it started, has saved an app and the engine has not been told yet. */
        readonly at: "saved";
      }
  );

/** The requests that a fault hits: those to which all of this applies. */
export interface FaultTarget {
  /** The `ordinal` of the request. @default - any */
  readonly ordinal?: number;
  /** @default - any */
  readonly method?: string;
  /** The whole path below `/api/v2`, or a pattern that it matches. @default - any */
  readonly path?: string | RegExp;
  /** How many requests it hits. @default 1 */
  readonly times?: number;
}

/** The faults of a sandbox. */
export interface SandboxFaults {
  /** Adds a fault. A request suffers one fault at most: the oldest that applies to it. */
  inject(fault: Fault): void;
  /** Drops all faults. */
  clear(): void;
  /** How many requests the faults have still to hit. */
  readonly pending: number;
}

/** What a request suffers, and when. */
export interface DueFault {
  readonly effect: FaultEffect;
  readonly at: "arrival" | "saved" | "answer";
}

/** The faults that wait for their request. */
export class Faults implements SandboxFaults {
  private waiting: { readonly fault: Fault; left: number }[] = [];

  inject(fault: Fault): void {
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.waiting = [];
  }

  get pending(): number {
    return this.waiting.reduce((sum, { left }) => sum + left, 0);
  }

  take(request: RecordedRequest): DueFault | undefined {
    const due = this.waiting.find(({ fault }) => matches(fault, request));
    if (due === undefined) return undefined;
    due.left--;
    if (due.left <= 0) this.waiting = this.waiting.filter((other) => other !== due);
    const { effect, at = "arrival" } = due.fault;
    return { effect, at: effect === "truncated" ? "answer" : at };
  }
}

function matches({ ordinal, method, path }: FaultTarget, request: RecordedRequest): boolean {
  const matchesPath =
    path === undefined || (typeof path === "string" ? path === request.path : path.test(request.path));
  return (
    matchesPath &&
    (ordinal === undefined || ordinal === request.ordinal) &&
    (method === undefined || method === request.method)
  );
}
