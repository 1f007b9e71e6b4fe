/** An app as Terraform's state has it. */
import { isKnown } from "../../../terraform-plugin";
import type { App } from "../../captain/app";
import type { AppList, Captain } from "../../captain/client";
import { SecretDigests } from "../../secrets/digests";
import { readOverride } from "../../settings/override";
import { type Computed, computedOf } from "./computed";
import { readRows } from "./row";
import { type AppPlanned, type AppState, rows } from "./schema";

/**
 * The result of an apply, with the planned value of what somebody else may have changed between plan and apply, such as
 * a CI that deploys: Terraform would take a difference for a fault. The next refresh shows what is there.
 */
export function asPlanned<T extends Computed>(
  planned: Pick<AppPlanned, "image" | "deployed_version" | "url">,
  found: T,
): T {
  const { image, deployed_version: version, url } = planned;
  return {
    ...found,
    image: isKnown(image) ? image : found.image,
    deployed_version: isKnown(version) ? version : found.deployed_version,
    url: isKnown(url) ? url : found.url,
  };
}

/** @param prior its spelling of a value is kept where the meaning is the same */
export function stateOf(
  app: App,
  list: AppList,
  captain: Captain,
  prior: AppState,
  digests: SecretDigests,
  hasSeveralNodes = false,
): AppState {
  const seen = {
    app,
    computed: computedOf(app, list, captain),
    service: readOverride(app),
    hasSeveralNodes,
    secretKeys: prior.secret_environment_keys ?? [],
    digests,
  };
  return readRows(rows, seen, prior);
}

/** Keeps digests of the secrets, by which a later process sees whether somebody changed them. */
export function rememberSecrets(
  privateState: Map<string, string>,
  app: App,
  secretKeys: readonly string[],
): void {
  const secrets = new Map<string, string>();
  for (const { key, value } of app.envVars) if (secretKeys.includes(key)) secrets.set(`env:${key}`, value);
  if (app.basicAuth !== undefined) secrets.set("basic_auth", app.basicAuth.passwordHash);
  if (app.deployToken !== undefined) secrets.set("token", app.deployToken);
  SecretDigests.write(privateState, secrets);
}
