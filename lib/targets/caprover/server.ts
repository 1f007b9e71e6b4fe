/** One name for each CapRover server, however a program writes its address. */
import type { Construct } from "constructs";
import { referenceOf } from "../../support/terraform-values";

/**
 * Names the server at that address, or at the environment's. The machine that synthesizes is expected to have the
 * environment of the one that plans.
 */
export function serverAt(
  scope: Construct,
  address: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const url = referenceOf(scope, address ?? environment["CAPROVER_URL"] ?? "").trim();
  return `caprover ${URL.canParse(url) ? new URL(url).host.replace(/\.(?=:|$)/, "") : url}`;
}
