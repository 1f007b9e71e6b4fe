/** The token with which a CI deploys. */
import { bool, defaulted, string, writeOnly } from "../../../../terraform-plugin";
import { secretVersion } from "../../../secrets/version";
import { noSetting, secret, setting } from "../row";
import { deployToken as tokenProblem } from "../validators";

export const deployToken = {
  deploy_token_enabled: setting(
    defaulted(bool, false, {
      description:
        "Whether a token may deploy. Read the token with the ephemeral resource `caprover_app_deploy_token`.",
    }),
    {
      read: ({ app }) => app.deployToken !== undefined,
      write: (enabled) => ({ acceptsDeployToken: enabled }),
    },
  ),
  deploy_token_wo: secret(
    writeOnly(string, {
      description: "The token. Without it CapRover makes one and keeps it.",
      validators: [tokenProblem],
    }),
    ({ deployToken }) => ({ deployToken }),
  ),
  deploy_token_wo_version: noSetting(
    secretVersion("the token"),
    "with a secret",
    ({ app, digests }, prior) => (digests.matches("token", app.deployToken) ? (prior ?? 1) : 0),
  ),
};
