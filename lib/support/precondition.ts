import { escapeTemplate, expressionOf } from "./tokens";

/** A condition that only Terraform can check. */
export interface Precondition {
  /** A Terraform expression, without `${}` around it. */
  readonly condition: string;
  readonly message: string;
}

/** @param path of the construct that has the prop */
export function precondition(
  path: string,
  { prop, requirement, condition }: { prop: string; requirement: string; condition: string },
): Precondition {
  return { condition, message: escapeTemplate(`${path}: ${prop} ${requirement}.`) };
}

/** For a path that only Terraform knows. */
export function absolutePath(prop: string, path: string) {
  return {
    prop,
    requirement: "must be an absolute path",
    condition: `startswith(${expressionOf(path)}, "/")`,
  };
}

/** A resource's `lifecycle` with these preconditions; undefined if there are none. */
export function lifecycleOf(preconditions: readonly Precondition[]) {
  if (preconditions.length === 0) return undefined;
  return {
    precondition: preconditions.map(({ condition, message }) => ({
      condition: `\${${condition}}`,
      errorMessage: message,
    })),
  };
}
