/** Checks a configuration against its schema. */
import type { CollectedDiagnostics, Diagnostics } from "./diagnostics";
import { childrenOf, type Fields } from "./fields";
import { Operation } from "./operation";
import type { ValidateContext } from "./resource";
import type { Attribute, AttributeType, Problem, Validator } from "./schema";
import type { Session } from "./session";
import {
  formatPath,
  hasUnknown,
  isList,
  isObject,
  type ObjectValue,
  type Path,
  UNKNOWN,
  type Value,
} from "./value";

/** Something that has a configuration. */
interface Subject {
  /** For error messages. */
  readonly name: string;
  readonly definition: {
    validateConfig?(config: ObjectValue, context: ValidateContext): void | Promise<void>;
  };
}

/** Reports everything in a configuration that the schema, its validators or the subject's own check don't allow. */
export async function validateConfig(
  session: Session,
  fields: Fields,
  { name, definition }: Subject,
  config: ObjectValue,
  options: Pick<CheckOptions, "writeOnlyAllowed"> = {},
): Promise<{ readonly diagnostics: CollectedDiagnostics["entries"] }> {
  const { diagnostics } = new Operation(session, fields, [config]);
  try {
    checkConfig(fields, config, diagnostics, { ...options, warnDeprecated: true });
    await definition.validateConfig?.(config, { diagnostics });
  } catch (error) {
    diagnostics.addThrown(error, `Checking ${name} failed`);
  }
  return { diagnostics: diagnostics.entries };
}

interface CheckOptions {
  /** Terraform and OpenTofu before 1.11 would store write-only values. @default true */
  readonly writeOnlyAllowed?: boolean;
  /** A deprecation is reported once, when Terraform validates the configuration. @default false */
  readonly warnDeprecated?: boolean;
}

/** Reports everything in a configuration that the schema or its validators don't allow. */
export function checkConfig(
  fields: Fields,
  config: ObjectValue,
  diagnostics: Diagnostics,
  options: CheckOptions = {},
): void {
  checkObject(config, fields, [], (attribute, value, path) =>
    checkAttribute(attribute, value, path, diagnostics, options),
  );
}

type CheckAttribute = (attribute: Attribute, value: Value, path: Path) => void;

function checkObject(object: ObjectValue, fields: Fields, at: Path, check: CheckAttribute): void {
  for (const [name, field] of fields) {
    const value = object[name] ?? null;
    if (value === null || value === UNKNOWN) continue;
    const path = [...at, name];
    if (field.attribute !== undefined) check(field.attribute, value, path);
    for (const child of childrenOf(field, value)) {
      checkObject(child.object, field.children, [...path, ...child.step], check);
    }
  }
}

function checkAttribute(
  attribute: Attribute,
  value: Value,
  path: Path,
  diagnostics: Diagnostics,
  { writeOnlyAllowed = true, warnDeprecated = false }: CheckOptions,
): void {
  const name = formatPath(path);
  if (attribute.deprecationMessage !== undefined && warnDeprecated) {
    diagnostics.addWarning(`Attribute ${name} is deprecated`, { detail: attribute.deprecationMessage, path });
  }
  if (attribute.mode === "computed") {
    const detail = "The provider sets it. Remove it here.";
    diagnostics.addError(`Attribute ${name} can't be set`, { detail, path });
    return;
  }
  if (attribute.mode === "writeOnly" && !writeOnlyAllowed) {
    const detail =
      "It is write-only. This version of Terraform or OpenTofu doesn't know such attributes, and would store the value.";
    diagnostics.addError(`Attribute ${name} needs Terraform or OpenTofu 1.11 or later`, { detail, path });
  }
  for (const problem of problemsOf(attribute, value)) {
    const [text, deeper] = typeof problem === "string" ? [problem, []] : [problem.problem, problem.path];
    const where = [...path, ...deeper];
    diagnostics.addError(`Invalid value for ${formatPath(where)}`, { detail: sentence(text), path: where });
  }
}

function problemsOf(attribute: Attribute, value: Value): readonly Problem[] {
  const problems = [...typeProblems(attribute.type, value)];
  if (problems.length > 0 || hasUnknown(value)) return problems;
  return validatorsOf(attribute).flatMap((validate) => validate(value) ?? []);
}

/** Validators are kept without the type of their value. They only ever see values of their own attribute. */
function validatorsOf(attribute: Attribute): readonly Validator<Value>[];
function validatorsOf({ validators = [] }: Attribute): readonly Validator<never>[] {
  return validators;
}

/**
 * What Terraform's own types allow and this library does not: null elements, unless their type takes null, and numbers
 * that code can't hold.
 */
function* typeProblems(type: AttributeType, value: Value, path: Path = []): Generator<Problem> {
  if (value === UNKNOWN || type.kind === "nested") return;
  if (type.kind === "primitive") {
    if (!type.accepts(value)) yield { path, problem: `the value must be ${type.expected}` };
    return;
  }
  const items = isList(value) ? value.map((item, index) => [index, item] as const) : [];
  const entries = isObject(value) ? Object.entries(value) : [];
  const takesNull = type.element.kind === "primitive" && type.element.accepts(null);
  for (const [step, item] of [...items, ...entries]) {
    if ((item === null || item === undefined) && !takesNull) {
      yield { path: [...path, step], problem: "null is not allowed here: leave the element out" };
    } else yield* typeProblems(type.element, item ?? null, [...path, step]);
  }
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(capital) ? capital : `${capital}.`;
}
