/** The app's variables, those that are secrets apart. */
import { bool, computed, defaulted, map, set, string, writeOnly } from "../../../../terraform-plugin";
import { secretVersion } from "../../../secrets/version";
import type { Environment } from "../../../settings/settings";
import { kept, noSetting, type Seen, secret, setting } from "../row";
import { environmentKeys } from "../validators";

export const environment = {
  environment: setting(
    defaulted(
      map(string),
      {},
      {
        description:
          "The app's whole environment, except for secrets. A variable that is not listed is removed.",
        validators: [environmentKeys],
      },
    ),
    { read: shownVariables, write: (environment) => ({ environment }) },
  ),
  secret_environment_wo: secret(
    writeOnly(map(string), {
      description: "Variables whose values are in no plan and no state. Needs Terraform or OpenTofu 1.11.",
      validators: [environmentKeys],
    }),
    (secrets) => ({ secretEnvironment: secrets ?? {} }),
  ),
  secret_environment_wo_version: noSetting(secretVersion("a secret value"), "with a secret", (seen, prior) =>
    areSecretsUnchanged(seen) ? (prior ?? 1) : 0,
  ),
  secret_environment_keys: noSetting(
    computed(set(string), {
      useStateForUnknown: true,
      description: "The names in `secret_environment_wo`.",
    }),
    "with a secret",
    kept,
  ),
  environment_templates: noSetting(
    defaulted(bool, false, {
      description: "Allows `{{…}}` in values, which Docker Swarm replaces.",
    }),
    "not sent",
    kept,
  ),
};

/** Shown for a variable that no configuration has, because it may be a secret. */
const UNMANAGED = "(not managed by Terraform)";

function shownVariables({ app, secretKeys }: Seen, prior: Environment): Environment {
  const environment: Record<string, string> = {};
  for (const { key, value } of app.envVars) {
    if (secretKeys.includes(key)) continue;
    const known = prior[key] !== undefined && prior[key] !== UNMANAGED;
    environment[key] = !known ? UNMANAGED : environment[key] === undefined ? value : "(set more than once)";
  }
  return environment;
}

/** Whether each key is set once, with the value that was sent. */
function areSecretsUnchanged({ app, secretKeys, digests }: Seen): boolean {
  return secretKeys.every((key) => {
    const values = app.envVars.filter((one) => one.key === key);
    return values.length === 1 && digests.matches(`env:${key}`, values[0]?.value);
  });
}
