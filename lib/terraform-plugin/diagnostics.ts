/** Errors and warnings that Terraform prints. Each may name the attribute that it is about. */
import type { Fields } from "./fields";
import { type AttributePath, type AttributePathStep, type Diagnostic, SEVERITY } from "./messages";
import type { Encodable } from "./protobuf";
import { formatPath, type Path, ValueError } from "./value";

/** What a diagnostic says beside its summary. */
export interface DiagnosticOptions {
  /** What explains the problem and how to solve it. Terraform prints it below the summary. @default - none */
  readonly detail?: string;
  /** The attribute that it is about, such as `["ports", 0, "host"]`. Terraform prints its line. @default - none */
  readonly path?: Path;
}

/** Takes errors and warnings. A function that adds one goes on, so that it can report several problems at once. */
export interface Diagnostics {
  /** @param summary a short sentence without a full stop */
  addError(summary: string, options?: DiagnosticOptions): void;
  /** @param summary a short sentence without a full stop */
  addWarning(summary: string, options?: DiagnosticOptions): void;
  /** Whether an error was added. */
  hasError(): boolean;
}

/** An error that Terraform shows as it is: a summary, a detail, and the attribute that it is about. */
export class TerraformError extends Error {
  override readonly name = "TerraformError";
  /** As in {@link DiagnosticOptions}. */
  readonly detail: string | undefined;
  /** As in {@link DiagnosticOptions}. */
  readonly path: Path | undefined;

  /** @param options its `cause` is printed below the detail */
  constructor(
    summary: string,
    { detail, path, cause }: DiagnosticOptions & { readonly cause?: unknown } = {},
  ) {
    super(summary, cause === undefined ? {} : { cause });
    this.detail = detail;
    this.path = path;
  }
}

/** The diagnostics of one call, in the protocol's form. */
export class CollectedDiagnostics implements Diagnostics {
  private readonly collected: Encodable<typeof Diagnostic>[] = [];

  /** @param redact takes secrets out of a text */
  constructor(
    private readonly fields: Fields,
    private readonly redact: (text: string) => string = (text) => text,
  ) {}

  get entries(): readonly Encodable<typeof Diagnostic>[] {
    return this.collected;
  }

  hasError(): boolean {
    return this.collected.some(({ severity }) => severity === SEVERITY.error);
  }

  addError(summary: string, options: DiagnosticOptions = {}): void {
    this.add(SEVERITY.error, summary, options);
  }

  addWarning(summary: string, options: DiagnosticOptions = {}): void {
    this.add(SEVERITY.warning, summary, options);
  }

  /**
   * Adds what a function threw.
   * @param failure what failed, such as `Creating random_id failed`; the summary, unless the error has its own
   */
  addThrown(error: unknown, failure: string): void {
    if (error instanceof TerraformError) {
      const details = [error.detail, ...causesOf(error.cause)].filter((text) => text !== undefined);
      this.addError(error.message, { detail: details.join("\n"), path: error.path ?? [] });
    } else if (error instanceof ValueError) {
      const where = error.path.length === 0 ? "" : `Attribute ${formatPath(error.path)}: `;
      this.addError(failure, { detail: `${where}${error.message}.`, path: error.path });
    } else {
      this.addError(failure, { detail: causesOf(error).join("\n") });
    }
  }

  private add(severity: number, summary: string, { detail = "", path = [] }: DiagnosticOptions): void {
    const steps = pathSteps(this.fields, path);
    this.collected.push({
      severity,
      summary: this.redact(summary),
      detail: this.redact(detail),
      ...(steps.length === 0 ? {} : { attribute: { steps } }),
    });
  }
}

/** An error's message and those of its causes. */
function causesOf(error: unknown): string[] {
  if (error === undefined) return [];
  if (!(error instanceof Error)) return [String(error)];
  const inner = error instanceof AggregateError ? error.errors.flatMap(causesOf) : causesOf(error.cause);
  return [error.message === "" ? error.name : error.message, ...inner];
}

/**
 * The steps of a path in the protocol's form, which distinguishes names from keys. They end at a set, whose members have
 * no place, and where the schema has no such attribute.
 */
export function pathSteps(fields: Fields, path: Path): Encodable<typeof AttributePathStep>[] {
  const [name, ...rest] = path;
  if (typeof name !== "string") return [];
  const field = fields.get(name);
  if (field === undefined) return [];
  const here = { attribute_name: name };
  if (field.nesting === "single") return [here, ...pathSteps(field.children, rest)];
  const container = field.nesting === "value" ? field.type[0] : field.nesting;
  const [step, ...deeper] = rest;
  const isPlace =
    container === "list" ? typeof step === "number" : container === "map" && typeof step === "string";
  if (step === undefined || !isPlace) return [here];
  const key = typeof step === "number" ? { element_key_int: step } : { element_key_string: step };
  return [here, key, ...pathSteps(field.children, deeper)];
}

/** A path in the protocol's form. */
export function wirePath(fields: Fields, path: Path): Encodable<typeof AttributePath> {
  return { steps: pathSteps(fields, path) };
}
