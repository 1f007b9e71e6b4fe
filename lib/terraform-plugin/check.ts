/** The checks that follow from a schema: of a configuration, and of what a resource hands back. */
import type { Diagnostics } from "./diagnostics";
import { childrenOf, type Field, type Fields, nestedOf } from "./fields";
import { firstDifference } from "./plan";
import type { Attribute, AttributeType, ElementType, Problem, Validator } from "./schema";
import {
  elementType,
  equal,
  fingerprint,
  formatPath,
  hasUnknown,
  isList,
  isObject,
  type ObjectValue,
  type Path,
  UNKNOWN,
  type Value,
} from "./value";

interface ConfigRules {
  /** Terraform before 1.11 would store write-only values. */
  readonly writeOnlyAllowed: boolean;
  /** Deprecations are told once, when the configuration is validated. */
  readonly warnDeprecated: boolean;
}

/** Reports everything in a configuration that the schema and its validators refuse. */
export function checkConfig(
  fields: Fields,
  config: ObjectValue,
  diagnostics: Diagnostics,
  rules: ConfigRules,
  at: Path = [],
): void {
  for (const [name, field] of fields) {
    const value = config[name] ?? null;
    if (value === null || value === UNKNOWN) continue;
    const path = [...at, name];
    if (field.attribute !== undefined) checkAttribute(field.attribute, value, path, diagnostics, rules);
    for (const child of childrenOf(field, value)) {
      checkConfig(field.children, child.object, diagnostics, rules, [...path, ...child.step]);
    }
  }
}

function checkAttribute(
  attribute: Attribute,
  value: Value,
  path: Path,
  diagnostics: Diagnostics,
  rules: ConfigRules,
): void {
  const name = formatPath(path);
  if (attribute.deprecationMessage !== undefined && rules.warnDeprecated) {
    diagnostics.addWarning(`Attribute ${name} is deprecated`, { detail: attribute.deprecationMessage, path });
  }
  if (attribute.mode === "writeOnly" && !rules.writeOnlyAllowed) {
    const detail =
      "It is write-only, which Terraform knows since 1.11: this version would store it in its state.";
    diagnostics.addError(`Attribute ${name} needs Terraform 1.11 or later`, { detail, path });
  }
  if (attribute.mode === "computed") {
    diagnostics.addError(`Attribute ${name} can't be set`, {
      detail: "The provider sets it: remove it here.",
      path,
    });
    return;
  }
  const problems = [...typeProblems(attribute.type, value)];
  if (problems.length === 0 && !hasUnknown(value)) {
    for (const validate of validatorsOf(attribute)) {
      const problem = validate(value);
      if (problem !== undefined) problems.push(problem);
    }
  }
  for (const problem of problems) {
    const [detail, deeper] = typeof problem === "string" ? [problem, []] : [problem.problem, problem.path];
    const where = [...path, ...deeper];
    diagnostics.addError(`Invalid value for ${formatPath(where)}`, { detail: sentence(detail), path: where });
  }
}

/** Validators are kept without the type of their value. They only ever see values of their own attribute. */
function validatorsOf(attribute: Attribute): readonly Validator<Value>[];
function validatorsOf({ validators = [] }: Attribute): readonly Validator<never>[] {
  return validators;
}

/** What Terraform's own types let through: null elements, and numbers that code can't hold. */
function* typeProblems(spec: AttributeType | ElementType, value: Value, path: Path = []): Generator<Problem> {
  if (value === UNKNOWN || spec.kind === "nested") return;
  if (spec.kind === "primitive") {
    if (!spec.accepts(value)) yield { path, problem: `the value has to be ${spec.wanted}` };
    return;
  }
  const items = isList(value) ? value.map((item, index) => [index, item] as const) : [];
  const entries = isObject(value) ? Object.entries(value) : [];
  for (const [step, item] of [...items, ...entries]) {
    if (item === null || item === undefined) {
      yield { path: [...path, step], problem: "null is not allowed here: leave the element out" };
    } else yield* typeProblems(spec.element, item, [...path, step]);
  }
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(capital) ? capital : `${capital}.`;
}

/** Reports where a result is not what the plan promised, or not wholly known. */
export function checkResult(
  fields: Fields,
  planned: ObjectValue,
  result: ObjectValue,
  diagnostics: Diagnostics,
): void {
  for (const [name, field] of fields) {
    const promised = planned[name] ?? null;
    const found = result[name] ?? null;
    if (hasUnknown(found)) {
      const detail = "The provider returned no value for it. This is a fault in the provider.";
      diagnostics.addError(`No value for ${name}`, { detail, path: [name] });
    } else if (!hasUnknown(promised) && !equal(field.type, promised, found)) {
      reportBrokenPromise(name, field, promised, found, diagnostics);
    }
  }
}

function reportBrokenPromise(
  name: string,
  field: Field,
  promised: Value,
  found: Value,
  diagnostics: Diagnostics,
): void {
  const deeper = firstDifference(field, promised, found);
  const path = [name, ...deeper];
  const shown = (value: Value) => (isSensitive(field) ? "(sensitive value)" : printed(field, value, deeper));
  const detail = `Planned: ${shown(promised)}. After apply: ${shown(found)}. This is a fault in the provider.`;
  diagnostics.addError(`${formatPath(path)} is not what was planned`, { detail, path });
}

function isSensitive(field: Field): boolean {
  const inside = field.attribute === undefined ? undefined : nestedOf(field.attribute.type);
  const sensitive = field.attribute?.sensitive === true || field.attribute?.mode === "writeOnly";
  return (
    sensitive ||
    ((inside !== undefined || field.attribute === undefined) &&
      [...field.children.values()].some(isSensitive))
  );
}

const MAX_PRINTED_CHARACTERS = 200;

function printed(field: Field, value: Value, path: Path): string {
  let [type, inner]: [typeof field.type, Value | undefined] = [field.type, value];
  for (const step of path) {
    type = elementType(type, step);
    inner = isList(inner) ? inner[Number(step)] : isObject(inner) ? inner[step] : null;
  }
  const text = fingerprint(type, inner);
  return text.length <= MAX_PRINTED_CHARACTERS ? text : `${text.slice(0, MAX_PRINTED_CHARACTERS)}…`;
}
