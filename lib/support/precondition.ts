import { escapeTemplate, expressionOf } from "./tokens";

/** A condition that only Terraform can check. */
export interface Precondition {
  /** A Terraform expression, without `${}` around it. */
  readonly condition: string;
  readonly message: string;
  /** An expression for the value of which this holds, where null could stand for a value that is elsewhere. */
  readonly unlessNull?: string;
}

/** @param path of the construct that has the prop */
export function precondition(
  path: string,
  { prop, requirement, ...checked }: { prop: string; requirement: string } & Omit<Precondition, "message">,
): Precondition {
  return { ...checked, message: escapeTemplate(`${path}: ${prop} ${requirement}.`) };
}

/** For a path that only Terraform knows. */
export function absolutePath(prop: string, path: string) {
  return {
    prop,
    requirement: "must be an absolute path",
    condition: `startswith(${expressionOf(path)}, "/")`,
  };
}

/** The same for a target on which null keeps the value that the agent has. */
export const nullKeepsValue = ({ unlessNull, ...check }: Precondition): Precondition =>
  unlessNull === undefined
    ? check
    : { ...check, condition: `${unlessNull} == null ? true : (${check.condition})` };

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
