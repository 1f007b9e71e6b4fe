import type { AgentEnvironment } from "./agent-environment";
import type { Precondition } from "./container-spec";
import { MIN_MEMORY_MIB, RUNTIME_ID_RANGE } from "./hermes/container-contract";
import type { HermesAppProps } from "./hermes-app-props";
import { escapeTemplate, expressionOf, isUnresolved } from "./tokens";

/** What only Terraform can test, in the same words as the refusals here. */
export function preconditions(
  path: string,
  props: HermesAppProps,
  environment: AgentEnvironment,
): readonly Precondition[] {
  const checks = environment.secrets.flatMap(({ prop, value, checks }) =>
    isUnresolved(value)
      ? checks.map(({ requirement, condition }) => ({
          prop,
          requirement,
          condition: condition(expressionOf(value)),
        }))
      : [],
  );
  if (isUnresolved(props.memoryMiB)) {
    const condition = `${expressionOf(props.memoryMiB)} >= ${MIN_MEMORY_MIB}`;
    checks.push({ prop: "memoryMiB", requirement: `must be at least ${MIN_MEMORY_MIB}`, condition });
  }
  for (const id of ["uid", "gid"] as const) {
    if (!isUnresolved(props.data[id])) continue;
    const { min, max } = RUNTIME_ID_RANGE;
    const condition = `${expressionOf(props.data[id])} >= ${min} && ${expressionOf(props.data[id])} <= ${max}`;
    checks.push({ prop: `data.${id}`, requirement: `must be from ${min} to ${max}`, condition });
  }
  const { source } = props.data;
  if (source.kind === "host-path" && isUnresolved(source.hostPath)) {
    const condition = `startswith(${expressionOf(source.hostPath)}, "/")`;
    checks.push({ prop: "data.hostPath", requirement: "must be an absolute path", condition });
  }
  return checks.map(({ prop, requirement, condition }) => ({
    condition,
    message: escapeTemplate(`${path}: ${prop} ${requirement}.`),
  }));
}
