import { compareNumbers } from "./compare-numbers";

/**
 * Terraform's version constraints, such as `>= 1.2, < 2` or `~> 1.5`.
 *
 * https://developer.hashicorp.com/terraform/language/expressions/version-constraints
 */
const PART = /^\s*(=|!=|>=?|<=?|~>)?\s*v?(\d+(?:\.\d+){0,2})(-[0-9A-Za-z.-]+)?\s*$/;

/** Whether the version meets all parts. Undefined if one of the two can't be read. */
export function meets(version: string, constraint: string): boolean | undefined {
  const [, , numbers, before] = PART.exec(version) ?? [];
  if (numbers === undefined) return undefined;
  const given = partsOf(numbers);
  const results = constraint.split(",").map((part) => {
    const [, operator = "=", wanted, wantedBefore] = PART.exec(part) ?? [];
    if (wanted === undefined) return undefined;
    // A version before a release meets only the constraint that names it.
    if ((before ?? "") !== (wantedBefore ?? "")) return operator === "!=";
    return compares(operator, given, wanted);
  });
  return results.includes(undefined) ? undefined : results.every((result) => result === true);
}

function compares(operator: string, given: readonly number[], wanted: string): boolean {
  const order = compareNumbers(given, partsOf(wanted));
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    default: {
      // All parts but the last one that is written must be the same.
      const kept = Math.max(1, wanted.split(".").length - 1);
      return order >= 0 && compareNumbers(given.slice(0, kept), partsOf(wanted).slice(0, kept)) === 0;
    }
  }
}

function partsOf(numbers: string): readonly number[] {
  const [major = 0, minor = 0, patch = 0] = numbers.split(".").map(Number);
  return [major, minor, patch];
}
