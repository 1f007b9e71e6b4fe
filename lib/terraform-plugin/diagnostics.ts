/** What Terraform prints: errors and warnings, each with the place in the configuration that it is about. */
import type { Fields } from "./fields";
import { type AttributePath, type AttributePathStep, type Diagnostic, SEVERITY } from "./messages";
import type { From } from "./protobuf";
import { formatPath, type Path, ValueError } from "./value";

/** What a diagnostic says beside its summary. */
export interface Place {
  /** More words, shown below the summary. */
  readonly detail?: string;
  /** The attribute that it is about, such as `["ports", 0, "host"]`; Terraform prints its line. */
  readonly at?: Path;
}

/** An error that Terraform shows as it is: a summary, what to do about it, and where. */
export class TerraformError extends Error {
  override readonly name = "TerraformError";
  readonly detail: string | undefined;
  readonly at: Path | undefined;

  constructor(summary: string, { detail, at, cause }: Place & { readonly cause?: unknown } = {}) {
    super(summary, cause === undefined ? {} : { cause });
    this.detail = detail;
    this.at = at;
  }
}

/** Collects the diagnostics of one call. */
export class Report {
  private readonly entries: From<typeof Diagnostic>[] = [];

  /** @param redact takes secrets out of a text */
  constructor(
    private readonly fields: Fields,
    private readonly redact: (text: string) => string = (text) => text,
  ) {}

  get failed(): boolean {
    return this.entries.some((entry) => entry.severity === SEVERITY.error);
  }

  get diagnostics(): readonly From<typeof Diagnostic>[] {
    return this.entries;
  }

  readonly error = (summary: string, place: Place = {}): void => this.add(SEVERITY.error, summary, place);
  readonly warn = (summary: string, place: Place = {}): void => this.add(SEVERITY.warning, summary, place);

  /** @param doing what was being done, such as `Creating caprover_app failed` */
  thrown(error: unknown, doing: string): void {
    if (error instanceof TerraformError) {
      const causes = causesOf(error.cause);
      const detail = [error.detail, ...causes].filter((text) => text !== undefined).join("\n");
      this.error(error.message, { detail, ...(error.at === undefined ? {} : { at: error.at }) });
    } else if (error instanceof ValueError) {
      const where = error.path.length === 0 ? "" : `Attribute ${formatPath(error.path)}: `;
      this.error(doing, { detail: `${where}${error.message}.`, at: error.path });
    } else {
      this.error(doing, { detail: causesOf(error).join("\n") });
    }
  }

  private add(severity: number, summary: string, { detail = "", at = [] }: Place): void {
    const steps = pathSteps(this.fields, at);
    this.entries.push({
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
 * A path in the wire's form, which tells names from keys. It ends at a set, whose members have no place, and where
 * the schema doesn't know it.
 */
export function pathSteps(fields: Fields, path: Path): From<typeof AttributePathStep>[] {
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

/** A path in the wire's form. */
export function wirePath(fields: Fields, path: Path): From<typeof AttributePath> {
  return { steps: pathSteps(fields, path) };
}
