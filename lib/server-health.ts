import type * as z from "zod";
import type { HealthCheck } from "./server-spec";
import { anyText, listOf, literalWholeNumber, optional, propsSchema } from "./support/validation";

/** How the engine finds out whether a server beside agents can be used. */
export interface ServerHealth {
  /** The check in Docker's form: `["CMD", program, …]` or `["CMD-SHELL", command]`. It runs in the server's container. */
  readonly test: readonly string[];
  /** Time between two checks. The first one comes after one interval. @default 5 */
  readonly intervalSeconds?: number;
  /** How long one check may take. @default 5 */
  readonly timeoutSeconds?: number;
  /** Failures in a row until it counts as unhealthy. @default 6 */
  readonly retries?: number;
  /** During this time after the start, failures do not count. @default 60 */
  readonly startPeriodSeconds?: number;
}

export function serverHealthShape(): z.ZodType {
  const seconds = (least: number) => optional(literalWholeNumber(least, 86_400, "seconds"));
  return propsSchema<ServerHealth>({
    test: listOf(anyText()).refine(
      // The shell takes what follows the command for its own arguments.
      (test) =>
        Array.isArray(test) &&
        (test[0] === "CMD" ? test.length > 1 : test[0] === "CMD-SHELL" && test.length === 2),
      '["CMD", program, …], such as ["CMD", "curl", "-fsS", "http://127.0.0.1:8080"], or ["CMD-SHELL", "the whole command"]',
    ),
    intervalSeconds: seconds(1),
    timeoutSeconds: seconds(1),
    retries: optional(literalWholeNumber(1, 1000, "")),
    startPeriodSeconds: seconds(0),
  });
}

/** With the defaults filled in. */
export function healthCheckOf(health: ServerHealth | undefined): HealthCheck | undefined {
  if (health === undefined) return undefined;
  const { test, intervalSeconds = 5, timeoutSeconds = 5, retries = 6, startPeriodSeconds = 60 } = health;
  return { test, intervalSeconds, timeoutSeconds, retries, startPeriodSeconds };
}
