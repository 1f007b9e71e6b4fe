/** One call into a provider's code: with its limits of time, and with whatever goes wrong told to Terraform. */
import { checkConfig } from "./config-check";
import { CollectedDiagnostics, TerraformError } from "./diagnostics";
import type { Fields } from "./fields";
import { filteredLogger, type Logger } from "./log";
import { decodePrivateState, encodePrivateState, type PrivateState } from "./private-state";
import type { Context, ValidateContext } from "./resource";
import { redactor, secretsIn } from "./secrets";
import type { ObjectValue } from "./value";

/** What the calls of one configured provider share. */
export interface Session {
  /** @throws TerraformError while the provider isn't configured */
  providerData(): unknown;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Secrets of the provider's own configuration. */
  readonly secrets: readonly string[];
  /** Remembers what may not be printed by what goes wrong outside of every call. */
  handles(secrets: readonly string[]): void;
}

/** How long a function that ignores its signal is waited for once its time is over. */
const GRACE_MS = 5000;

/** Hands a provider's function its context, and collects what it has to say. */
export class Operation {
  readonly diagnostics: CollectedDiagnostics;
  readonly privateState: PrivateState;
  readonly log: Logger;

  constructor(
    private readonly session: Session,
    fields: Fields,
    /** The values that this call handles, whose secrets must not be printed. */
    objects: readonly (ObjectValue | null)[],
    privateBytes: Uint8Array = new Uint8Array(),
  ) {
    const secrets = objects.flatMap((object) => secretsIn(fields, object));
    session.handles(secrets);
    const redact = redactor([...session.secrets, ...secrets]);
    this.diagnostics = new CollectedDiagnostics(fields, redact);
    this.log = filteredLogger(session.log, redact);
    this.privateState = decodePrivateState(privateBytes);
  }

  /** @returns undefined when the work failed, which the diagnostics then say */
  async run<T>(
    doing: string,
    work: (context: Context<unknown>) => Promise<T>,
    limitMs?: number,
  ): Promise<T | undefined> {
    try {
      return await withinTime(this.session.signal, limitMs, (signal) => work(this.context(signal)));
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
    return { providerData: this.session.providerData(), signal, log, privateState, diagnostics };
  }
}

/** A definition's own check of a configuration. */
export interface Validated {
  validateConfig?(config: ObjectValue, context: ValidateContext): void | Promise<void>;
}

/**
 * Reports everything in a configuration that the schema, its validators and the definition's own check refuse.
 * @param writeOnlyAllowed false for a Terraform that would store write-only values
 */
export async function validated(
  session: Session,
  fields: Fields,
  { name, definition }: { readonly name: string; readonly definition: Validated },
  config: ObjectValue,
  writeOnlyAllowed = true,
): Promise<{ readonly diagnostics: CollectedDiagnostics["entries"] }> {
  const { diagnostics } = new Operation(session, fields, [config]);
  try {
    checkConfig(fields, config, diagnostics, { writeOnlyAllowed, warnDeprecated: true });
    await definition.validateConfig?.(config, { diagnostics });
  } catch (error) {
    diagnostics.addThrown(error, `Checking ${name} failed`);
  }
  return { diagnostics: diagnostics.entries };
}

/**
 * Gives a function so long, and a few seconds more once its signal has told it that the time is over.
 * @throws TerraformError when that time is over, whatever the function throws then
 */
export async function withinTime<T>(
  stop: AbortSignal,
  limitMs: number | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (limitMs === undefined) return work(stop);
  const seconds = limitMs / 1000;
  const timeout = new TerraformError(`It took longer than ${seconds} s`, {
    detail:
      "See in the log what it waits for. Where the resource has a timeouts block, that raises the limit.",
  });
  const expiry = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const abandoned = new Promise<never>((_, reject) => {
    const expire = () => {
      expiry.abort(timeout);
      timers.push(setTimeout(reject, GRACE_MS, timeout));
    };
    timers.push(setTimeout(expire, limitMs));
  });
  try {
    return await Promise.race([work(AbortSignal.any([stop, expiry.signal])), abandoned]);
  } catch (error) {
    // Whatever an aborted function throws, the reason is the time.
    throw expiry.signal.aborted && !stop.aborted ? timeout : error;
  } finally {
    timers.forEach(clearTimeout);
  }
}
