/** Checks what a resource or data source returns against what was planned. */
import type { Diagnostics } from "./diagnostics";
import { childrenOf, counterpart, type Field, type Fields, isSensitive } from "./fields";
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
  type Type,
  type Value,
} from "./value";

const BUG = "This is a bug in the provider.";

export interface ResultOptions {
  /** A value that is open may stay unknown until the apply. @default false */
  readonly mayBeUnknown?: boolean;
}

/** Reports where a result is not what was planned, and where it holds unknown values. */
export function checkResult(
  fields: Fields,
  planned: ObjectValue,
  result: ObjectValue,
  diagnostics: Diagnostics,
  { mayBeUnknown = false }: ResultOptions = {},
): void {
  for (const [name, field] of fields) {
    const promised = planned[name] ?? null;
    const found = result[name] ?? null;
    if (hasUnknown(found) && mayBeUnknown && hasUnknown(promised)) continue;
    if (hasUnknown(found)) {
      const detail = `The provider returned no value for it. ${BUG}`;
      diagnostics.addError(`No value for ${name}`, { detail, path: [name] });
    } else if (!hasUnknown(promised) && !equal(field.type, promised, found)) {
      const deeper = firstDifference(field, promised, found);
      const path = [name, ...deeper];
      const show = (value: Value) =>
        holdsSensitive(field) ? "(sensitive value)" : printed(field.type, value, deeper);
      const detail = `Planned: ${show(promised)}. After apply: ${show(found)}. ${BUG}`;
      diagnostics.addError(`${formatPath(path)} is not what was planned`, { detail, path });
    }
  }
}

function holdsSensitive(field: Field): boolean {
  return isSensitive(field) || [...field.children.values()].some(holdsSensitive);
}

const MAX_PRINTED_CHARACTERS = 200;

/** What lies at a path inside a value, as text. */
function printed(type: Type, value: Value | undefined, [step, ...deeper]: Path): string {
  if (step !== undefined) {
    const inner = isList(value) ? value[Number(step)] : isObject(value) ? value[step] : null;
    return printed(elementType(type, step), inner, deeper);
  }
  const text = fingerprint(type, value);
  return text.length <= MAX_PRINTED_CHARACTERS ? text : `${text.slice(0, MAX_PRINTED_CHARACTERS)}…`;
}

/** The path to the first difference of two values of a field. It ends at a set, whose members have no place. */
function firstDifference(field: Field, left: Value | undefined, right: Value | undefined): Path {
  if (field.nesting === "set") return [];
  if (field.nesting === "value") return plainDifference(field.type, left, right);
  const children = childrenOf(field, left);
  if (children.length !== childrenOf(field, right).length) return [];
  for (const child of children) {
    const other = counterpart(field, right, child);
    if (other === undefined) return [];
    for (const [name, inner] of field.children) {
      if (equal(inner.type, child.object[name], other[name])) continue;
      return [...child.step, name, ...firstDifference(inner, child.object[name], other[name])];
    }
  }
  return [];
}

function plainDifference(type: Type, left: Value | undefined, right: Value | undefined): Path {
  const differs = (step: string | number, mine: Value | undefined, yours: Value | undefined) =>
    !equal(elementType(type, step), mine, yours);
  if (type[0] === "list" && isList(left) && isList(right) && left.length === right.length) {
    const index = left.findIndex((item, at) => differs(at, item, right[at]));
    return index < 0 ? [] : [index];
  }
  if (type[0] === "map" && isObject(left) && isObject(right)) {
    const key = Object.keys({ ...left, ...right }).find((one) => differs(one, left[one], right[one]));
    return key === undefined ? [] : [key];
  }
  return [];
}
