/** Settings whose change the Docker provider neither applies nor turns into a replacement, and the label that does. */
import { createHash } from "node:crypto";
import { Fn, Op, Token } from "cdktf";
import type { HealthCheck } from "../../server-spec";
import { escapedText, expressionOf, isUnresolved } from "../../support/tokens";

/**
 * Carries a hash of settings whose change the provider would ignore, so that a change replaces the container: health
 * check, init and CPU quota (#988), and mounts, of which the provider compares only the number.
 */
export const SETTINGS_LABEL = "cdktf-hermes.settings";

/**
 * Marks the container of a server beside agents, and carries a hash as `SETTINGS_LABEL` does. Whoever looks for agents
 * must not take it for one.
 */
export const SERVER_LABEL = "cdktf-hermes.server";

/** `cpus` makes provider 3.6.2 panic (#759). */
export function cpuLimit(cpus: number | undefined) {
  if (cpus === undefined) return {};
  const quota = isUnresolved(cpus)
    ? Fn.floor(Token.asNumber(Op.mul(cpus, CPU_PERIOD)))
    : Math.round(cpus * CPU_PERIOD);
  return { cpuPeriod: CPU_PERIOD, cpuQuota: quota };
}

/** Microseconds; the kernel's default. */
const CPU_PERIOD = 100_000;

export function healthCheckBlock(check: HealthCheck) {
  return {
    test: check.test.map(escapedText),
    interval: goDuration(check.intervalSeconds),
    timeout: goDuration(check.timeoutSeconds),
    startPeriod: goDuration(check.startPeriodSeconds),
    retries: check.retries,
  };
}

/** The time until the engine itself would report the container as unhealthy, and one interval more. */
export function waitSeconds(check: HealthCheck): number {
  return check.startPeriodSeconds + (check.retries + 1) * (check.intervalSeconds + check.timeoutSeconds);
}

/**
 * A duration as Go prints it. The provider compares durations as text, so `180s` would differ from `3m0s` in every
 * plan.
 */
export function goDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

/** A hash of settings that may hold tokens. Terraform adds a hash of the values that only it knows. */
export function settingsHash(settings: object): string {
  const expressions: string[] = [];
  const literal = JSON.stringify(settings, (_key, value: unknown) => {
    if (!isTokenValue(value)) return value;
    expressions.push(expressionOf(value));
    return `token ${expressions.length}`;
  });
  const hash = createHash("sha256").update(literal).digest("hex").slice(0, HASH_LENGTH);
  if (expressions.length === 0) return hash;
  return `${hash}-\${substr(sha256(join("\\n", [${expressions.join(", ")}])), 0, ${HASH_LENGTH})}`;
}

const HASH_LENGTH = 16;

function isTokenValue(value: unknown): boolean {
  return (typeof value === "string" || typeof value === "number") && isUnresolved(value);
}
