import { MIN_CPUS, MIN_MEMORY_MIB, RUNTIME_ID_RANGE } from "../hermes/container-contract";
import type { AgentSubject } from "../rules/subject";
import { absolutePath, type Precondition, precondition } from "../support/precondition";
import { expressionOf, isUnresolved } from "../support/tokens";
import { givenMounts } from "./settings/mounts";

type Check = { readonly prop: string; readonly requirement: string } & Omit<Precondition, "message">;

/** Checks of values that only Terraform knows, in the same words as the checks at synthesis. */
export function preconditions(
  path: string,
  { settings, data, secrets, profiles }: AgentSubject,
): readonly Precondition[] {
  const all = [...secrets, ...profiles.flatMap((profile) => profile.secrets)];
  const checks: Check[] = all.flatMap(({ prop, value, checks }) =>
    isUnresolved(value)
      ? checks.map(({ requirement, condition }) => ({
          prop,
          requirement,
          condition: condition(expressionOf(value)),
          unlessNull: expressionOf(value),
        }))
      : [],
  );
  const least = { memoryMiB: MIN_MEMORY_MIB, cpus: MIN_CPUS, shmMiB: 1 };
  for (const prop of ["memoryMiB", "cpus", "shmMiB"] as const) {
    if (!isUnresolved(settings[prop])) continue;
    const condition = `${expressionOf(settings[prop])} >= ${least[prop]}`;
    checks.push({ prop, requirement: `must be at least ${least[prop]}`, condition });
  }
  for (const id of ["uid", "gid"] as const) {
    if (!isUnresolved(data[id])) continue;
    const { min, max } = RUNTIME_ID_RANGE;
    const condition = `${expressionOf(data[id])} >= ${min} && ${expressionOf(data[id])} <= ${max}`;
    checks.push({ prop: `data.${id}`, requirement: `must be from ${min} to ${max}`, condition });
  }
  const { source } = data;
  const paths: [string, string | undefined][] = [
    ["data.hostPath", source.kind === "host-path" ? source.hostPath : undefined],
    ...givenMounts(settings).flatMap(({ prop, mount }): [string, string | undefined][] => [
      [`${prop}.hostPath`, mount.hostPath],
      [`${prop}.target`, mount.target],
    ]),
  ];
  for (const [prop, hostPath] of paths) {
    if (hostPath !== undefined && isUnresolved(hostPath)) checks.push(absolutePath(prop, hostPath));
  }
  for (const [host, address] of Object.entries(settings.extraHosts ?? {})) {
    if (!isUnresolved(address)) continue;
    const value = expressionOf(address);
    const isHost = (bits: string) => `can(cidrhost(join("/", [${value}, "${bits}"]), 0))`;
    checks.push({
      prop: `extraHosts.${host}`,
      requirement: "must be an IP address, or host-gateway",
      condition: `${value} == "host-gateway" || ${isHost("32")} || ${isHost("128")}`,
    });
  }
  return checks.map((check) => precondition(path, check));
}
