/** What the calls of one configured provider share. */
import { TerraformError } from "./diagnostics";
import { filteredLogger, type Logger } from "./log";
import { redactor } from "./secrets";

/** One provider with one configuration. */
export class Session {
  private configured: { readonly providerData: unknown } | undefined;
  private stopping = new AbortController();
  private configuredSecrets: readonly string[] = [];
  private readonly seenSecrets = new Set<string>();
  /** For what belongs to no call. It prints no secret that any call has seen. */
  readonly log: Logger;

  /** @param unfilteredLog each call takes its own secrets out of what it prints there */
  constructor(readonly unfilteredLog: Logger) {
    this.log = filteredLogger(unfilteredLog, (text) => this.redact(text));
  }

  /**
   * What the provider's `configure` returned.
   * @throws TerraformError while the provider is not configured
   */
  get providerData(): unknown {
    if (this.configured === undefined) throw new TerraformError("The provider is not configured");
    return this.configured.providerData;
  }

  /** Aborts when the provider is stopped. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** The secrets of the provider's own configuration. */
  get secrets(): readonly string[] {
    return this.configuredSecrets;
  }

  /** Begins anew: a process that serves several runs of Terraform, as in tests, is configured after each stop. */
  restart(secrets: readonly string[]): void {
    this.stopping = new AbortController();
    this.configuredSecrets = secrets;
    this.configured = undefined;
  }

  configure(providerData: unknown): void {
    this.configured = { providerData };
  }

  /** Aborts what runs. */
  stop(reason: string): void {
    this.stopping.abort(new TerraformError(reason));
  }

  /** Remembers secrets, so that errors outside of the call that has them don't print them either. */
  remember(secrets: readonly string[]): void {
    for (const secret of secrets) this.seenSecrets.add(secret);
  }

  /** Takes every secret that any call has seen out of a text. */
  redact(text: string): string {
    return redactor([...this.seenSecrets])(text);
  }
}
