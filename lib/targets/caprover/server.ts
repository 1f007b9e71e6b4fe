import type { Construct } from "constructs";
import { serverAt } from "../../caprover/server";
import { referenceOf } from "../../support/terraform-values";

/**
 * Names the server at that address, or at the environment's. The machine that synthesizes is expected to have the
 * environment of the one that plans.
 */
export function serverName(
  scope: Construct,
  address: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  return `caprover ${serverAt(referenceOf(scope, address ?? environment["CAPROVER_URL"] ?? "").trim())}`;
}
