import type { Precondition } from "../container-spec";
import { MIN_CPUS, MIN_MEMORY_MIB, RUNTIME_ID_RANGE } from "../hermes/container-contract";
import { escapeTemplate, expressionOf, isUnresolved } from "../support/tokens";
import type { AgentEnvironment } from "./environment";
import type { HermesAppProps } from "./props";

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
  const least = { memoryMiB: MIN_MEMORY_MIB, cpus: MIN_CPUS };
  for (const prop of ["memoryMiB", "cpus"] as const) {
    if (!isUnresolved(props[prop])) continue;
    const condition = `${expressionOf(props[prop])} >= ${least[prop]}`;
    checks.push({ prop, requirement: `must be at least ${least[prop]}`, condition });
  }
  for (const id of ["uid", "gid"] as const) {
    if (!isUnresolved(props.data[id])) continue;
    const { min, max } = RUNTIME_ID_RANGE;
    const condition = `${expressionOf(props.data[id])} >= ${min} && ${expressionOf(props.data[id])} <= ${max}`;
    checks.push({ prop: `data.${id}`, requirement: `must be from ${min} to ${max}`, condition });
  }
  const { source } = props.data;
  const paths: readonly [string, string | undefined][] = [
    ["data.hostPath", source.kind === "host-path" ? source.hostPath : undefined],
    ["secretsFile", props.secretsFile],
    ...(props.mounts ?? []).map(({ hostPath }, i): [string, string | undefined] => [
      `mounts[${i}].hostPath`,
      hostPath,
    ]),
  ];
  for (const [prop, path] of paths) {
    if (!isUnresolved(path)) continue;
    const condition = `startswith(${expressionOf(path)}, "/")`;
    checks.push({ prop, requirement: "must be an absolute path", condition });
  }
  return checks.map(({ prop, requirement, condition }) => ({
    condition,
    message: escapeTemplate(`${path}: ${prop} ${requirement}.`),
  }));
}
