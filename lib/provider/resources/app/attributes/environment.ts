/** The app's variables, those that are secrets apart. */
import { bool, computed, defaulted, map, orNull, set, string, writeOnly } from "../../../../terraform-plugin";
import { secretVersion } from "../../../secrets/version";
import { MASKS, WantedValue } from "../../../settings/wanted-value";
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
    {
      read: shownVariables,
      write: (environment) => ({
        environment: Object.fromEntries(
          Object.entries(environment).map(([key, shown]) => [key, WantedValue.of(shown)]),
        ),
      }),
    },
  ),
  secret_environment_wo: secret(
    writeOnly(map(orNull(string)), {
      description:
        "Variables whose values are in no plan and no state. A variable that is null keeps the value that the app has, such as where a plan is only looked at and no secret is at hand. One that is not named is removed. Needs Terraform or OpenTofu 1.11.",
      validators: [environmentKeys],
    }),
    ({ environment }) => ({ secretEnvironment: environment }),
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

interface Variables {
  readonly [name: string]: string;
}

function shownVariables({ app, secretKeys }: Seen, prior: Variables): Variables {
  const shown = new Map<string, string>();
  for (const { key, value } of app.envVars) {
    if (secretKeys.includes(key)) continue;
    const isKnown = Object.hasOwn(prior, key) && prior[key] !== MASKS.unmanaged;
    shown.set(key, !isKnown ? MASKS.unmanaged : shown.has(key) ? MASKS.repeated : value);
  }
  return Object.fromEntries(shown);
}

/** Whether each key is set once, with the value that was sent. */
function areSecretsUnchanged({ app, secretKeys, digests }: Seen): boolean {
  return secretKeys.every((key) => {
    const values = app.envVars.filter((one) => one.key === key);
    return values.length === 1 && digests.matches(`env:${key}`, values[0]?.value);
  });
}
