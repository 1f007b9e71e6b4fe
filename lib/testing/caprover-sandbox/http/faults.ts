import type { Json } from "../engine/json";

/** A request as the captain's address received it. */
export interface RecordedRequest {
  /** counts from 1 */
  readonly ordinal: number;
  readonly method: string;
  readonly path: string;
  readonly body: Json;
  readonly at: Date;
  /** `status` of the body of a handled answer, else the HTTP status; `undefined` while and when none came whole */
  outcome: number | undefined;
}

/**
 * What goes wrong with a request:
 * - `429`, `500`, `1106`: the answer of that kind;
 * - `not placed`: the answer to an early update of an app with data, whose first task Swarm has not scheduled yet;
 * - `reset`: the connection breaks; `hang`: no answer, ever; `truncated`: half of the answer, then a reset;
 * - `captain crash`: the process dies here; `captain restart`: it is replaced, and answers a while longer.
 *
 * A function runs whatever a test needs at that moment, and the request goes on.
 */
export type FaultEffect =
  | "429"
  | "500"
  | "1106"
  | "not placed"
  | "reset"
  | "hang"
  | "truncated"
  | "captain crash"
  | "captain restart"
  | ((request: RecordedRequest) => void);

export type Fault = FaultTarget &
  (
    | {
        readonly effect: FaultEffect;
        /**
         * Before the captain has begun with the request, or after it has done its work.
         * @default "arrival"; always "answer" for `truncated`
         */
        readonly at?: "arrival" | "answer";
      }
    | {
        readonly effect: "captain crash" | ((request: RecordedRequest) => void);
        /** When the request, or the deploy that it started, has saved an app and not yet told the engine. */
        readonly at: "saved";
      }
  );

/** Which requests a fault hits. */
export interface FaultTarget {
  /** the request with this number. @default any */
  readonly ordinal?: number;
  /** @default any */
  readonly method?: string;
  /** the whole path below `/api/v2`, or a pattern of it. @default any */
  readonly path?: string | RegExp;
  /** how many requests it hits. @default 1 */
  readonly times?: number;
}

export interface DueFault {
  readonly effect: FaultEffect;
  readonly at: "arrival" | "saved" | "answer";
}

/** Faults waiting for their request. */
export class Faults {
  private waiting: { readonly fault: Fault; left: number }[] = [];

  inject(fault: Fault): void {
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.waiting = [];
  }

  /** how many hits have not come yet */
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
