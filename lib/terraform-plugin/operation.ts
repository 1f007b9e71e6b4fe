/** One call of a provider's function: its context, its timeout, and the diagnostics of whatever goes wrong. */
import { CollectedDiagnostics, TerraformError } from "./diagnostics";
import type { Fields } from "./fields";
import { filteredLogger, type Logger } from "./log";
import { decodePrivateState, encodePrivateState, type PrivateState } from "./private-state";
import type { Context } from "./resource";
import { redactor, secretsIn } from "./secrets";
import type { Session } from "./session";
import type { ObjectValue } from "./value";

/** How long a function that ignores its signal may go on after its timeout. */
const GRACE_MS = 5000;

interface RunOptions {
  /** @default - no timeout */
  readonly timeoutMs?: number | undefined;
  /** What ends the function early. @default - a stop of the provider */
  readonly stop?: AbortSignal;
}

/** Gives a provider's function its context, and collects its diagnostics. */
export class Operation {
  readonly diagnostics: CollectedDiagnostics;
  readonly privateState: PrivateState;
  readonly log: Logger;

  constructor(
    private readonly session: Session,
    fields: Fields,
    /** The objects that this call handles, whose secrets must not be printed. */
    objects: readonly (ObjectValue | null)[],
    privateBytes: Uint8Array = new Uint8Array(),
  ) {
    const secrets = objects.flatMap((object) => secretsIn(fields, object));
    session.remember(secrets);
    const redact = redactor([...session.secrets, ...secrets]);
    this.diagnostics = new CollectedDiagnostics(fields, redact);
    this.log = filteredLogger(session.unfilteredLog, redact);
    this.privateState = decodePrivateState(privateBytes);
  }

  /**
   * Runs a function. What it throws becomes a diagnostic.
   * @param doing such as `Creating random_id`
   * @returns undefined when it threw
   */
  async run<T>(
    doing: string,
    work: (context: Context<unknown>) => Promise<T>,
    { timeoutMs, stop = this.session.signal }: RunOptions = {},
  ): Promise<T | undefined> {
    try {
      return await withinTime(stop, timeoutMs, (signal) => work(this.context(signal)));
    } catch (error) {
      this.log.debug(`${doing} failed`, {
        stack: error instanceof Error ? (error.stack ?? "") : String(error),
      });
      this.diagnostics.addThrown(error, `${doing} failed`);
      return undefined;
    }
  }

  /** The private state as it is now, in the protocol's form. */
  encodePrivateState(): Uint8Array {
    return encodePrivateState(this.privateState);
  }

  private context(signal: AbortSignal): Context<unknown> {
    const { diagnostics, log, privateState } = this;
    return { providerData: this.session.providerData, signal, log, privateState, diagnostics };
  }
}

/**
 * Runs a function with a timeout. Its signal aborts at the timeout. A function that ignores the signal is abandoned a
 * few seconds later.
 * @throws TerraformError after the timeout, whatever the function throws then
 */
export async function withinTime<T>(
  stop: AbortSignal,
  timeoutMs: number | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeoutMs === undefined) return work(stop);
  const timeout = new TerraformError(`It took longer than ${timeoutMs / 1000} s`, {
    detail: "The log says what it waited for. If the resource has a timeouts block, raise the limit there.",
  });
  const expiry = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const abandoned = new Promise<never>((_, reject) => {
    const expire = () => {
      expiry.abort(timeout);
      timers.push(setTimeout(reject, GRACE_MS, timeout));
    };
    timers.push(setTimeout(expire, timeoutMs));
  });
  try {
    return await Promise.race([work(AbortSignal.any([stop, expiry.signal])), abandoned]);
  } catch (error) {
    // Whatever an aborted function throws, the timeout is the reason.
    throw expiry.signal.aborted && !stop.aborted ? timeout : error;
  } finally {
    timers.forEach(clearTimeout);
  }
}
